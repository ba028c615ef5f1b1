import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDamaged, type MirrorFile, parseMirror } from '../../src/mirror/format.ts';

function parsed(value: unknown): MirrorFile {
  const mirror = parseMirror(typeof value === 'string' ? value : JSON.stringify(value));
  assert(!isDamaged(mirror), JSON.stringify(mirror));
  return mirror;
}

const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const manyKeys = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`k${n}`, n]));
const manyIds = Object.fromEntries(Array.from({ length: 10_001 }, (_, n) => [`p:${n}`, {}]));

const damaged: [string, string, RegExp][] = [
  ['nothing', '', /^it is empty$/],
  ['white space', ' \r\n', /^it is empty$/],
  ['half a file', '{"profiles":{"a:b":{"type":"token",', /^not JSON at line 1 column 36$/],
  ['a trailing comma', '{"profiles":{},}', /^not JSON at line 1 column 16$/],
  ['a comment', '// no\n{"profiles":{}}', /^not JSON/],
  ['zero bytes', '\0\0\0\0', /^not JSON/],
  ['zero bytes behind', '{"profiles":{}}\0\0', /^not JSON/],
  ['two objects', '{"profiles":{}}{"profiles":{}}', /^not JSON/],
  ['null', 'null', /^not a JSON object$/],
  ['a list', '[{"profiles":{}}]', /^not a JSON object$/],
  ['text', '"profiles"', /^not a JSON object$/],
  ['no profiles', '{"version":1}', /^it has no object "profiles"$/],
  ['an empty object', '{}', /^it has no object "profiles"$/],
  ['profiles as a list', '{"profiles":[]}', /^it has no object "profiles"$/],
  ['profiles null', '{"profiles":null,"a":{"type":"token"}}', /^it has no object "profiles"$/],
  ['a map without credentials', '{"a":{"type":"apiKey","key":"x"}}', /^it has no object/],
  ['great depth', `{"profiles":${nested(64)}}`, /^nested deeper than 64 levels$/],
  ['enormous depth', `{"profiles":${'['.repeat(1e6)}${']'.repeat(1e6)}}`, /^nested deeper/],
  ['a lone surrogate', String.raw`{"profiles":{"a:\udc00":1}}`, /not well-formed Unicode$/],
  [
    'too many keys',
    JSON.stringify({ profiles: {}, ...manyKeys }),
    /^more than 1000 top-level keys$/,
  ],
  ['too many ids', JSON.stringify({ profiles: manyIds }), /^more than 10000 ids$/],
];

for (const [name, text, why] of damaged) {
  test(`${name} is damage`, () => {
    const mirror = parseMirror(text);
    assert(isDamaged(mirror));
    assert.match(mirror.damaged, why);
  });
}

test('the reason for damage quotes nothing of the file', () => {
  for (const text of ['sk-ant-SECRET', '{"profiles":{"a:b":sk-ant-SECRET}}', '"sk-SECRET" x']) {
    assert.doesNotMatch(JSON.stringify(parseMirror(text)), /SECRET|sk-/);
  }
});

test('a pair of surrogates is text', () => {
  assert(!isDamaged(parseMirror(String.raw`{"profiles":{},"x":"\ud83d\ude00"}`)));
});

test('a type that is free text is not repeated', () => {
  const file = parsed({ profiles: { 'a:b': { type: 'sk-SECRET', provider: 'a' } } });
  assert.equal(file.ignored[0]?.why, 'type "?" is not one of api_key, token, oauth');
});

test('64 levels are allowed', () => {
  assert(!isDamaged(parseMirror(`{"profiles":${nested(62)}}`)));
});

test('the parts of the file in its own order', () => {
  const file = parsed({
    lastGood: { z: 'z:1' },
    version: 7,
    profiles: { 'z:1': { type: 'api_key', provider: 'z', key: 'k' }, 'a:1': 'odd' },
    usageStats: { 'z:1': { lastUsed: 5 } },
    order: { z: ['z:1'] },
  });
  assert.equal(file.version, 7);
  assert.deepEqual([...file.profiles.keys()], ['z:1', 'a:1']);
  assert.equal([...file.top.keys()].join(), 'lastGood,version,profiles,usageStats,order');
  assert.deepEqual(file.order.get('z'), ['z:1']);
  assert.deepEqual(file.lastGood.get('z'), 'z:1');
  assert.deepEqual(file.usage.get('z:1'), { lastUsed: 5 });
  assert.equal(file.legacyMap, undefined);
});

test('of duplicate keys the last counts, as for the gateway', () => {
  const file = parsed('{"profiles":{"a":1},"profiles":{"b":1,"b":2}}');
  assert.deepEqual([...file.profiles], [['b', 2]]);
});

test('ids that are names of object internals are ids', () => {
  const file = parsed('{"profiles":{"__proto__":{"type":"token"},"constructor":1,"toString":2}}');
  assert.deepEqual([...file.profiles.keys()], ['__proto__', 'constructor', 'toString']);
  assert.equal(({} as { type?: string }).type, undefined);
});

test('what the gateway does not model is listed with its reason', () => {
  const file = parsed({
    profiles: {
      'ok:1': { type: 'token', provider: 'ok', token: 't' },
      'a:1': { type: 'mystery', provider: 'a', secret: 'SECRET' },
      'b:1': { type: 'token', token: 'SECRET' },
      'c:1': 'SECRET',
      'd:1': { type: `\u001b[2J${'x'.repeat(60)}`, provider: 'd' },
      'e:1': { type: 'token', provider: '  ', token: 'SECRET' },
      'f:1': { provider: 'f', key: 'SECRET' },
      'g:1': { type: 'toString', provider: 'g' },
    },
    order: { a: 'a:1', b: ['b:1', 5], c: [], d: ['d:1'] },
    lastGood: { a: 5, b: 'b:1' },
    usageStats: { a: 5, b: {} },
    future: { keep: true },
  });
  const listed = file.ignored.map(({ kind, key, why }) => `${kind} ${key}: ${why}`);
  assert.deepEqual(listed, [
    'profile a:1: type "mystery" is not one of api_key, token, oauth',
    'profile b:1: provider is missing or no text',
    'profile c:1: not an object',
    `profile d:1: type "?" is not one of api_key, token, oauth`,
    'profile e:1: provider is blank',
    'profile f:1: type is missing or no text',
    'profile g:1: type "?" is not one of api_key, token, oauth',
    'order a: not a list',
    'order b: not only profile ids in it',
    'order c: an empty list',
    'last_good a: not a profile id',
    'usage a: not an object',
    'top future: unknown key',
  ]);
});

test('a known key of the wrong kind is listed too', () => {
  const { ignored, order } = parsed({ profiles: {}, order: 5, usageStats: [] });
  assert.equal(order.size, 0);
  assert.deepEqual(
    ignored.map(({ key, why }) => [key, why]),
    [
      ['order', 'not an object'],
      ['usageStats', 'not an object'],
    ],
  );
});

test('the flat map of old becomes default profiles; the rest of it is kept', () => {
  const file = parsed({
    anthropic: { type: 'oauth', access: 'a', refresh: 'r', expires: 5 },
    'z.ai': { type: 'api_key', provider: 'zai', key: 'k' },
    note: 'mine',
  });
  assert.equal(file.legacyMap, true);
  assert.deepEqual(
    [...file.profiles],
    [
      [
        'anthropic:default',
        { provider: 'anthropic', type: 'oauth', access: 'a', refresh: 'r', expires: 5 },
      ],
      ['z.ai:default', { provider: 'zai', type: 'api_key', key: 'k' }],
    ],
  );
  assert.deepEqual([...file.top], [['note', 'mine']]);
});
