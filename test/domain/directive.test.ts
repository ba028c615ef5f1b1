import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseLine } from '../../src/domain/directive.ts';
import fc from '../property.ts';

const aliases = ['Opus', 'fast-one'];

/** What a line comes to: the kind, what is behind it, and after a bar the rest of the line. */
function told(line: string): string {
  const { directive, rest } = parseLine(line, aliases);
  const behind = rest === '' ? '' : ` | ${rest}`;
  if (directive === undefined) return `-${behind}`;
  switch (directive.kind) {
    case 'choose':
      return `choose ${directive.raw}${behind}`;
    case 'browse':
      return `${['browse', ...directive.words].join(' ')}${behind}`;
    default:
      return `${directive.kind}${behind}`;
  }
}

const rows: readonly (readonly [string, string])[] = [
  ['/model', 'show'],
  ['  /model  ', 'show'],
  ['/MODEL', 'show'],
  ['/model:', 'show'],
  ['/model :', 'show'],
  ['hello /model', 'show | hello'],
  ['/model status', 'status'],
  ['/model Status', 'status'],
  ['/model:status', 'status'],
  ['/model status please', 'status | please'],
  ['/models status', 'status'],
  ['/model list', 'browse'],
  ['/model LIST', 'browse'],
  ['/model list openai', 'browse | openai'],
  ['/models', 'browse'],
  ['/models:', 'browse'],
  ['/Models', 'browse'],
  ['/models list', 'browse'],
  ['/models providers', 'browse'],
  ['/models list anthropic', 'browse anthropic'],
  ['/models anthropic', 'browse anthropic'],
  ['/models: anthropic', 'browse anthropic'],
  ['/models anthropic 2', 'browse anthropic 2'],
  ['/models anthropic all', 'browse anthropic all'],
  ['/models anthropic --all', 'browse anthropic --all'],
  ['/models anthropic size=50', 'browse anthropic size=50'],
  ['/models anthropic limit=50 page=2', 'browse anthropic limit=50 page=2'],
  ['/models anthropic please', 'browse anthropic | please'],
  ['/models z.ai', 'browse z.ai'],
  ['say /models openai 2 now', 'browse openai 2 | say now'],
  ['/models openai/gpt-5', 'choose openai/gpt-5'],
  ['/models opus@a:b', 'choose opus@a:b'],
  ['/model opus', 'choose opus'],
  ['/model  opus', 'choose opus'],
  ['/model:opus', 'choose opus'],
  ['/model : opus', 'choose opus'],
  ['/model\topus', 'choose opus'],
  ['/model\nopus', 'choose opus'],
  ['/model opus, please', 'choose opus | , please'],
  ['/model opus and tell me', 'choose opus | and tell me'],
  ['please /model opus now', 'choose opus | please now'],
  ['/model 3', 'choose 3'],
  ['/model 3@openai:work', 'choose 3@openai:work'],
  ['/model anthropic/claude-opus-4-5', 'choose anthropic/claude-opus-4-5'],
  ['/model openrouter/x/y:free', 'choose openrouter/x/y:free'],
  ['/model a/b/c/d', 'choose a/b/c/d'],
  ['/model a//b', 'choose a | //b'],
  ['/model a/', 'choose a | /'],
  ['/model opus@anthropic:claude-cli', 'choose opus@anthropic:claude-cli'],
  ['/model gpt@openai-codex:a+b@x.com', 'choose gpt@openai-codex:a+b@x.com'],
  ['/model gpt@openai-codex:a+b@x.com go on', 'choose gpt@openai-codex:a+b@x.com | go on'],
  ['/model opus@anthropic:work, thanks', 'choose opus@anthropic:work | , thanks'],
  ['(see /model opus@anthropic:work)', 'choose opus@anthropic:work | (see )'],
  ['/model opus@anthropic:über', 'choose opus@anthropic:über'],
  ['/model opus@a/b', 'choose opus@a/b'],
  ['/model opus@', 'choose opus@'],
  ['/model @anthropic:work', 'choose @anthropic:work'],
  ['/model status@anthropic:work', 'choose status@anthropic:work'],
  ['/model list@anthropic:work', 'choose list@anthropic:work'],
  ['/model opus /model sonnet', 'choose opus | /model sonnet'],
  ['/opus', 'choose opus'],
  ['/OPUS', 'choose OPUS'],
  ['/opus:', 'choose opus'],
  ['/opus@anthropic:work', 'choose opus@anthropic:work'],
  ['now /fast-one then', 'choose fast-one | now then'],
  ['/opus /model 2', 'choose 2 | /opus'],
  ['/modelx', '- | /modelx'],
  ['/model-x', '- | /model-x'],
  ['x/model opus', '- | x/model opus'],
  ['http://host/model', '- | http://host/model'],
  ['model opus', '- | model opus'],
  ['/sonnet', '- | /sonnet'],
  ['//opus', '- | //opus'],
  ['/new', '- | /new'],
  ['', '-'],
  ['   ', '-'],
  ['/model ☃', 'show | ☃'],
  ['/model "opus"', 'show | "opus"'],
];

describe('a line of a chat', () => {
  assert.ok(rows.length >= 60);
  for (const [line, expected] of rows) {
    test(JSON.stringify(line), () => assert.equal(told(line), expected));
  }
});

const pieces = fc.constantFrom(
  ...['/model', '/models', '/opus', ' ', '\t', ':', '@', '+', '/', 'list', 'status', 'a', '7'],
  ...['size=9', ',', '\u0000', '\u202e', '\ud800', 'ä'],
);

test('whatever is said, nothing is thrown and no character that is no space is lost', () => {
  const text = fc.oneof(
    fc.string(),
    fc.array(pieces).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, (line) => {
      const { directive, rest } = parseLine(line, aliases);
      for (const word of rest.split(/\s+/)) assert.ok(line.includes(word));
      if (directive?.kind === 'choose') assert.ok(line.includes(directive.raw));
      if (directive === undefined) assert.equal(rest, line.trim());
    }),
    { numRuns: 2000 },
  );
});

test('a model and a profile come out as they went in', () => {
  const letters = (extra: string, least: number) =>
    fc.string({ unit: fc.constantFrom(...`abzAZ019_.:+-${extra}`), minLength: least });
  // a mark at the end would end the sentence
  const profile = letters('@/', 0).map((id) => `${id}x`);
  const model = fc.tuple(letters('', 0), letters('', 1)).map((parts) => `m${parts.join('/')}`);
  fc.assert(
    fc.property(model, profile, (ref, id) => {
      const { directive, rest } = parseLine(`/model ${ref}@${id} and so on`);
      assert.deepEqual(directive, { kind: 'choose', raw: `${ref}@${id}` });
      assert.equal(rest, 'and so on');
    }),
  );
});
