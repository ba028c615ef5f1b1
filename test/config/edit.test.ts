// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a config names variables
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import JSON5 from 'json5';
import { readMode, setMode } from '../../src/config/edit.ts';
import type { ConfigMode } from '../../src/domain/host-config.ts';
import { EpiloopError } from '../../src/errors.ts';
import fc from '../property.ts';

const ID = 'anthropic:claude-cli';
const KEYS = ['auth', 'profiles', ID, 'mode'];
const MODES: readonly ConfigMode[] = ['oauth', 'api_key', 'token'];
const fixtures = join(import.meta.dirname, 'fixtures');

/** What the file means after the change, by the parser that the gateway uses. */
function changed(text: string, mode: string): unknown {
  const value = JSON5.parse(text);
  value.auth.profiles[ID].mode = mode;
  return value;
}

/** Every text that differs from this one in one place where `token` is replaced. */
function replacements(text: string, mode: string): string[] {
  return [...text.matchAll(/token/g)].map(
    ({ index }) => `${text.slice(0, index)}${mode}${text.slice(index + 'token'.length)}`,
  );
}

function check(text: string, mode: ConfigMode): void {
  const edited = setMode(text, ID, mode);
  assert.deepEqual(JSON5.parse(edited), changed(text, mode));
  assert.ok(replacements(text, mode).includes(edited), 'other bytes changed, too');
}

test('there are fixtures', () => {
  assert.ok(readdirSync(fixtures).length >= 12);
});

for (const name of readdirSync(fixtures)) {
  test(`${name}: the mode changes and nothing else`, () => {
    const text = readFileSync(join(fixtures, name), 'utf8');
    assert.equal(readMode(text, KEYS), 'token');
    for (const mode of MODES) check(text, mode);
    assert.equal(setMode(setMode(text, ID, 'oauth'), ID, 'token'), text);
  });
}

const gap = fc
  .array(
    fc.oneof(
      fc.constantFrom(' ', '\t', '\n', '\r\n', '\r', '\u00a0', '\u2028', '\ufeff', '\v', '/**/'),
      fc.string({ unit: 'grapheme' }).map((it) => `/*${it.replaceAll('*/', '')}token*/`),
      fc.string().map((it) => `//${it.replaceAll(/[\n\r\u2028\u2029]/g, '')}{"mode":'token'\n`),
    ),
    { maxLength: 3 },
  )
  .map((parts) => parts.join(''));

const quoted = (word: string) => fc.constantFrom(`"${word}"`, `'${word}'`);
const key = (word: string) => fc.oneof(fc.constant(word), quoted(word));

const other = fc.oneof(
  fc.string({ unit: 'binary' }).map((it) => `${JSON.stringify(it)}`),
  fc.constantFrom("'token'", '[1,2,]', '{}', '-Infinity', '0xAF', '.5', 'null', "'a\\\nb'"),
  fc.constantFrom(`{ mode: 'token' }`, `[{ auth: 'token' }]`, `'\\u0074oken'`, "'${TOKEN}'"),
);

/** An object that holds the member, among others, with anything between its parts. */
function around(name: fc.Arbitrary<string>, value: fc.Arbitrary<string>) {
  const member = fc.tuple(gap, name, gap, gap, value, gap);
  const neighbour = fc.tuple(gap, fc.constantFrom('a', "'b c'", '"d"', '$'), gap, gap, other, gap);
  const text = ([a, k, b, c, v, d]: string[]) => `${a}${k}${b}:${c}${v}${d}`;
  return fc
    .tuple(fc.array(neighbour, { maxLength: 2 }), member, fc.array(neighbour, { maxLength: 2 }))
    .map(([before, it, after]) => [...before, it, ...after].map(text).join(','))
    .chain((members) => fc.constantFrom(`{${members}}`, `{${members},}`));
}

const value = fc.constantFrom('"token"', "'token'");
const profile = around(key('mode'), value);
const config = around(key('auth'), around(key('profiles'), around(quoted(ID), profile)));

test('in any text the mode changes and nothing else', () => {
  fc.assert(
    fc.property(gap, config, gap, fc.constantFrom(...MODES), (before, text, after, mode) => {
      check(`${before}${text}${after}`, mode);
    }),
    { numRuns: 300 },
  );
});

test('the quotes stay as they are, however the old mode was spelled', () => {
  const text = (mode: string) => `{ auth: { profiles: { '${ID}': { mode: ${mode} } } } }`;
  assert.equal(setMode(text(`'tok\\u0065n'`), ID, 'oauth'), text(`'oauth'`));
  assert.equal(setMode(text(`"to\\\nken"`), ID, 'oauth'), text(`"oauth"`));
});

test('an included file holds the mode under fewer keys', () => {
  const text = `{ '${ID}': { mode: 'token' } }`;
  assert.equal(setMode(text, ID, 'oauth', [ID, 'mode']), `{ '${ID}': { mode: 'oauth' } }`);
});

const faults: readonly [string, string][] = [
  ['no such key', '{ auth: { profiles: {} } }'],
  ['no mode', `{ auth: { profiles: { '${ID}': { provider: 'anthropic' } } } }`],
  ['a mode that is no text', `{ auth: { profiles: { '${ID}': { mode: ['token'] } } } }`],
  ['a list on the way', `{ auth: [{ profiles: { '${ID}': { mode: 'token' } } }] }`],
  ['no object at all', '[]'],
  ['broken text', `{ auth: { profiles: { '${ID}': { mode: 'token' `],
  ['what only one of the parsers reads', `{ true: 'sk-x', auth: {} }`],
];

for (const [name, text] of faults) {
  test(`refused: ${name}`, () => {
    assert.throws(
      () => setMode(text, ID, 'oauth'),
      (error) =>
        error instanceof EpiloopError &&
        error.code === 'config_invalid' &&
        error.cause === undefined &&
        !error.message.includes('sk-'),
    );
  });
}

test('a key spelled with escapes is edited rightly or not at all', () => {
  const text = `{ \\u0061uth: { profiles: { '${ID}': { mode: 'token' } } } }`;
  let edited: string | undefined;
  try {
    edited = setMode(text, ID, 'oauth');
  } catch (error) {
    assert.ok(error instanceof EpiloopError);
  }
  assert.ok(edited === undefined || edited === text.replace('token', 'oauth'));
});
