// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a config names variables
/** Whatever the text looks like: it means what was wanted, and nothing else in it has moved. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Token, tokenize } from '@humanwhocodes/momoa';
import JSON5 from 'json5';
import { moveToFront, removeProfile, setProfile } from '../../src/config/edit.ts';
import { applyEdit } from '../../src/config/edit-apply.ts';
import { Draft } from '../../src/config/edit-draft.ts';
import { traceOf, unpatch } from '../../src/config/edit-trace.ts';
import { putBack } from '../../src/config/edit-value.ts';
import type { Edit, ProfileEntry } from '../../src/config/write.ts';
import { sameProvider } from '../../src/domain/provider.ts';
import { EpiloopError } from '../../src/errors.ts';
import fc from '../property.ts';

type Config = {
  auth?: {
    profiles?: Record<string, Record<string, unknown>>;
    order?: Record<string, string[]>;
  };
};

interface Piece {
  readonly type: string;
  readonly code: string;
  /** what stands between it and the piece before */
  readonly gap: string;
}

function pieces(text: string): Piece[] {
  const tokens: Token[] = tokenize(text, { mode: 'json5', ranges: true });
  const ends = [0, ...tokens.map(({ range }) => range?.[1] ?? 0)];
  return tokens.map(({ type, range = [0, 0] }, index) => ({
    type,
    code: text.slice(...range),
    gap: text.slice(ends[index], range[0]),
  }));
}

const comments = (text: string) =>
  pieces(text).flatMap(({ type, code }) => (type.endsWith('Comment') ? [code] : []));

/** Where the texts begin to differ and where they are the same again, as two slices. */
function difference(a: string, b: string): [string, string] {
  const least = Math.min(a.length, b.length);
  let start = 0;
  while (start < least && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < least - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  return [a.slice(start, a.length - end), b.slice(start, b.length - end)];
}

function isSubsequence(part: string, whole: string): boolean {
  let found = 0;
  for (const unit of whole.split('')) if (unit === part[found]) found += 1;
  return found === part.length;
}

const parse = (text: string): Config => JSON5.parse(text);

function checkSet(text: string, id: string, profile: ProfileEntry): void {
  const edited = setProfile(text, id, profile);
  const wanted = parse(text);
  wanted.auth ??= {};
  wanted.auth.profiles ??= {};
  const before = wanted.auth.profiles[id];
  wanted.auth.profiles[id] = { ...before, ...JSON.parse(JSON.stringify(profile)) };
  assert.deepEqual(parse(edited), wanted);
  assert.deepEqual(comments(edited), comments(text));
  assert.equal(setProfile(edited, id, profile), edited);
  if (before === undefined) checkInserted(text, edited);
  else checkReplaced(text, edited);
}

/** Of the old text the one place where something was put held comments and blanks at most. */
function checkInserted(text: string, edited: string): void {
  const [old] = difference(text, edited);
  assert.deepEqual(
    pieces(old).filter(({ type }) => !type.endsWith('Comment')),
    [],
    `${old} is no place to insert`,
  );
}

/** Texts were replaced, members added, blanks before a `}` made a line: all else is there, in order. */
function checkReplaced(text: string, edited: string): void {
  const all = pieces(text);
  const rest = all.map(({ type, code, gap }, index) => {
    const before = all.slice(0, index).findLast((it) => !it.type.endsWith('Comment'));
    const isEmpty = code === '}' && before?.code === '{';
    return `${isEmpty ? '' : gap}${type === 'String' ? '' : code}`;
  });
  assert.ok(isSubsequence(rest.join(''), edited), 'something else than a text went');
}

function checkRemoved(text: string, id: string): void {
  const edited = removeProfile(text, id);
  const wanted = parse(text);
  delete wanted.auth?.profiles?.[id];
  const orders = wanted.auth?.order ?? {};
  for (const [key, ids] of Object.entries(orders)) orders[key] = ids.filter((it) => it !== id);
  assert.deepEqual(parse(edited), wanted);
  assert.ok(isSubsequence(edited, text), 'something was added');
  assert.ok(isSubsequence(keepers(text, id), edited), 'something else went, too');
  assert.equal(removeProfile(edited, id), edited);
}

/** The comments that stand in what is not removed. */
function keepers(text: string, id: string): string {
  const kept = comments(text).filter((it) => it.startsWith('/*keep') && !it.includes(id));
  return kept.join('');
}

/** Line comments that meet on one line become one, and may get blanks behind them. */
const commented = (text: string) => comments(text).join('').replaceAll(/\s/g, '').length;

function checkMoved(text: string, provider: string, id: string): void {
  const edited = moveToFront(text, provider, id);
  const wanted = parse(text);
  const orders = wanted.auth?.order ?? {};
  const key = Object.keys(orders).find((it) => sameProvider(it, provider));
  const list = key === undefined ? undefined : orders[key];
  const isFirst = list === undefined || list[0] === id;
  if (key === undefined || isFirst) assert.equal(edited, text);
  else orders[key] = [id, ...list.filter((it) => it !== id)];
  assert.deepEqual(parse(edited), wanted);
  assert.equal(commented(edited), commented(text), 'a comment was lost');
  assert.equal(moveToFront(edited, provider, id), edited);
}

const CLI = 'anthropic:claude-cli';
const IDS = [CLI, 'anthropic:other', 'anthropic:work', 'new:one', 'it\'s "so"\\', 'bare'];
const PROFILES: readonly ProfileEntry[] = [
  { provider: 'anthropic', mode: 'token' },
  { provider: 'anthropic', mode: 'oauth', email: 'o\'b"@c\u2028' },
  { provider: 'z.ai', mode: 'api_key', email: 'ключ@🔑' },
];

const fixtures = join(import.meta.dirname, 'fixtures');
const corpus: [string, string][] = [
  ...readdirSync(fixtures).map((name): [string, string] => [
    name,
    readFileSync(join(fixtures, name), 'utf8'),
  ]),
  ['an empty config', '{}'],
  ['only a comment', '\ufeff{\r\n\t// "auth": {}\r\n}\r\n'],
  ['an empty auth', '{ auth: { /* } */ } }'],
  ['an empty order', "{ auth: { order: { 'ANTHROPIC': [ // none\n] } } }"],
];

for (const [name, text] of corpus) {
  test(`${name}: every edit does what it says and nothing else`, () => {
    for (const id of IDS) {
      for (const profile of PROFILES) {
        if (!text.includes('MAIL') || id !== CLI || profile.email === undefined) {
          checkSet(text, id, profile);
        }
      }
      checkRemoved(text, id);
      for (const provider of ['anthropic', ' z-ai']) checkMoved(text, provider, id);
      const added = setProfile(text, id, PROFILES[0] ?? { provider: '', mode: 'token' });
      checkRemoved(added, id);
    }
  });
}

test('a variable is never written over', () => {
  const text = readFileSync(join(fixtures, 'variables.json5'), 'utf8');
  const profile: ProfileEntry = { provider: 'anthropic', mode: 'oauth', email: 'a@b' };
  assert.throws(() => setProfile(text, CLI, profile), EpiloopError);
});

const breaks = fc.constantFrom(' ', '\t', '\n', '\r\n', '\r', '\n  ', '\u00a0', '\ufeff', '\v');
const word = fc.string({ unit: 'grapheme', maxLength: 4 });
const block = word.map((it) => `/*${it.replaceAll('*/', '')}*/`);
const line = fc
  .string({ maxLength: 4 })
  .map((it) => `//${it.replaceAll(/[\n\r\u2028\u2029]/g, '')}"\n`);
const gap = fc
  .array(fc.oneof({ weight: 4, arbitrary: breaks }, block, line), { maxLength: 3 })
  .map((parts) => parts.join(''));

const quote = (text: string) =>
  fc.constantFrom(
    JSON.stringify(text),
    `'${JSON.stringify(text).slice(1, -1).replaceAll("'", "\\'").replaceAll('\\"', '"')}'`,
  );
const key = (text: string) =>
  /^[a-z]+$/.test(text) ? fc.oneof(fc.constant(text), quote(text)) : quote(text);
const string = fc.oneof(fc.constantFrom('token', '${NAME}', 'a b'), word).chain(quote);

/** Brackets around items, each with a marker of its own, with anything between the parts. */
function group(open: string, close: string, items: fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  const parts = items.map((item) => fc.tuple(gap, item, gap).map((it) => it.join('')));
  return fc.tuple(gap, fc.tuple(...parts), fc.boolean()).map(([blank, all, trailing]) => {
    if (all.length === 0) return `${open}${blank}${close}`;
    return `${open}${all.join(',')}${trailing ? `,${blank}` : ''}${close}`;
  });
}

type Members = readonly (readonly [string, fc.Arbitrary<string>])[];

const object = (members: Members, owner = '') =>
  group(
    '{',
    '}',
    members.map(([name, value]) =>
      fc
        .tuple(key(name), gap, gap, value)
        .map(([a, b, c, d]) => `${a}${b}:/*keep ${name} ${owner}*/${c}${d}`),
    ),
  );
const list = (items: readonly fc.Arbitrary<string>[]) => group('[', ']', [...items]);

const entry = (id: string) =>
  fc.subarray(['provider', 'mode', 'email', 'other']).chain((fields) => {
    const value = fc.constantFrom('anthropic', 'token', 'z.ai', 'a@b').chain(quote);
    return object(
      fields.map((field) => [field, value]),
      id,
    );
  });
const profiles = fc
  .array(fc.constantFrom(...IDS), { maxLength: 4 })
  .chain((ids) => object(ids.map((id) => [id, entry(id)])));
const orders = fc
  .array(fc.constantFrom('anthropic', 'Anthropic', 'z.ai', 'zai'), { maxLength: 3 })
  .chain((names) => object(names.map((name) => [name, ordered])));
const ordered = fc
  .array(fc.constantFrom(...IDS, 'ghost'), { maxLength: 4 })
  .chain((ids) => list(ids.map(quote)));
const auth = fc.subarray(['profiles', 'order', 'cooldowns']).chain((names) =>
  object(
    names.map((name) => {
      if (name === 'profiles') return [name, profiles];
      return [name, name === 'order' ? orders : object([])];
    }),
  ),
);
const other = fc.oneof(string, fc.constantFrom('0xAF', '-Infinity', '[1,[],]', '{"auth":{}}'));
const config = fc
  .array(fc.constantFrom('auth', 'gateway', 'x y'), { maxLength: 4 })
  .chain((names) => object(names.map((name) => [name, name === 'auth' ? auth : other])));
const text = fc.tuple(gap, config, gap).map((parts) => parts.join(''));

const runs = { numRuns: 400 };

test('any text: a profile is set', () => {
  const id = fc.constantFrom(...IDS, '${NAME}', '');
  fc.assert(fc.property(text, id, fc.constantFrom(...PROFILES), checkSet), runs);
});

test('any text: a profile is removed', () => {
  fc.assert(fc.property(text, fc.constantFrom(...IDS), checkRemoved), runs);
});

test('any text: an id moves to the front', () => {
  const provider = fc.constantFrom('anthropic', 'Z-AI', 'openai');
  fc.assert(fc.property(text, provider, fc.constantFrom(...IDS), checkMoved), runs);
});

/** The very text comes back; and value by value, what it meant. */
function checkTakenBack(text: string, edit: Edit): void {
  const draft = new Draft('it', new Map([['it', text]]), false);
  applyEdit(draft, edit, (raw) => raw);
  const [edited, patch] = [draft.text('it'), draft.patch('it')];
  const back = unpatch(edited, patch);
  if (edited !== text) assert.equal(back.text, text);
  assert.equal(unpatch(back.text, back.inverse).text, edited, 'and forth again');
  const trace = traceOf(parse(text), parse(edited), patch);
  if (trace === undefined) return;
  const again = new Draft('it', new Map([['it', edited]]), false);
  putBack(again, 'it', JSON.parse(JSON.stringify(trace)));
  const meant = (it: string) => JSON.parse(JSON.stringify(parse(it)));
  assert.deepEqual(meant(again.text('it')), meant(text));
}

test('any text: an edit is taken back, to the byte or by its values', () => {
  const edit: fc.Arbitrary<Edit> = fc
    .tuple(
      fc.constantFrom('set_profile', 'remove_profile', 'move_to_front'),
      fc.constantFrom(...IDS),
      fc.constantFrom(...PROFILES),
    )
    .map(([kind, id, profile]) => ({ kind, id, profile, provider: profile.provider }) as Edit); // any
  const property = fc.property(text, edit, (before, wish) => {
    try {
      checkTakenBack(before, wish);
    } catch (error) {
      // a value that is set through a variable is not ours to edit
      if (!(error instanceof EpiloopError) || !/variable|is no text/.test(error.message))
        throw error;
    }
  });
  fc.assert(property, runs);
});
