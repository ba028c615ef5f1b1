/** What every command of the table owes to whoever reads about it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { root } from '../../build/targets.ts';
import { answers, documentOf } from '../../src/cli/answers.ts';
import { catalogue } from '../../src/cli/catalogue.ts';
import type { Command, Context } from '../../src/cli/command.ts';
import { readGlobals, splitGlobals } from '../../src/cli/globals.ts';
import { parse } from '../../src/cli/parse.ts';
import { findCommand } from '../../src/cli/table.ts';
import { epiloopWords } from './command-lines.ts';

const readme = readFileSync(join(root, 'README.md'), 'utf8');

/** That the words were accepted: the command got as far as asking for something. */
class Asked extends Error {}

/** Every option, value and word of the example is one that the command takes. */
async function accepts(command: Command, words: readonly string[]): Promise<void> {
  const split = splitGlobals(words);
  const found = findCommand(split.words);
  assert.ok(found.kind === 'command', words.join(' '));
  const ask = async () => {
    throw new Asked();
  };
  const context: Context = {
    globals: readGlobals(split),
    now: 1_795_176_000_000,
    open: ask,
    env: {},
    progress: () => assert.fail('nothing is done yet'),
    readStdin: ask,
    runProgram: ask,
    readSecret: ask,
    readLines: ask,
    dialogue: ask,
    programs: ask,
    isTTY: () => true,
    tell: () => undefined,
    close: () => undefined,
    show: () => undefined,
    browse: ask,
  };
  try {
    await command.execute(parse(command, found.rest), context);
  } catch (error) {
    if (!(error instanceof Asked)) throw error;
  }
}

for (const { name, entry, command } of await catalogue()) {
  describe(name, () => {
    test('says in a few words what it does', () => {
      assert.match(entry.summary, /^\S.{8,58}[^.]$/);
    });

    test('says in its help what the summary does not', () => {
      for (const line of command.description?.split('\n') ?? []) assert.ok(line.length <= 80, line);
      assert.ok((command.description ?? '').length > entry.summary.length);
    });

    test('takes its own examples', async () => {
      assert.ok(command.examples.length > 0);
      for (const example of command.examples) {
        const lines = epiloopWords(example);
        const own = lines.filter((words) => {
          const found = findCommand(splitGlobals(words).words);
          return found.kind === 'command' && found.entry === entry;
        });
        assert.ok(own.length > 0, `${example} is about another command`);
        for (const words of own) await accepts(command, words);
      }
    });

    test('stands in the table of README.md', () => {
      assert.ok(readme.includes(`\n| \`epiloop ${name}\` | ${entry.summary} |\n`));
    });

    test('describes its --json', async () => {
      const own = (await answers()).find((each) => each.name === name.replaceAll(' ', '-'));
      assert.ok(own !== undefined, 'the command has no `output`');
      const document = await documentOf(own);
      assert.equal(
        '$schema' in document && document.$schema,
        'https://json-schema.org/draft/2020-12/schema',
      );
    });
  });
}

test('README.md names no command that does not exist', async () => {
  const names = new Set((await catalogue()).map(({ name }) => name));
  const section = readme.split('\n## All commands\n')[1]?.split('\n## ')[0] ?? '';
  const told = [...section.matchAll(/^\| `epiloop ([a-z -]+)` \|/gm)].map(([, name]) => name ?? '');
  assert.ok(told.length > 10);
  assert.deepEqual(
    told.filter((name) => !names.has(name)),
    [],
  );
});

describe('an example that is wrong is found', () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['epiloop models status --chek', /no option --chek/],
    ['epiloop models status --check --at tomorrow', /--at takes/],
    ['pass show x | epiloop models status extra', /unexpected argument/],
    ['eval "$(epiloop completion tcsh)"', /shell takes/],
  ];
  for (const [example, message] of wrong) {
    test(example, async () => {
      const [words = []] = epiloopWords(example);
      const found = findCommand(words);
      assert.ok(found.kind === 'command');
      const command = await found.entry.load();
      await assert.rejects(() => accepts(command, words), message);
    });
  }
});
