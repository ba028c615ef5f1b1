import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { onboard as onboardSchema } from '../../src/cli/schemas/onboard.ts';
import { keyChoices, keyOptions } from '../../src/domain/onboarding.ts';
import { Secret } from '../../src/domain/secret.ts';
import { type Given, onboard } from './onboard-session.ts';

const DAY = 86_400_000;
const token = `sk-ant-oat01-${'CANARY-'.repeat(12)}`;

/** A key that fits the provider. */
function keyFor(provider: string): string {
  const beginning =
    { anthropic: 'sk-ant-api03-', openai: 'sk-proj-', openrouter: 'sk-or-v1-', google: 'AIza' }[
      provider
    ] ?? 'key-';
  return `${beginning}${'CANARY-'.repeat(13)}${provider}`;
}

/** Every way to give the key of one choice. */
const ways: readonly [
  what: string,
  words: (flag: string, key: string) => string,
  given: (key: string) => Given,
][] = [
  ['its flag', (flag, key) => `--${flag} ${key}`, () => ({})],
  ['its flag with =', (flag, key) => `--${flag}=${key}`, () => ({})],
  ['its file', (flag) => `--${flag}-file k.txt`, (key) => ({ texts: { 'k.txt': `${key}\n` } })],
  ['its variable', (flag) => `--${flag}-env KEY`, (key) => ({ texts: { KEY: key } })],
  ['--from-file', () => '--from-file k.txt', (key) => ({ texts: { 'k.txt': `${key}\n` } })],
  ['--from-env', () => '--from-env KEY', (key) => ({ texts: { KEY: key } })],
  ['--from-file -', () => '--from-file -', (key) => ({ texts: { '-': key } })],
  ['a pipe', () => '', (key) => ({ texts: { '-': `${key}\n` } })],
  ['a pipe, scripted', () => '--non-interactive', (key) => ({ texts: { '-': `${key}\n` } })],
];

for (const { name: choice, provider, flag, variable } of keyChoices) {
  describe(`--auth-choice ${choice}`, () => {
    const key = keyFor(provider);
    for (const [what, words, given] of ways) {
      test(`takes the key from ${what}`, async () => {
        const more = words(flag, key).split(' ').filter(Boolean);
        const told = await onboard(['--auth-choice', choice, ...more], given(key));
        assert.equal(told.exit, 0, told.err);
        assert.deepEqual(told.items, [{ kind: 'key', choice, provider, key }]);
        assert.equal(
          /command line/.test(told.err),
          what.startsWith('its flag') && !/file|env/.test(more[0] ?? ''),
        );
        assert.doesNotMatch(told.out + told.err, /CANARY/);
      });
    }

    test('goes to its variable with --env-file', async () => {
      const told = await onboard(['--env-file', '--auth-choice', choice], {
        texts: { '-': key },
      });
      assert.deepEqual(told.items, [{ kind: 'variable', choice, provider, name: variable, key }]);
      assert.equal(told.out, `set ${variable} (#1a2b3c4d) in ~/.epiloop/file\n`);
    });
  });
}

describe('a key that no option names', () => {
  const words = ['--auth-choice', 'openai-api-key'];
  const [key, other] = [keyFor('openai'), `${keyFor('openai')}-2`];
  const variables = [{ provider: 'openai', name: 'OPENAI_API_KEY', secret: new Secret(other) }];
  const profile = {
    id: 'openai:old',
    provider: 'openai',
    type: 'api_key',
    fingerprint: 'f',
  } as const;
  const profiles = [
    { ...profile, id: 'openai:blank', status: 'missing' },
    { ...profile, id: 'openai:t', type: 'token', status: 'static' },
    { ...profile, status: 'static' },
  ] as const;
  const stored = [
    { kind: 'stored', choice: 'openai-api-key', provider: 'openai', profileId: 'openai:old' },
  ];
  const entered = (text: string) => [
    { kind: 'key', choice: 'openai-api-key', provider: 'openai', key: text },
  ];
  const piped = { '-': key };
  const table: readonly [what: string, more: string[], given: Given, items: unknown[]][] = [
    ['a pipe before the environment', [], { texts: piped, survey: { variables } }, entered(key)],
    ['the environment', [], { survey: { variables } }, entered(other)],
    ['what is stored', [], { survey: { profiles } }, stored],
    [
      'scripted, a pipe that says the same as the environment',
      ['--non-interactive'],
      { texts: { '-': other }, survey: { variables, profiles } },
      entered(other),
    ],
    [
      'scripted, a pipe before what is stored',
      ['--non-interactive'],
      { texts: piped, survey: { profiles } },
      entered(key),
    ],
    [
      'on a terminal, typed',
      [],
      { terminal: true, texts: piped, survey: { variables } },
      entered(key),
    ],
    [
      'on a terminal, scripted, nothing is asked',
      ['--non-interactive'],
      { terminal: true, texts: piped, survey: { profiles } },
      stored,
    ],
  ];
  for (const [what, more, given, items] of table) {
    test(what, async () =>
      assert.deepEqual((await onboard([...words, ...more], given)).items, items),
    );
  }

  test('scripted with the environment: an empty standard input does no harm', async () => {
    const told = await onboard([...words, '--non-interactive'], { survey: { variables } });
    assert.deepEqual(told.items, entered(other));
    assert.match(told.err, /took the key from OPENAI_API_KEY of the environment/);
  });

  test('scripted, another in a pipe than in the environment: 64, and how to say which', async () => {
    const given = { texts: piped, survey: { variables, profiles } };
    const told = await onboard([...words, '--non-interactive'], given);
    assert.deepEqual([told.exit, told.items, told.out], [64, [], '']);
    assert.match(told.err, /two keys were given, on standard input and in OPENAI_API_KEY/);
    assert.match(told.err, /hint: --openai-api-key-file - takes the piped one/);
    assert.doesNotMatch(told.err, /CANARY/);
    const said = ['--non-interactive', '--openai-api-key-file', '-'];
    assert.deepEqual((await onboard([...words, ...said], given)).items, entered(key));
  });

  test('nowhere: 64 with the ways', async () => {
    const told = await onboard(words, { survey: { profiles: profiles.slice(0, 2) } });
    assert.deepEqual([told.exit, told.items], [64, []]);
    assert.match(
      told.err,
      /needs an API key of OpenAI: --openai-api-key-file, .* OPENAI_API_KEY\n/,
    );
    assert.match(told.err, /hint: for example epiloop onboard --auth-choice openai-api-key --from/);
  });

  test('with --env-file a stored profile is no answer', async () => {
    const told = await onboard([...words, '--env-file'], { survey: { profiles } });
    assert.deepEqual([told.exit, told.items], [64, []]);
  });
});

describe('several keys at once', () => {
  test('are all stored, each with its first choice', async () => {
    const words = keyOptions.flatMap(({ flag, provider }) => [`--${flag}`, keyFor(provider)]);
    const told = await onboard(words);
    assert.equal(told.exit, 0, told.err);
    assert.deepEqual(
      told.items.map(({ choice, key }) => [choice, key]),
      keyOptions.map(({ name, provider }) => [name, keyFor(provider)]),
    );
    assert.doesNotMatch(told.out + told.err, /CANARY/);
  });

  test('one of them with the choice that is named', async () => {
    const words = `--auth-choice minimax-api-lightning --minimax-api-key mini-1234 --zai-api-key zai-1234`;
    const told = await onboard(words.split(' '));
    assert.deepEqual(
      told.items.map(({ choice }) => choice),
      ['zai-api-key', 'minimax-api-lightning'],
    );
  });

  test('one bad one, and the host is not even opened', async () => {
    const words = `--openai-api-key ${keyFor('openai')} --anthropic-api-key-file bad`;
    const told = await onboard(words.split(' '), { texts: { bad: keyFor('openrouter') } });
    assert.deepEqual([told.exit, told.items, told.surveys, told.out], [65, [], 0, '']);
    assert.match(told.err, /^epiloop: bad: this looks like a key of openrouter, not of anthropic/);
    assert.match(told.err, /hint: --openrouter-api-key-file takes those of openrouter/);
    assert.doesNotMatch(told.err, /CANARY/);
  });
});

describe('--auth-choice token', () => {
  const stored = { kind: 'token', choice: 'token', provider: 'anthropic', token };
  const plain = { ...stored, profileId: 'anthropic:default', expiresInMs: undefined };
  const table: readonly [words: string, given: Given, item: unknown][] = [
    [`--auth-choice token --token-provider anthropic --token ${token}`, {}, plain],
    [`--token=${token}`, {}, plain],
    ['--auth-choice token', { texts: { '-': `${token}\n` } }, plain],
    ['--auth-choice token', { texts: { '-': token }, terminal: true }, plain],
    ['--auth-choice token --from-file t', { texts: { t: token } }, plain],
    ['--token-provider Anthropic --from-env T', { texts: { T: token } }, plain],
    [
      '--auth-choice token --token-profile-id anthropic:x --token-expires-in 30',
      { texts: { '-': token } },
      { ...plain, profileId: 'anthropic:x', expiresInMs: 30 * DAY },
    ],
    [
      '--auth-choice token --token-provider Z.AI --from-env T',
      { texts: { T: 'abcdefgh' } },
      { ...plain, provider: 'zai', token: 'abcdefgh', profileId: 'zai:default' },
    ],
  ];
  for (const [words, given, item] of table) {
    test(words.replaceAll(token, '<token>'), async () => {
      const told = await onboard(words.split(' '), given);
      assert.deepEqual(told.items, [item], told.err);
      assert.equal(/command line/.test(told.err), words.includes(token));
      assert.doesNotMatch(told.out + told.err, /CANARY/);
    });
  }
});

test('the logins of other programs', async () => {
  const { items } = await onboard(['--auth-choice', 'codex-cli']);
  const [provider, profileId] = ['openai-codex', 'openai-codex:codex-cli'];
  assert.deepEqual(items, [{ kind: 'client', choice: 'codex-cli', provider, profileId }]);
});

test('skip stores nothing, says so, and opens nothing', async () => {
  const told = await onboard('--non-interactive --accept-risk --auth-choice skip'.split(' '));
  assert.deepEqual([told.exit, told.out, told.surveys], [0, 'nothing was stored\n', 0]);
});

test('--agent goes with it', async () => {
  const told = await onboard(['--agent', '007', '--zai-api-key-env', 'K'], {
    texts: { K: 'zai-1234' },
  });
  assert.equal(told.requests[0]?.agent, '007');
});

test('--json is one value of its schema', async () => {
  const told = await onboard([
    '--json',
    '--zai-api-key',
    'zai-1234',
    '--openai-api-key',
    'sk-12345',
  ]);
  const { results } = v.parse(onboardSchema, JSON.parse(told.out));
  assert.deepEqual(
    results.map(({ provider, profileId, replaced }) => [provider, profileId, replaced]),
    [
      ['openai', 'openai:default', false],
      ['zai', 'zai:default', false],
    ],
  );
});
