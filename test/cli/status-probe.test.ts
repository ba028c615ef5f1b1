import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ProbeResult } from '../../src/domain/probe.ts';
import type { StatusReport } from '../../src/domain/status-report.ts';
import { emptyReport, session } from './session.ts';

const usual = { timeoutMs: 8000, concurrency: 2, maxTokens: 8, allowTokenEndpoint: false };

describe('what the use case is asked', () => {
  const rows: readonly (readonly [words: string, request: object])[] = [
    ['', {}],
    ['--probe-provider openai', { provider: 'openai' }],
    ['--probe-profile a:1', { profileIds: ['a:1'] }],
    ['--probe-profile a:1,b:2, --probe-profile a:1', { profileIds: ['a:1', 'b:2'] }],
    ['--probe-timeout 1 --probe-concurrency 64', { timeoutMs: 1, concurrency: 64 }],
    [
      '--probe-max-tokens 4096 --allow-token-endpoint',
      { maxTokens: 4096, allowTokenEndpoint: true },
    ],
  ];
  for (const [words, request] of rows) {
    test(`--probe ${words}`, async () => {
      const line = `models status --json --probe ${words}`.trim();
      const { exit, requests, err } = await session(line.split(' '));
      assert.deepEqual({ exit, err }, { exit: 0, err: '' });
      const [first] = requests;
      assert.ok(typeof first === 'object' && first !== null && 'probe' in first);
      assert.deepEqual(first.probe, { ...usual, ...request });
    });
  }
});

describe('errors that open nothing', () => {
  const whole = (name: string, most: number, unit = '') =>
    `${name} takes a whole number${unit} from 1 to ${most}`;
  const rows: readonly (readonly [words: string, exit: number, message: string])[] = [
    ['--probe --plain', 64, '--probe cannot be used with --plain output'],
    ['--probe --all-agents', 64, '--probe and --all-agents exclude each other'],
    ['--probe --offline', 77, '--offline forbids --probe, which asks the providers'],
    ['--probe-timeout abc', 64, whole('--probe-timeout', 600_000, ' of ms')],
    ['--probe --probe-timeout 0', 64, whole('--probe-timeout', 600_000, ' of ms')],
    ['--probe --probe-timeout 1.5', 64, whole('--probe-timeout', 600_000, ' of ms')],
    ['--probe --probe-concurrency 65', 64, whole('--probe-concurrency', 64)],
    ['--probe --probe-max-tokens 0', 64, whole('--probe-max-tokens', 4096)],
    ['--probe-timeout 100', 64, '--probe-timeout needs --probe'],
    ['--probe-profile a:b', 64, '--probe-profile needs --probe'],
    ['--allow-token-endpoint', 64, '--allow-token-endpoint needs --probe'],
    [
      '--probe --probe-provider a/b',
      64,
      '--probe-provider takes the id of a provider, such as anthropic',
    ],
  ];
  for (const [words, exit, message] of rows) {
    test(words, async () => {
      const told = await session(['models', 'status', ...words.split(' ')]);
      assert.deepEqual([told.exit, told.out, told.opened], [exit, '', []]);
      assert.equal(told.err.split('\n')[0], `epiloop: ${message}`);
    });
  }
});

function reportWith(results: readonly ProbeResult[]): StatusReport {
  const options = { timeoutMs: 8000, concurrency: 2, maxTokens: 8 };
  const span = { startedAt: 1, finishedAt: 1235, durationMs: 1234 };
  const probes = { ...span, totalTargets: results.length, options, results };
  return { ...emptyReport, auth: { ...emptyReport.auth, probes } };
}

async function section(results: readonly ProbeResult[]): Promise<string> {
  const told = await session(['models', 'status', '--probe'], {
    status: { report: reportWith(results) },
  });
  assert.equal(told.exit, 0);
  return told.out.slice(told.out.indexOf('Auth probes'));
}

describe('the section of the screen', () => {
  test('nothing was probed', async () => {
    assert.equal(await section([]), 'Auth probes\n- none\n');
  });

  test('columns, sorted, with times and reasons; control characters are seen', async () => {
    const common = { provider: 'a', source: 'profile', mode: 'api_key' } as const;
    const text = await section([
      { ...common, model: 'a/m', label: 'a:\u001b[31m', status: 'ok', latencyMs: 1500 },
      { ...common, model: 'a/m', label: 'a:1', status: 'auth', latencyMs: 9, error: 'HTTP 401' },
      { ...common, label: 'a:0', status: 'no_model', error: 'none' },
    ]);
    assert.equal(
      text,
      [
        'Auth probes',
        'Model  Profile                 Status',
        'a/-    a:0 (api_key)           no_model: none',
        'a/m    a:\\u{1b}[31m (api_key)  ok · 1.5s',
        'a/m    a:1 (api_key)           auth · 9ms: HTTP 401',
        'Probed 3 targets in 1.2s; cooldowns are left as they are',
        '',
      ].join('\n'),
    );
  });
});
