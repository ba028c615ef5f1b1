import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Secret } from '../../src/domain/secret.ts';
import * as format from '../../src/mirror/format.ts';
import fc from '../property.ts';
import { gatewayFiles } from './gateway-files.ts';

const { contentOf, parseMirror, renderMirror, sameMeaning } = format;

function parsed(value: unknown): format.MirrorFile {
  const mirror = parseMirror(typeof value === 'string' ? value : JSON.stringify(value));
  assert(!format.isDamaged(mirror), JSON.stringify(mirror));
  return mirror;
}

const wellFormed = gatewayFiles().filter(({ text }) => !format.isDamaged(parseMirror(text)));

test('the golden runs hold files of every kind', () => {
  assert(wellFormed.length >= 20);
});

for (const { name, text } of wellFormed) {
  test(`the gateway’s file is written back byte by byte: ${name} (${text.length})`, () => {
    const file = parsed(text);
    const again = renderMirror(file, contentOf(file));
    assert.equal(again, text);
    assert(sameMeaning(file, parsed(again)));
  });
}

const secret = fc.string({ minLength: 1 });
const ms = fc.integer({ min: 0, max: 2e12 });
const extra = fc.dictionary(
  fc.string().map((key) => `x-${key}`),
  fc.jsonValue({ maxDepth: 3 }),
);
const credential = fc.oneof(
  fc.record({ type: fc.constant('api_key'), provider: fc.constant('p'), key: secret }),
  fc.record(
    { type: fc.constant('token'), provider: fc.constant('p'), token: secret, expires: ms },
    { requiredKeys: ['type', 'provider', 'token'] },
  ),
  fc.record(
    {
      type: fc.constant('oauth'),
      provider: fc.constant('p'),
      access: secret,
      refresh: fc.oneof(secret, fc.constant(null)),
      expires: fc.oneof(ms, fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true })),
      email: fc.string(),
    },
    { requiredKeys: ['type', 'provider'] },
  ),
);
const entry = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(extra, credential).map(([a, b]) => ({ ...a, ...b })) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
);
const id = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'a:1', 'b:2', '7'));
const anyFile = fc.record(
  {
    profiles: fc.dictionary(id, entry),
    version: fc.constant(1),
    order: fc.dictionary(id, fc.oneof(fc.array(id), fc.jsonValue({ maxDepth: 2 }))),
    lastGood: fc.dictionary(id, fc.oneof(id, fc.jsonValue({ maxDepth: 2 }))),
    usageStats: fc.dictionary(id, fc.oneof(fc.record({ lastUsed: ms }), fc.jsonValue())),
    future: fc.jsonValue({ maxDepth: 3 }),
  },
  { requiredKeys: ['profiles', 'version'] },
);

test('writing back what was read changes no byte of any file', () => {
  fc.assert(
    fc.property(anyFile, (value) => {
      const text = `${JSON.stringify(value, null, 2)}\n`;
      const file = parsed(text);
      assert.equal(renderMirror(file, contentOf(file)), text);
    }),
    { numRuns: 500 },
  );
});

test('whatever the file was: what is written says what we say, and keeps the unmodelled', () => {
  fc.assert(
    fc.property(anyFile, anyFile, (there, here) => {
      const file = parsed(there);
      const ours = contentOf(parsed(here));
      const written = parsed(renderMirror(file, ours));
      const content = contentOf(written);
      assert.deepEqual(byId(content), byId(ours));
      for (const part of ['usage', 'order', 'lastGood'] as const) {
        assert.deepEqual(sorted(content[part]), sorted(ours[part]));
      }
      for (const [key, raw] of contentOf(file).extra.profiles) {
        const mine = ours.profiles.some((profile) => profile.id === key);
        if (!mine) assert.deepEqual(written.profiles.get(key), raw);
      }
      for (const part of ['usage', 'order', 'lastGood'] as const) {
        const kept = new Map([...ours.extra[part], ...contentOf(file).extra[part]]);
        for (const [key, raw] of kept) {
          if (!ours[part].has(key)) assert.deepEqual(written[part].get(key), raw);
        }
      }
      for (const [key, raw] of contentOf(file).extra.top) {
        assert.deepEqual(written.top.get(key), raw);
      }
    }),
    { numRuns: 500 },
  );
});

function sorted(map: ReadonlyMap<string, unknown>): [string, unknown][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

function byId(content: format.MirrorContent): Map<string, unknown> {
  const entries = content.profiles.map((p): [string, unknown] => [p.id, format.entryOf(p)]);
  return new Map(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

test('one changed secret changes one line', () => {
  const text = wellFormed.find(({ name }) => name.startsWith('06'))?.text ?? '';
  const file = parsed(text);
  const content = contentOf(file);
  const profiles = content.profiles.map((profile) => ({
    ...profile,
    credential: { type: 'token' as const, token: new Secret('NEW') },
  }));
  const wanted = text.replace('sk-ant-oat01-FAKEtokenFAKEtoken', 'NEW');
  assert.notEqual(wanted, text);
  assert.equal(renderMirror(file, { ...content, profiles }), wanted);
});

test('a change of type is written in the gateway’s order, unknown fields behind', () => {
  const file = parsed({
    profiles: { 'p:1': { note: 1, expires: 5, token: 't', provider: 'p', type: 'token' } },
  });
  const content = contentOf(file);
  const credential = { type: 'oauth' as const, access: new Secret('a'), expiresAt: 9 };
  const profiles = content.profiles.map((profile) => ({ ...profile, credential }));
  const written = JSON.parse(renderMirror(file, { ...content, profiles }));
  assert.equal(
    JSON.stringify(written.profiles['p:1']),
    '{"type":"oauth","provider":"p","access":"a","expires":9,"note":1}',
  );
});

test('a new file: our order of keys, no empty maps, what we kept of the old one', () => {
  const entry = { type: 'token', provider: 'p', token: 't' };
  const content = contentOf(parsed({ future: 1, profiles: { 'w:1': 5, 'p:1': entry } }));
  assert.equal(
    JSON.stringify(JSON.parse(renderMirror(format.emptyMirror(), content))),
    JSON.stringify({ version: 1, profiles: { 'p:1': entry, 'w:1': 5 }, future: 1 }),
  );
});

const entries = {
  order: { p: ['p:1'] },
  lastGood: { p: 'p:1' },
  usageStats: { 'p:1': { lastUsed: 1 } },
};
for (const [part, map] of Object.entries(entries)) {
  test(`removed entries go, and with the last of them ${part}; version becomes 1`, () => {
    const profiles = { 'p:1': { type: 'token', provider: 'p', token: 't' } };
    const nothing = contentOf(parsed({ profiles: {} }));
    const rest = Object.keys(entries).filter((each) => each !== part);
    const empty = Object.fromEntries(rest.map((each) => [each, {}]));
    const written = (there: object) => {
      const file = parsed({ version: 9, profiles, ...empty, ...there });
      return JSON.parse(renderMirror(file, nothing));
    };
    assert.deepEqual(written({ [part]: map }), { version: 1, profiles: {}, ...empty });
    const kept = { version: 1, profiles: {}, ...empty };
    const unmodelled = { [part]: { x: 5 } };
    assert.deepEqual(written({ [part]: { ...map, x: 5 } }), { ...kept, ...unmodelled });
    assert.deepEqual(written({ [part]: {} }), { ...kept, [part]: {} });
    assert.deepEqual(written({ [part]: 5 }), { ...kept, [part]: 5 });
  });
}

test('the flat map of old is written in today’s shape', () => {
  const file = parsed({ p: { type: 'api_key', key: 'k' }, note: 1 });
  const written = renderMirror(file, contentOf(file));
  assert.equal(
    JSON.stringify(JSON.parse(written)),
    '{"note":1,"version":1,"profiles":{"p:default":{"provider":"p","type":"api_key","key":"k"}}}',
  );
  assert(!sameMeaning(file, parsed(written)));
});

const a = { type: 'token', provider: 'a', token: 't' };
const base = {
  version: 1,
  profiles: { 'a:1': a, 'b:1': { x: 1, y: 2 } },
  order: { a: ['a:1', 'a:2'] },
};
const { version, profiles, order } = base;
const meanings: [string, unknown, boolean][] = [
  ['entry turned round', { ...base, profiles: { 'a:1': a, 'b:1': { y: 2, x: 1 } } }, true],
  ['top-level keys turned round', { order, profiles, version }, true],
  ['another version', { ...base, version: 3 }, true],
  ['an empty map more', { ...base, lastGood: {} }, true],
  ['profiles turned round', { ...base, profiles: { 'b:1': { x: 1, y: 2 }, 'a:1': a } }, false],
  ['an order turned round', { ...base, order: { a: ['a:2', 'a:1'] } }, false],
  ['another value', { ...base, profiles: { ...profiles, 'b:1': { x: 1, y: 3 } } }, false],
  ['a usage more', { ...base, usageStats: { 'a:1': {} } }, false],
  ['an unknown key more', { ...base, future: null }, false],
];
for (const [name, other, same] of meanings) {
  test(`${name}: ${same ? 'the same' : 'another'} meaning`, () => {
    assert.equal(sameMeaning(parsed(base), parsed(other)), same);
    assert.equal(sameMeaning(parsed(other), parsed(base)), same);
  });
}
