// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a config names variables
import assert from 'node:assert/strict';
import { symlinkSync } from 'node:fs';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { readConfig } from '../../src/config/read.ts';
import { emptyHostConfig } from '../../src/domain/host-config.ts';
import { EpiloopError } from '../../src/errors.ts';
import { type Contents, Folder, files, hash, read } from './folder.ts';

const SECRET = 'sk-proj-do-not-show-me';

function refused(contents: Contents, message: RegExp, env = {}): EpiloopError {
  using folder = new Folder(contents);
  let thrown: unknown;
  assert.throws(
    () => read(folder, env),
    (error: unknown) => {
      thrown = error;
      return error instanceof EpiloopError;
    },
  );
  assert.ok(thrown instanceof EpiloopError);
  assert.equal(thrown.code, 'config_invalid');
  assert.match(thrown.message, message);
  assert.ok(thrown.hint);
  assert.ok(thrown.path?.startsWith(folder.path));
  assert.doesNotMatch(inspect(thrown, { depth: 9 }), new RegExp(SECRET));
  return thrown;
}

test('no file is no config', () => {
  using folder = new Folder();
  const input = { path: folder.config, files, env: () => undefined, hash };
  assert.equal(readConfig(input), undefined);
});

test('an empty object is the empty config', () => {
  using folder = new Folder({ 'epiloop.json': '{}' });
  const { config, upgrade, variables } = read(folder);
  assert.deepEqual(JSON.stringify(config), JSON.stringify(emptyHostConfig));
  assert.deepEqual(config.auth.cooldowns, emptyHostConfig.auth.cooldowns);
  assert.deepEqual([upgrade, variables], [undefined, []]);
});

test('everything that we know is read', () => {
  using folder = new Folder({
    'epiloop.json': `\uFEFF// a config
      {
        channels: { telegram: { botToken: '\${NOT_SET}' }, $include: './nowhere.json5' },
        auth: {
          profiles: { 'anthropic:x': { provider: 'anthropic', mode: 'oauth', email: 'a@b.c' } },
          order: { 'z.ai': ['b', 'a'], openai: [] },
          cooldowns: { billingBackoffHours: .5, billingBackoffHoursByProvider: { openai: 2 } },
        },
        agents: {
          defaults: {
            model: { primary: 'opus', fallbacks: ['openai/gpt-5'], extra: 1 },
            imageModel: { fallbacks: ['google/x'] },
            models: { 'anthropic/claude-opus-4-5': { alias: 'opus' }, 'a/b': {} },
            heartbeat: { every: '5m' },
          },
          list: [
            { id: 'Work Bot', default: true, agentDir: '~/work', model: 'zai/glm', tools: [] },
            { id: 'main', model: { primary: 'a/b' } },
          ],
        },
        models: { providers: { ' Local ': { baseUrl: 'http://localhost', api: 'x', models: [] } } },
        env: { vars: { A: '1' }, B: '2', C: 3, shellEnv: { enabled: true } },
      }`,
  });
  const { config } = read(folder);
  const profile = { provider: 'anthropic', mode: 'oauth', email: 'a@b.c' };
  assert.deepEqual([...config.auth.profiles], [['anthropic:x', profile]]);
  assert.deepEqual(
    [...config.auth.order],
    [
      ['z.ai', ['b', 'a']],
      ['openai', []],
    ],
  );
  assert.deepEqual(config.auth.cooldowns, {
    billingBackoffHours: 0.5,
    billingBackoffHoursByProvider: new Map([['openai', 2]]),
    billingMaxHours: 24,
    failureWindowHours: 24,
  });
  assert.deepEqual(config.agents, {
    model: { primary: 'opus', fallbacks: ['openai/gpt-5'] },
    imageModel: { primary: undefined, fallbacks: ['google/x'] },
    models: new Map([
      ['anthropic/claude-opus-4-5', 'opus'],
      ['a/b', undefined],
    ]),
    list: [
      {
        id: 'work-bot',
        default: true,
        agentDir: '~/work',
        model: { primary: 'zai/glm', fallbacks: [] },
      },
      {
        id: 'main',
        default: false,
        agentDir: undefined,
        model: { primary: 'a/b', fallbacks: [] },
      },
    ],
  });
  assert.equal(config.providers.get('Local')?.baseUrl, 'http://localhost');
  assert.deepEqual([...config.env.vars.keys()], ['A', 'B']);
  assert.deepEqual(config.env.shellEnv, { enabled: true, timeoutMs: 15_000 });
});

test('a key in the config: its fingerprint, and the text only on request', () => {
  using folder = new Folder({
    'epiloop.json': `{ models: { providers: { openai: { apiKey: '${SECRET}' },
      groq: { apiKey: ' ' } } } }`,
  });
  const { config } = read(folder);
  const key = config.providers.get('openai')?.apiKey;
  assert.equal(key?.blank, false);
  assert.equal(key?.fingerprint, hash(SECRET).slice(0, 8));
  assert.equal(key?.secret?.reveal(), SECRET);
  assert.doesNotMatch(inspect(config, { depth: 9 }), new RegExp(SECRET));
  assert.equal(config.providers.get('groq')?.apiKey?.blank, true);
});

const invalid: readonly [string, string, RegExp][] = [
  [
    'an unknown mode (golden 18)',
    '{ auth: { profiles: { "anthropic:x": { provider: "anthropic", mode: "sso" } } } }',
    /epiloop\.json is invalid: auth\.profiles\.anthropic:x\.mode: expected api_key \| oauth/,
  ],
  ['an unfinished file (golden 18b)', '{ auth: \n', /epiloop\.json:2:1 is not valid JSON5$/],
  ['an empty file', '', /epiloop\.json:1:1 is not valid JSON5$/],
  ['an unquoted secret', `{ a: ${SECRET} }`, /epiloop\.json:1:6 is not valid JSON5$/],
  ['a line break in a secret', `{ a: '${SECRET}\n' }`, /epiloop\.json:2:1 is not valid JSON5$/],
  ['a list', '[]', /epiloop\.json is no object/],
  ['a text', `'${SECRET}'`, /epiloop\.json is no object/],
  ['null', 'null', /epiloop\.json is no object/],
  ['auth is null', '{ auth: null }', /: auth: expected object/],
  ['an unknown auth key', `{ auth: { foo: '${SECRET}' } }`, /: auth\.foo: no such key is known$/],
  [
    'an unknown profile key',
    `{ auth: { profiles: { a: { provider: 'x', mode: 'oauth', key: '${SECRET}' } } } }`,
    /: auth\.profiles\.a\.key: no such key is known$/,
  ],
  [
    'an unknown cooldown key',
    '{ auth: { cooldowns: { hours: 1 } } }',
    /: auth\.cooldowns\.hours: no such key is known$/,
  ],
  [
    'a profile without provider',
    '{ auth: { profiles: { a: { mode: "token" } } } }',
    /: auth\.profiles\.a\.provider: expected, but missing$/,
  ],
  ['profiles as a list', '{ auth: { profiles: [] } }', /: auth\.profiles: expected object$/],
  [
    'an order as text',
    `{ auth: { order: { a: '${SECRET}' } } }`,
    /: auth\.order\.a: expected array$/,
  ],
  [
    'a number in an order',
    '{ auth: { order: { a: [1] } } }',
    /: auth\.order\.a\.0: expected string$/,
  ],
  ...['0', '-1', 'NaN', 'Infinity', '"5"'].map((hours): [string, string, RegExp] => [
    `cooldown hours ${hours}`,
    `{ auth: { cooldowns: { billingMaxHours: ${hours} } } }`,
    /: auth\.cooldowns\.billingMaxHours: expected positive number of hours$/,
  ]),
  [
    'a model as plain text',
    '{ agents: { defaults: { model: "a/b" } } }',
    /: agents\.defaults\.model: expected object$/,
  ],
  [
    'an agent without id',
    '{ agents: { list: [{}] } }',
    /: agents\.list\.0\.id: expected, but missing$/,
  ],
  [
    'a key that is no text',
    '{ models: { providers: { a: { apiKey: { $ref: 1 } } } } }',
    /: models\.providers\.a\.apiKey: expected string$/,
  ],
  ['a variable that is no text', '{ env: { vars: { A: 1 } } }', /: env\.vars\.A: expected string$/],
  [
    'a negative timeout',
    '{ env: { shellEnv: { timeoutMs: -1 } } }',
    /: env\.shellEnv\.timeoutMs: expected number of milliseconds$/,
  ],
  [
    'seven faults, of which five are shown',
    '{ auth: { order: { a: [1, 2, 3, 4, 5, 6] } }, agents: 1 }',
    /invalid: auth\.order\.a\.0: expected string;( [^;]*;){4} and 2 more$/,
  ],
];

for (const [name, text, message] of invalid) {
  test(`refused: ${name}`, () => {
    refused({ 'epiloop.json': text }, message);
  });
}

test('what is no text file is a fault of the config', () => {
  refused({ 'epiloop.json/x': '' }, /epiloop\.json/);
  refused({ 'epiloop.json': new Uint8Array([0x7b, 0xff, 0x7d]) }, /epiloop\.json is not UTF-8/);
  refused({ 'epiloop.json': `{}${' '.repeat(4 * 1024 * 1024)}` }, /epiloop\.json has \d+ bytes/);
});

test('a file nested without end is refused, not a crash', () => {
  const deep = `{ agents: ${'['.repeat(100_000)}${']'.repeat(100_000)} }`;
  refused({ 'epiloop.json': deep }, /nested more than 200 deep/);
});

test('keys that mean something to the language mean nothing', () => {
  using folder = new Folder({
    'epiloop.json': `{ __proto__: { auth: { foo: 1 } }, auth: { "__proto__": { foo: 1 },
      profiles: { __proto__: { provider: 'x', mode: 'oauth' } } } }`,
  });
  assert.equal(read(folder).config.auth.profiles.size, 0);
  assert.equal(Object.hasOwn(Object.prototype, 'auth'), false);
  refused({ 'epiloop.json': '{ auth: { constructor: 1 } }' }, /auth\.constructor: no such key/);
});

test('of duplicate keys the last counts', () => {
  using folder = new Folder({
    'epiloop.json': '{ auth: { foo: 1 }, auth: { order: { a: ["x"], a: ["y"] } } }',
  });
  assert.deepEqual(read(folder).config.auth.order.get('a'), ['y']);
});

test('a symlinked config is read at its target, with its includes beside the link', () => {
  using folder = new Folder({
    'elsewhere/real.json': '{ $include: "./part.json" }',
    'part.json': '{ auth: { order: { a: ["x"] } } }',
  });
  symlinkSync(folder.join('elsewhere/real.json'), folder.config);
  const { config, files: seen } = read(folder);
  assert.deepEqual(config.auth.order.get('a'), ['x']);
  assert.deepEqual(
    seen.map(({ path }) => path),
    [folder.config, folder.join('part.json')],
  );
});

test('where sessions are, and the models that a provider is given', () => {
  using folder = new Folder({
    'epiloop.json': `{
      session: { store: '\${HOME_OF_IT}/{agentId}.json', other: 1 },
      models: { providers: {
        local: { models: [{ id: 'a', name: 'x' }, { name: 'no id' }, null, 'b', { id: 7 }, { id: 'c' }] },
        odd: { models: { id: 'a' } },
        plain: {},
      } },
    }`,
  });
  const config = read(folder, { HOME_OF_IT: '/data' })?.config;
  assert.equal(config?.sessionStore, '/data/{agentId}.json');
  const models = [...(config?.providers ?? [])].map(([id, provider]) => [id, provider.models]);
  assert.deepEqual(models, [
    ['local', ['a', 'c']],
    ['odd', []],
    ['plain', undefined],
  ]);
});

test('a place of sessions that is no text', () => {
  refused({ 'epiloop.json': '{ session: { store: 7 } }' }, /session\.store: expected string/);
});
