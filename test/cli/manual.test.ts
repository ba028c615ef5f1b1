/** `help --man`: complete, and roff that its readers take without a warning. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { catalogue, usageOf } from '../../src/cli/catalogue.ts';
import { globalOptions } from '../../src/cli/globals.ts';
import { topics } from '../../src/cli/help-topics.ts';
import { escaped, paragraphs } from '../../src/cli/roff.ts';
import { session } from './session.ts';

/** Programs that read man pages, with the words that make them strict; one is enough. */
const readers: readonly (readonly [string, ...string[]])[] = [
  ['groff', '-man', '-ww', '-Tutf8', '-rCHECKSTYLE=3', '-P-cbou'],
  ['mandoc', '-T', 'lint', '-W', 'warning'],
  ['man', '-l', '--warnings', '-E', 'UTF-8'],
];

const isThere = (command: string) => spawnSync(command, ['--version']).error === undefined;
const present = readers.filter(([command]) => isThere(command));

let page = '';
before(async () => {
  const { exit, out, err } = await session(['help', '--man']);
  assert.deepEqual({ exit, err }, { exit: 0, err: '' });
  page = out;
});

/** What a reader prints, and what it complains about. */
function read([command, ...words]: readonly [string, ...string[]], text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'epiloop-man-'));
  try {
    writeFileSync(join(folder, 'epiloop.1'), text);
    const env = { PATH: process.env['PATH'], MANWIDTH: '80', MANPAGER: 'cat' };
    return spawnSync(command, [...words, join(folder, 'epiloop.1')], { encoding: 'utf8', env });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('help --man', () => {
  test('has the sections of a man page and every topic', () => {
    const sections = [...page.matchAll(/^\.SH "?([^"\n]+)"?$/gm)].map(([, name]) => name);
    assert.deepEqual(sections, [
      ...['NAME', 'SYNOPSIS', 'DESCRIPTION', 'COMMANDS', 'OPTIONS'],
      ...topics.map(({ name }) =>
        escaped(name === 'exit-codes' ? 'EXIT STATUS' : name.toUpperCase()),
      ),
    ]);
  });

  test('has every command with its usage, options and examples', async () => {
    for (const { name, command } of await catalogue()) {
      assert.ok(page.includes(`\n.SS "${escaped(usageOf({ name, command }))}"\n`), name);
      for (const { flags } of [...command.options, ...globalOptions]) {
        assert.ok(page.includes(`\n.B "${escaped(flags)}"\n`), flags);
      }
      for (const example of command.examples) {
        assert.ok(page.includes(`\n${escaped(example)}\n`), example);
      }
    }
  });

  test('is ASCII, and the same every time', async () => {
    assert.match(page, /^[\n -~]+$/);
    assert.equal((await session(['help', '--man'])).out, page);
  });

  test('--json carries its lines', async () => {
    const { out } = await session(['help', '--man', '--json']);
    const value = JSON.parse(out);
    assert.deepEqual(value, { schemaVersion: 1, topic: 'man', text: page.trimEnd().split('\n') });
  });

  test('takes no topic', async () => {
    assert.equal((await session(['help', 'check', '--man'])).exit, 64);
  });

  const skip = present.length > 0 ? false : 'none of groff, mandoc and man is installed';
  test('is read without a warning', { skip }, () => {
    for (const reader of present) {
      const { status, stdout, stderr } = read(reader, page);
      assert.deepEqual({ status, stderr }, { status: 0, stderr: '' }, reader[0]);
      if (reader[0] === 'mandoc') assert.equal(stdout, '');
    }
  });

  test('a page that is broken is warned about', { skip }, () => {
    for (const reader of present) {
      const { stdout, stderr } = read(reader, page.replace('.SH NAME', '.nosuch\n.SH NAME'));
      assert.match(`${stdout}${stderr}`, /nosuch/, reader[0]);
    }
  });

  const groff = present.find(([command]) => command === 'groff');
  test('shows what was written', { skip: groff ? false : 'groff is not installed' }, () => {
    assert.ok(groff !== undefined);
    const { stdout } = read(groff, page);
    for (const text of [
      'epiloop - the credentials of a gateway host',
      '--warn-within <duration>',
      'pass show openrouter | epiloop models auth paste-token --provider openrouter',
      '--from-file /media/usb/token && shred -u /media/usb/token',
    ]) {
      assert.ok(stdout.includes(text), text);
    }
  });
});

describe('lines as roff', () => {
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['text is filled', ['one', 'two', '', 'three'], ['.PP', 'one', 'two', '.PP', 'three']],
    ['rows are terms', ['  a b  what', '       more'], ['.TP', '.B "a b"', 'what', '.br', 'more']],
    ['dashes are bullets', ['- one', '  two'], ['.IP \\(bu 2', 'one', 'two']],
    [
      'what else is indented stays, commands with a comment too',
      ['  cp -p a b    # keep'],
      ['.PP', '.RS 4', '.nf', 'cp \\-p a b    # keep', '.fi', '.RE'],
    ],
    ['nothing becomes a request', [".x 'y'", '"a\\b'], ['.PP', '\\&.x \\(aqy\\(aq', '"a\\eb']],
    ['what is not ASCII is named', ['a…'], ['.PP', 'a\\[u2026]']],
  ];
  for (const [name, lines, roff] of cases) {
    test(name, () => assert.deepEqual(paragraphs(lines), roff));
  }
});
