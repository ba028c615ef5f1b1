import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { globalOptions } from '../../src/cli/globals.ts';
import { topics } from '../../src/cli/help-topics.ts';
import { longName } from '../../src/cli/parse.ts';
import { entries, entriesUnder, findCommand } from '../../src/cli/table.ts';
import { reasons } from '../../src/domain/finding.ts';
import { exitCodes } from '../../src/errors.ts';
import { session } from './session.ts';

/** The text of every module in these folders of `src`. */
function sources(...folders: readonly string[]): string {
  const root = join(import.meta.dirname, '..', '..', 'src');
  const paths = folders.flatMap((folder) => {
    return readdirSync(join(root, folder)).map((name) => join(root, folder, name));
  });
  return paths.map((path) => readFileSync(path, 'utf8')).join('');
}

async function page(...words: readonly string[]): Promise<string> {
  const { exit, out, err, opened } = await session(words);
  assert.deepEqual({ exit, err, opened }, { exit: 0, err: '', opened: [] });
  return out;
}

test('the overview names every command, global option and topic', async () => {
  const text = await page('--help');
  const named = [
    ...entries.map(({ path, summary }) => `${path.join(' ')} .*${summary}`),
    ...globalOptions.map(({ flags, summary }) => `${flags} .*${summary}`),
    ...topics.map(({ name, summary }) => `${name} .*${summary}`),
  ];
  for (const line of named) assert.match(text, new RegExp(`^ +${line}$`, 'm'));
});

for (const entry of entries) {
  const name = entry.path.join(' ');
  test(`the page of ${name} has its usage, every option and an example`, async () => {
    const text = await page('help', ...entry.path);
    const command = await entry.load();
    assert.match(
      text,
      new RegExp(`^epiloop ${name}: ${entry.summary}\\n\\nUsage\\n  epiloop ${name}`),
    );
    for (const { flags, summary } of [...command.options, ...globalOptions]) {
      assert.ok(text.includes(`${flags} `) && text.includes(summary), flags);
    }
    assert.ok(command.examples.length > 0);
    for (const example of command.examples) assert.ok(text.includes(`\n  ${example}\n`), example);
    assert.equal(await page(...entry.path, '--help'), text);
  });

  test(`the options of ${name} are well formed and hide no global one`, async () => {
    const command = await entry.load();
    const names = command.options.map(longName);
    for (const { flags } of command.options)
      assert.match(flags, /^--[a-z]+(-[a-z]+)*( <[a-z]+>)?$/);
    const all = [...names, ...globalOptions.map(longName)];
    assert.equal(new Set(all).size, all.length);
  });
}

test('a group lists its commands and what it means alone', async () => {
  const text = await page('models', '--help');
  assert.match(text, /^ {2}models status {3}/m);
  assert.match(text, /^ {2}models history {2}/m);
  assert.match(text, /^models alone is models status$/m);
  assert.equal(await page('help', 'models'), text);
});

describe('topics', () => {
  for (const { name } of topics) {
    test(name, async () => {
      const count = (await page('help', name)).trimEnd().split('\n').length;
      assert.ok(count > 5 && count <= 60, `${count} lines`);
    });
  }

  test('name no command and no option that does not exist', async () => {
    const commands = await Promise.all(entries.map((entry) => entry.load()));
    const options = commands.flatMap((command) => command.options);
    const known = new Set([...options, ...globalOptions].map(longName));
    for (const { name } of topics) {
      const text = await page('help', name);
      for (const [option] of text.matchAll(/(?<=^|[ (])--[a-z][a-z-]+/gm)) {
        assert.ok(known.has(option), `${name}: ${option}`);
      }
      for (const [, words = ''] of text.matchAll(/\bepiloop ([a-z][a-z -]*)/g)) {
        const isCommand = findCommand(words.trim().split(/ +/)).kind === 'command';
        assert.ok(isCommand || words.startsWith('runs'), `${name}: epiloop ${words}`);
      }
    }
  });

  test('auth names every command of models auth', async () => {
    const text = await page('help', 'auth');
    for (const { path } of entriesUnder(['models', 'auth'])) {
      assert.ok(text.includes(`epiloop ${path.join(' ')}`), path.join(' '));
    }
    for (const word of ['onboard', 'undo', '--purge']) assert.ok(text.includes(word), word);
  });

  test('config names every kind of edit that is made', async () => {
    const text = await page('help', 'config');
    for (const word of [/\blisted\b/, /taken out/, /\boauth\b/, /doctor --fix/, /\bundo\b/]) {
      assert.match(text, word);
    }
  });

  test('environment names no variable that nothing reads', async () => {
    const names = (await page('help', 'environment')).match(/[A-Z]+(_[A-Z]+)+/g) ?? [];
    assert.ok(names.length > 10);
    const read = sources('app', 'config', 'domain', 'oauth', 'platform', 'sources');
    for (const name of names) if (name !== 'NO_COLOR') assert.ok(read.includes(name), name);
  });

  test('exit-codes explains every code once', async () => {
    const text = await page('help', 'exit-codes');
    const told = [...text.matchAll(/^ +(\d+) {2}\S/gm)].map(([, code]) => Number(code));
    assert.deepEqual(
      told,
      [...new Set([0, 2, ...Object.values(exitCodes)])].sort((a, b) => a - b),
    );
  });

  test('check explains every reason', async () => {
    const text = await page('help', 'check');
    for (const reason of reasons) assert.match(text, new RegExp(`^  ${reason}  +\\S`, 'm'));
  });
});

test('no line is longer than a terminal of 80 columns', async () => {
  const names = [
    ...entries.map(({ path }) => path),
    ...topics.map(({ name }) => [name]),
    [],
    ['models'],
  ];
  for (const words of names) {
    for (const line of (await page('help', ...words)).split('\n')) {
      assert.ok(line.length <= 80, line);
    }
  }
});

test('--json carries the same lines', async () => {
  const text = await page('help', 'exit-codes');
  const value = JSON.parse(await page('help', 'exit-codes', '--json'));
  assert.deepEqual(value, {
    schemaVersion: 1,
    topic: 'exit-codes',
    text: text.trimEnd().split('\n'),
  });
});

test('--help answers although the rest of the line is wrong', async () => {
  assert.equal(
    await page('models', 'status', '--nonsense', '--help'),
    await page('models', 'status', '-h'),
  );
});

test('a topic that does not exist is a usage error', async () => {
  for (const words of [
    ['help', 'nonsense'],
    ['nonsense', '--help'],
    ['help', 'models', 'status', 'x'],
  ]) {
    const { exit, out } = await session(words);
    assert.deepEqual({ exit, out }, { exit: 64, out: '' });
  }
});
