import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { App } from '../../src/app/app.ts';
import type { Finding } from '../../src/domain/finding.ts';
import type { ProfileHealth, StatusReport } from '../../src/domain/status-report.ts';
import { emptyReport, session, withAnswers } from './session.ts';

const asked = {
  agent: undefined,
  warnWithinMs: 86_400_000,
  at: undefined,
  check: false,
  usable: false,
  inUse: false,
  compatMask: false,
  allAgents: false,
};

describe('what the use case is asked', () => {
  const table: readonly [words: string, request: object][] = [
    ['models', {}],
    ['models status', {}],
    ['models --check', { check: true }],
    ['models status --check --usable --in-use', { check: true, usable: true, inUse: true }],
    ['models status --warn-within 7d', { warnWithinMs: 604_800_000 }],
    ['models status --warn-within 48', { warnWithinMs: 172_800_000 }],
    ['models status --warn-within=90m', { warnWithinMs: 5_400_000 }],
    ['--agent 007 models status --compat-mask', { agent: '007', compatMask: true }],
    ['models status --at 1795176000000', { at: 1_795_176_000_000 }],
    ['models status --at 0', { at: 0 }],
    ['models status --at 2026-11-20T12:00:00Z', { at: 1_795_176_000_000 }],
    ['models status --at 2026-11-20T14:00:00.5+02:00', { at: 1_795_176_000_500 }],
    ['models status --at 2028-02-29t00:00:00z', { at: 1_835_395_200_000 }],
  ];
  for (const [words, request] of table) {
    test(words, async () => {
      const { exit, requests } = await session(words.split(' '));
      assert.deepEqual(
        { exit, requests },
        { exit: 0, requests: [{ ...asked, ...request }, 'close'] },
      );
    });
  }

  test('the host is opened once, with the global options and the name of the command', async () => {
    const { opened } = await session(['--no-sync', '--state-dir', '/s', 'models', '--dev']);
    assert.equal(opened.length, 1);
    assert.equal(opened[0]?.command, 'models status');
    const { sync, stateDir, profile } = opened[0]?.globals ?? {};
    assert.deepEqual({ sync, stateDir, profile }, { sync: false, stateDir: '/s', profile: 'dev' });
  });
});

describe('usage errors open nothing', () => {
  const time = '--at takes a time such as 2026-11-20T12:00:00Z, or ms since the epoch';
  const table: readonly [words: string, message: string][] = [
    ['--plain --json', '--plain and --json exclude each other'],
    ['--plain --format json', '--plain and --json exclude each other'],
    ['--json --format text', '--json and --format text exclude each other'],
    ['--usable', '--usable needs --check'],
    ['--in-use', '--in-use needs --check'],
    ['--warn-within soon', '--warn-within takes a duration such as 30m, 24h or 7d'],
    ['--warn-within=-1h', '--warn-within takes a duration such as 30m, 24h or 7d'],
    ['--format yaml', '--format takes text or json'],
    ['--at yesterday', time],
    ['--at 2026-11-20', time],
    ['--at 2026-11-20T12:00:00', time],
    ['--at 2026-02-29T12:00:00Z', time],
    ['--at 2026-11-20T24:00:00Z', time],
    ['--at=-5', time],
    ['--at 1.5', time],
    ['extra', 'unexpected argument extra'],
  ];
  for (const [words, message] of table) {
    test(words, async () => {
      const { exit, out, err, opened } = await session(['models', 'status', ...words.split(' ')]);
      assert.deepEqual({ exit, opened }, { exit: 64, opened: [] });
      const told = out === '' ? err.split('\n')[0] : `epiloop: ${JSON.parse(out).error.message}`;
      assert.equal(told, `epiloop: ${message}`);
    });
  }

  test('a value is never repeated: it may be a secret in the wrong place', async () => {
    for (const option of ['--at', '--warn-within', '--format']) {
      const { out, err } = await session(['models', 'status', option, 'sk-ant-oat01-x']);
      assert.doesNotMatch(out + err, /sk-ant/);
    }
  });
});

const findings: readonly Finding[] = [
  { reason: 'expired', message: 'a:b expired 1d ago', hint: 'log in again', exit: 1 },
  { reason: 'permissions', message: '/x\u202e can be read', exit: 0 },
];

describe('--check', () => {
  const table: readonly [exitCode: number, words: readonly string[], exit: number, out: string][] =
    [
      [0, ['--check'], 0, ''],
      [1, ['--check'], 1, 'expired: a:b expired 1d ago\npermissions: /x\\u{202e} can be read\n'],
      [2, ['--check', '--plain'], 2, 'anthropic/claude-opus-4-5\n'],
      [78, ['--check', '--plain'], 78, 'anthropic/claude-opus-4-5\n'],
      [1, ['--plain'], 0, 'anthropic/claude-opus-4-5\n'],
    ];
  for (const [exitCode, words, exit, out] of table) {
    test(`${words.join(' ')} where the verdict is ${exitCode}`, async () => {
      const report = { ...emptyReport, findings };
      const told = await session(['models', 'status', ...words], { status: { report, exitCode } });
      assert.deepEqual({ exit: told.exit, out: told.out, err: told.err }, { exit, out, err: '' });
    });
  }

  test('with --json the report is printed and the code is the verdict', async () => {
    for (const words of [['--json'], ['--format', 'json']]) {
      const status = { report: { ...emptyReport, findings }, exitCode: 2 };
      const { exit, out } = await session(['models', 'status', '--check', ...words], { status });
      assert.equal(exit, 2);
      assert.deepEqual(JSON.parse(out), status.report);
      assert.deepEqual(Object.keys(JSON.parse(out)), Object.keys(emptyReport));
    }
  });
});

test('--check needs no report, which costs more than the verdict', async () => {
  const openApp = (): App =>
    withAnswers({
      status: async () => ({
        findings,
        exitCode: 1,
        notices: [],
        report: () => assert.fail('made'),
      }),
    });
  const { exit } = await session(['models', '--check'], { effects: { openApp } });
  assert.equal(exit, 1);
});

test('notices are lines on standard error, with --json too', async () => {
  for (const words of [['models'], ['models', '--json']]) {
    const { exit, err } = await session(words, { status: { notices: ['one', 'two\r'] } });
    assert.deepEqual({ exit, err }, { exit: 0, err: 'epiloop: one\nepiloop: two\\u{d}\n' });
  }
});

test('the whole screen of a busy host', async () => {
  const { exit, out } = await session(['models'], { status: { report: busyReport, exitCode: 1 } });
  assert.equal(exit, 0);
  assert.equal(out, busyScreen);
});

function profile(
  id: string,
  status: ProfileHealth['status'],
  more: Partial<ProfileHealth> = {},
): ProfileHealth {
  const provider = id.split(':')[0] ?? '';
  return { profileId: id, provider, type: 'oauth', status, source: 'store', label: id, ...more };
}

const busyReport: StatusReport = {
  ...emptyReport,
  defaultModel: 'opus',
  fallbacks: ['openai/gpt', 'zai/glm'],
  imageModel: 'google/gemini',
  imageFallbacks: ['openai/gpt'],
  aliases: { opus: 'anthropic/claude-opus-4-5', gpt: 'openai/gpt' },
  allowed: ['anthropic/claude-opus-4-5', 'openai/gpt'],
  auth: {
    ...emptyReport.auth,
    shellEnvFallback: { enabled: true, appliedKeys: ['GEMINI_API_KEY', 'ZAI_API_KEY'] },
    providersWithOAuth: ['anthropic (2)'],
    missingProvidersInUse: ['anthropic', 'zai'],
    providers: [
      {
        provider: 'anthropic',
        effective: { kind: 'profiles', detail: '~/x' },
        profiles: { count: 2, oauth: 1, token: 1, apiKey: 0, labels: ['a=OAuth', 'b\u0007=#12'] },
        env: { value: '#34', source: 'env: ANTHROPIC_API_KEY' },
        modelsJson: { value: '#56', source: 'models.json: ~/y' },
      },
    ],
    oauth: {
      warnAfterMs: 86_400_000,
      profiles: [
        profile('anthropic:a', 'ok', {
          expiresAt: 2,
          remainingMs: 7_200_000,
          label: 'anthropic:a (e@x)',
        }),
        profile('anthropic:claude-cli', 'missing', { source: 'claude-cli' }),
        profile('anthropic:key', 'static', { type: 'api_key' }),
        profile('openai:b', 'expired', { expiresAt: 1, remainingMs: -5 }),
        profile('openai:c', 'static', { type: 'token' }),
      ],
      providers: [],
    },
  },
  findings,
};

const busyScreen = `\
Config        : ~/.epiloop/epiloop.json
Agent dir     : ~/.epiloop/agents/main/agent
Default       : anthropic/claude-opus-4-5 (from opus)
Fallbacks (2) : openai/gpt, zai/glm
Image model   : google/gemini
Image fallbacks (1): openai/gpt
Aliases (2)   : opus -> anthropic/claude-opus-4-5, gpt -> openai/gpt
Configured models (2): anthropic/claude-opus-4-5, openai/gpt

Auth overview
Auth store    : ~/.epiloop/agents/main/agent/auth-profiles.json
Shell env     : on (applied: GEMINI_API_KEY, ZAI_API_KEY)
Providers w/ OAuth/tokens (1): anthropic (2)
- anthropic effective=profiles:~/x | profiles=2 (oauth=1, token=1, api_key=0) | \
a=OAuth, b\\u{7}=#12 | env=#34 | source=env: ANTHROPIC_API_KEY | models.json=#56 | \
source=models.json: ~/y

Missing auth
- anthropic Run \`claude setup-token\` or \`epiloop configure\`.
- zai Run \`epiloop configure\` or set an API key env var.

OAuth/token status
- anthropic
  - anthropic:a (e@x) ok expires in 2h
  - anthropic:claude-cli unknown expires unknown (claude-cli)
- openai
  - openai:b expired expires in 0m
  - openai:c static

Findings (2)
- expired: a:b expired 1d ago
  hint: log in again
- permissions: /x\\u{202e} can be read
`;
