import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { EnterOutcome, EnterRequest } from '../../src/app/app.ts';
import type { EnteredText, SecretFrom } from '../../src/cli/effects.ts';
import type { Secret } from '../../src/domain/secret.ts';
import { EpiloopError } from '../../src/errors.ts';
import { session, withAnswers } from './session.ts';

const DAY = 86_400_000;
const token = `sk-ant-oat01-${'Ab3_-'.repeat(19)}`;
const key = `sk-ant-api03-${'Ab3_-'.repeat(19)}`;
const dir = '/home/op/.epiloop/agents/main/agent';

const stored: EnterOutcome = {
  agentId: 'main',
  agentDir: dir,
  path: `${dir}/auth-profiles.json`,
  profileId: 'anthropic:manual',
  provider: 'anthropic',
  type: 'token',
  fingerprint: '1a2b3c4d',
  replaced: false,
  config: [],
  findings: [],
  notices: [],
  home: '/home/op',
};

interface Answers {
  readonly entered?: Partial<EnteredText> | EpiloopError;
  readonly outcome?: Partial<EnterOutcome>;
}

/** One command line; what it asked for, and what it handed on with the secret revealed. */
async function paste(words: readonly string[], { entered = {}, outcome }: Answers = {}) {
  const asked: SecretFrom[] = [];
  const requests: (Omit<EnterRequest, 'credential'> & { credential: unknown })[] = [];
  const app = withAnswers({
    enter: async ({ credential, ...rest }) => {
      assert.ok(credential.type !== 'oauth');
      const { type } = credential;
      const secret: Secret = type === 'token' ? credential.token : credential.key;
      const expiresInMs = type === 'token' ? credential.expiresInMs : undefined;
      requests.push({ ...rest, credential: { type, secret: secret.reveal(), expiresInMs } });
      return { ...stored, ...outcome };
    },
  });
  const readSecret = async (from: SecretFrom) => {
    asked.push(from);
    if (entered instanceof EpiloopError) throw entered;
    return { text: `${token}\n`, notes: [], ...entered };
  };
  let opened = 0;
  const openApp = () => {
    opened += 1;
    return app;
  };
  const effects = { openApp, readSecret };
  const told = await session(['models', 'auth', ...words], { effects });
  assert.equal(opened, requests.length, 'the state was opened for nothing');
  assert.ok(!`${told.out}${told.err}`.includes('Ab3_-'), 'the secret was printed');
  return { ...told, asked, requests };
}

describe('models auth paste-token', () => {
  test('asks, stores, and says what and where', async () => {
    const words = ['paste-token', '--provider', 'Anthropic', '--expires-in', '365d'];
    const { exit, out, err, asked, requests } = await paste(words);
    assert.deepEqual([exit, err], [0, '']);
    assert.equal(
      out,
      'stored anthropic:manual (token #1a2b3c4d, expires in 365d) for agent main ' +
        'in ~/.epiloop/agents/main/agent/auth-profiles.json\n',
    );
    assert.deepEqual(asked, [{ kind: 'stdin', prompt: 'token for anthropic: ' }]);
    const credential = { type: 'token', secret: token, expiresInMs: 365 * DAY };
    assert.deepEqual(requests, [
      { provider: 'Anthropic', profileId: undefined, agent: undefined, credential },
    ]);
  });

  for (const [words, ms] of [
    ['--expires-in 30', 30 * DAY],
    ['--expires-in 1.5h', 5_400_000],
    ['--expires-in=90m', 5_400_000],
    ['', undefined],
  ] as const) {
    test(`${words || 'without --expires-in'} is ${ms} ms`, async () => {
      const all = `paste-token --provider anthropic ${words}`.trim().split(' ');
      const [request] = (await paste(all)).requests;
      assert.deepEqual(request?.credential, { type: 'token', secret: token, expiresInMs: ms });
    });
  }

  test('--profile-id and --agent go with it', async () => {
    const words = 'paste-token --provider anthropic --profile-id 007 --agent 08'.split(' ');
    const [request] = (await paste(words)).requests;
    assert.deepEqual([request?.profileId, request?.agent], ['007', '08']);
  });

  test('tells what was replaced, listed and found', async () => {
    const { out, err } = await paste(['paste-token', '--provider', 'anthropic'], {
      entered: { notes: ['others may read it'] },
      outcome: {
        replaced: true,
        config: [
          { path: '/home/op/.epiloop/epiloop.json', backup: '/home/op/.epiloop/epiloop.json.bak' },
          { path: '/etc/more.json5' },
        ],
        findings: [{ reason: 'permissions', message: 'open', hint: 'chmod', exit: 0 }],
        notices: ['something else'],
      },
    });
    assert.deepEqual(out.split('\n'), [
      'replaced anthropic:manual (token #1a2b3c4d) for agent main ' +
        'in ~/.epiloop/agents/main/agent/auth-profiles.json',
      'listed anthropic:manual in ~/.epiloop/epiloop.json ' +
        '(as it was: ~/.epiloop/epiloop.json.bak); a running gateway restarts on it',
      'listed anthropic:manual in /etc/more.json5; a running gateway restarts on it',
      '- permissions: open',
      '  hint: chmod',
      '',
    ]);
    assert.equal(err, 'epiloop: others may read it\nepiloop: something else\n');
  });

  test('--json is one value', async () => {
    const { out } = await paste(['paste-token', '--provider', 'anthropic', '--json'], {
      outcome: { expiresAt: 5 },
    });
    const { home: _, notices: _notices, path, ...rest } = stored;
    assert.deepEqual(JSON.parse(out), { ...rest, schemaVersion: 1, storePath: path, expiresAt: 5 });
  });
});

test('models auth paste-api-key stores an API key', async () => {
  const words = ['paste-api-key', '--provider', 'anthropic', '--from-env', 'ANTHROPIC_API_KEY'];
  const { out, asked, requests } = await paste(words, {
    entered: { text: key },
    outcome: { profileId: 'anthropic:default', type: 'api_key' },
  });
  assert.match(out, /^stored anthropic:default \(API key #1a2b3c4d\) for agent main in /);
  assert.deepEqual(asked, [{ kind: 'env', name: 'ANTHROPIC_API_KEY' }]);
  const credential = { type: 'api_key', secret: key, expiresInMs: undefined };
  assert.deepEqual(requests[0]?.credential, credential);
});

describe('where the secret comes from', () => {
  const table: readonly [words: string, from: SecretFrom][] = [
    ['--from-file ~/token.txt', { kind: 'file', path: '~/token.txt' }],
    ['--from-file -', { kind: 'stdin', prompt: 'token for zai: ' }],
    ['--from-file /dev/stdin', { kind: 'stdin', prompt: 'token for zai: ' }],
    ['--from-env TOKEN', { kind: 'env', name: 'TOKEN' }],
  ];
  for (const [words, from] of table) {
    test(words, async () => {
      const all = ['paste-token', '--provider', 'Z.AI', ...words.split(' ')];
      assert.deepEqual((await paste(all, { entered: { text: 'abcdefgh' } })).asked, [from]);
    });
  }
});

describe('a command line that is refused before anything is asked', () => {
  const secrets = 'tokens are not taken from the command line, where others can read them';
  const table: readonly [words: string, message: string, exit?: number][] = [
    ['', '--provider is missing'],
    ['--provider anthropic:manual', '--provider takes the id of a provider, such as anthropic'],
    ['--provider anthropic/opus', '--provider takes the id of a provider, such as anthropic'],
    [
      '--provider anthropic --expires-in soon',
      '--expires-in takes a duration such as 30m, 24h or 7d',
    ],
    ['--provider anthropic --expires-in 0', '--expires-in takes more than 0, and at most 36500d'],
    [
      '--provider anthropic --expires-in 36501d',
      '--expires-in takes more than 0, and at most 36500d',
    ],
    ['--provider anthropic --from-env 1A', '--from-env takes the name of a variable'],
    [
      '--provider anthropic --from-env A --from-file b',
      '--from-file and --from-env exclude each other',
    ],
    [`--provider anthropic --token ${token}`, 'no option --token here'],
    [`--provider anthropic --token=${token}`, 'no option --token here'],
    [`--provider anthropic ${token}`, secrets],
    [`${token} --provider anthropic`, secrets],
    [`--provider anthropic -- ${token}`, secrets],
    ['--provider acme Ab3_-', secrets],
    [`--provider ${token}`, secrets],
    [`--provider anthropic --profile-id ${token}`, secrets],
    [`--provider anthropic --from-file ${token}`, secrets],
    [`--provider groq --from-env gsk_${'Ab3_'.repeat(5)}`, secrets],
    ['--provider anthropic --no-sync', 'nothing would be stored: --no-sync forbids writing', 77],
  ];
  for (const [words, message, code = 64] of table) {
    test(words.replaceAll(/sk-ant\S+/g, '<secret>'), async () => {
      const told = await paste(['paste-token', ...words.split(' ').filter(Boolean)]);
      assert.equal(told.err.split('\n')[0], `epiloop: ${message}`);
      assert.deepEqual([told.exit, told.out, told.asked, told.requests], [code, '', [], []]);
    });
  }

  test('a line end in an id', async () => {
    const words = ['paste-token', '--provider', 'anthropic', '--profile-id', 'a\nb'];
    const { exit, err } = await paste(words);
    assert.equal(exit, 64);
    assert.equal(err, 'epiloop: --profile-id takes an id such as anthropic:work\n');
  });
});

describe('a secret that is refused', () => {
  test('is 65 with the reason, and nothing is stored', async () => {
    const table = [
      ['paste-token anthropic', '', 'the token is empty'],
      ['paste-token anthropic', ' \n', 'the token is empty'],
      ['paste-token openrouter', token, 'this looks like a token of anthropic, not of openrouter'],
      ['paste-token anthropic', token.slice(0, 60), 'the token looks cut off at its end'],
      ['paste-token anthropic', key, 'this is an API key of anthropic'],
      ['paste-api-key anthropic', token, 'this is a token of anthropic'],
      ['paste-api-key openai', 'sk-a\nsk-b', 'the API key has several lines'],
    ] as const;
    for (const [words, text, reason] of table) {
      const [command = '', provider = ''] = words.split(' ');
      const told = await paste([command, '--provider', provider], { entered: { text } });
      assert.deepEqual([told.exit, told.out, told.requests], [65, '', []]);
      assert.equal(told.err.split('\n')[0], `epiloop: ${reason}, nothing was stored`);
      assert.match(told.err, /^hint: ./m);
    }
  });

  test('an empty standard input is told what else there is', async () => {
    const { err } = await paste(['paste-token', '--provider', 'acme'], { entered: { text: '' } });
    assert.match(err, /hint: type it on a terminal, pipe it in, or name --from-file or --from-env/);
  });

  test('an empty file is named', async () => {
    const words = ['paste-token', '--provider', 'acme', '--from-file', '/run/t'];
    const { err } = await paste(words, { entered: { text: '' } });
    assert.equal(err, 'epiloop: the token is empty, nothing was stored (/run/t)\n');
  });

  test('one that cannot be read is told as that', async () => {
    const entered = new EpiloopError('not_found', 'there is no file /run/t', { path: '/run/t' });
    const words = ['paste-token', '--provider', 'acme', '--from-file', '/run/t'];
    const { exit, err, requests } = await paste(words, { entered });
    assert.deepEqual([exit, err, requests], [66, 'epiloop: there is no file /run/t\n', []]);
  });
});
