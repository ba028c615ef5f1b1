// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a config names variables
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromExtract, toExtract } from '../../src/config/extract.ts';
import type { ConfigSecret, HostConfig } from '../../src/domain/host-config.ts';
import { isJsonObject, type Json } from '../../src/domain/json.ts';
import fc from '../property.ts';
import { Folder, hash, read, type Variables } from './folder.ts';

const ENV: Variables = { KEY: 'sk-from-env', MODE: 'oauth', HOST: 'gpu', TOKEN: 'sk-token' };
const WRITTEN = ['sk-written-1', 'sk-written-2', 'sk-written-3'];

const full = `{
  auth: {
    profiles: {
      'anthropic:claude-cli': { provider: 'anthropic', mode: 'token' },
      $: { provider: '\${HOST}', mode: '\${MODE}', email: '$\${HOST}@x' },
    },
    order: { $: ['\${HOST}', 'b'], openai: [] },
    cooldowns: { billingBackoffHoursByProvider: { $: 3 }, billingMaxHours: 9 },
  },
  agents: {
    defaults: { model: { primary: '\${HOST}/x' }, models: { 'a/b': { alias: 'c' }, $: {} } },
    list: [{ id: 'One', model: 'a/b' }, { id: '\${HOST}', default: true, agentDir: '~/\${HOST}' }],
  },
  models: {
    providers: {
      written: { apiKey: '${WRITTEN[0]}', baseUrl: 'http://\${HOST}/', unknown: '${WRITTEN[0]}' },
      named: { apiKey: 'Bearer \${KEY}', models: [{ id: '\${HOST}-1' }, { id: 'm', cost: 1 }, 7] },
      blank: { apiKey: '' },
      $: { apiKey: '\${KEY}' },
    },
  },
  session: { store: '~/\${HOST}/{agentId}.json', scope: 'global' },
  env: { vars: { A: '${WRITTEN[1]}', $: '\${TOKEN}' }, B: '${WRITTEN[2]}', shellEnv: { enabled: true } },
}`;

function withoutSecrets(config: HostConfig): HostConfig {
  const strip = ({ blank, fingerprint }: ConfigSecret): ConfigSecret => ({ blank, fingerprint });
  return {
    ...config,
    providers: new Map(
      [...config.providers].map(([id, it]) => [
        id,
        { ...it, apiKey: it.apiKey === undefined ? undefined : strip(it.apiKey) },
      ]),
    ),
    env: {
      ...config.env,
      vars: new Map([...config.env.vars].map(([name, it]) => [name, strip(it)])),
    },
  };
}

/** As the database keeps it. */
function stored(extract: Json): Json {
  return JSON.parse(JSON.stringify(extract));
}

const lookup = (env: Variables) => (name: string) => env[name];

function extractOf(text: string, env: Variables = ENV) {
  using folder = new Folder({ 'epiloop.json': text });
  const result = read(folder, env);
  return { ...result, extract: stored(toExtract(result)) };
}

test('an extract gives the same config, files and upgrade, without secrets', () => {
  const { extract, config, files, upgrade } = extractOf(full);
  const again = fromExtract(extract, lookup(ENV), hash);
  assert.ok(again !== undefined);
  assert.deepEqual(withoutSecrets(again.config), withoutSecrets(config));
  assert.deepEqual(
    again.files,
    files.map(({ path, stamp }) => ({ path, stamp: stamp.id })),
  );
  assert.deepEqual(again.upgrade, upgrade);
  assert.equal(upgrade?.profileId, 'anthropic:claude-cli');
});

test('it holds no secret, neither one of the config nor one of a variable', () => {
  const text = JSON.stringify(extractOf(full).extract);
  assert.doesNotMatch(text, /sk-/);
  assert.match(text, /\$\{KEY\}/);
  assert.doesNotMatch(text, /\[secret\]/);
});

test('a changed variable shows', () => {
  const { extract } = extractOf(full);
  const env = { ...ENV, KEY: 'sk-new', HOST: 'cpu', MODE: 'token' };
  const again = fromExtract(extract, lookup(env), hash)?.config;
  const key = again?.providers.get('named')?.apiKey;
  assert.equal(key?.fingerprint, hash('Bearer sk-new').slice(0, 8));
  assert.equal(key?.secret?.reveal(), 'Bearer sk-new');
  assert.equal(again?.providers.get('written')?.baseUrl, 'http://cpu/');
  assert.deepEqual(again?.auth.profiles.get('$'), {
    provider: 'cpu',
    mode: 'token',
    email: '${HOST}@x',
  });
  assert.equal(again?.agents.list[1]?.id, 'cpu');
});

test('a key that stands in the config comes without its text', () => {
  const again = fromExtract(extractOf(full).extract, lookup(ENV), hash);
  const key = again?.config.providers.get('written')?.apiKey;
  assert.deepEqual(key, { blank: false, fingerprint: hash('sk-written-1').slice(0, 8) });
});

const again: readonly [string, string, Variables, Variables][] = [
  ['a variable that is gone', full, ENV, { ...ENV, KEY: '' }],
  ['a mode that only the schema may judge', full, ENV, { ...ENV, MODE: 'sso' }],
  [
    'a variable that the config sets itself',
    `{ env: { vars: { A: 'x' } }, auth: { order: { p: ['\${A}'] } } }`,
    {},
    {},
  ],
  [
    'a missing variable in a field that is not kept',
    `{ models: { mode: '\${GONE}' } }`,
    { GONE: 'x' },
    {},
  ],
];

for (const [name, text, before, now] of again) {
  test(`parse again: ${name}`, () => {
    const { extract } = extractOf(text, before);
    assert.equal(fromExtract(extract, lookup(now), hash), undefined);
  });
}

test('parse again: another version, or no extract at all', () => {
  const { extract } = extractOf(full);
  assert.ok(isJsonObject(extract));
  const other = { ...extract, version: 0 };
  for (const json of [other, null, [], 'x', {}]) {
    assert.equal(fromExtract(json, lookup(ENV), hash), undefined);
  }
});

test('without a hash, only secrets that stand in variables need the parser', () => {
  assert.equal(fromExtract(extractOf(full).extract, lookup(ENV)), undefined);
  const { extract } = extractOf(`{ models: { providers: { a: { apiKey: 'sk-written' } } } }`);
  const key = fromExtract(extract, lookup({}))?.config.providers.get('a')?.apiKey;
  assert.equal(key?.fingerprint, hash('sk-written').slice(0, 8));
});

test('an escaped variable stays a text', () => {
  const { extract } = extractOf(`{ auth: { order: { a: ['$\${KEY}'] } } }`, {});
  const order = fromExtract(extract, lookup(ENV), hash)?.config.auth.order;
  assert.deepEqual(order?.get('a'), ['${KEY}']);
});

test('any keys and texts survive the way through the extract', () => {
  const word = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('$', '${KEY}', '$${KEY}'));
  const dict = <T>(value: fc.Arbitrary<T>) => fc.dictionary(word, value, { maxKeys: 4 });
  const config = fc.record({
    auth: fc.record({ order: dict(fc.array(word, { maxLength: 3 })) }),
    models: fc.record({ providers: dict(fc.record({ apiKey: word, baseUrl: word })) }),
    env: fc.record({ vars: dict(word) }),
  });
  fc.assert(
    fc.property(config, (value) => {
      const { extract, config: direct } = extractOf(JSON.stringify(value));
      const result = fromExtract(extract, lookup(ENV), hash);
      assert.ok(result !== undefined);
      assert.deepEqual(withoutSecrets(result.config), withoutSecrets(direct));
    }),
    { numRuns: 150 },
  );
});
