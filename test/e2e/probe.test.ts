/** `models status --probe` through the executable, against a provider on loopback. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, it } from 'node:test';
import * as v from 'valibot';
import { modelsStatus } from '../../src/cli/schemas/models-status.ts';
import type { StatusReport } from '../../src/domain/status-report.ts';
import { startIssuer } from '../oauth/issuer.ts';
import { executable, GatewayHost, type RunOptions } from './host.ts';
import { type ProviderDouble, startProvider } from './provider-double.ts';

const mirror = '.epiloop/agents/main/agent/auth-profiles.json';
const canary = 'CANARY0123456789';

let provider: ProviderDouble;
let host: GatewayHost;

beforeEach(async () => {
  provider = await startProvider();
  host = new GatewayHost();
});
afterEach(async () => {
  host.remove();
  await provider.close();
});

/** API keys of Anthropic that say how they are to be answered. */
function keys(...names: string[]) {
  const of = (name: string) => ({
    type: 'api_key',
    provider: 'anthropic',
    key: `sk-ant-api03-${name}-${canary}`,
  });
  return Object.fromEntries(names.map((name) => [`anthropic:${name}`, of(name)]));
}

function setUp(profiles: object, more: { providers?: object; rest?: object } = {}): void {
  const providers = { anthropic: { baseUrl: provider.url }, ...more.providers };
  const model = { primary: 'anthropic/claude-haiku-4-5' };
  host.write('.epiloop/epiloop.json', { agents: { defaults: { model } }, models: { providers } });
  host.write(mirror, { version: 1, profiles, ...more.rest });
}

async function probe(words: readonly string[], options: RunOptions = {}) {
  const run = await host.run(['models', 'status', '--probe', ...words], options);
  assert.doesNotMatch(run.stdout + run.stderr, /CANARY/, 'a secret was printed');
  return run;
}

async function report(words: readonly string[], options: RunOptions = {}) {
  const run = await probe([...words, '--json'], options);
  assert.equal(run.code, 0, run.stdout + run.stderr);
  const value: StatusReport = JSON.parse(run.stdout);
  v.parse(modelsStatus, value);
  const { probes } = value.auth;
  assert.ok(probes !== undefined);
  return { probes, findings: value.findings, stderr: run.stderr };
}

const statuses = {
  good: 'ok',
  auth: 'auth',
  poor: 'billing',
  credit: 'billing',
  limit: 'rate_limit',
  gone: 'format',
  broken: 'unknown',
  late: 'timeout',
  page: 'unknown',
  away: 'unknown',
  flood: 'unknown',
  silent: 'timeout',
  drip: 'timeout',
};

describe('each kind of answer', () => {
  it('has its status, one request each, and leaves no trace of a use', async () => {
    const names = Object.keys(statuses);
    const rest = { usageStats: { 'anthropic:auth': { errorCount: 1, lastFailureAt: 5 } } };
    setUp(keys(...names), { rest });
    await host.run(['models', 'sync']);
    const before = host.read(mirror);
    const { probes, findings } = await report(['--probe-timeout', '900']);
    const found = probes.results.map((each) => [each.profileId?.slice(10), each.status]);
    assert.deepEqual(Object.fromEntries(found), statuses);
    assert.equal(provider.asked.length, names.length);
    assert.ok(provider.asked.every(({ path }) => path === '/v1/messages'));
    assert.ok(probes.results.every(({ latencyMs = -1 }) => latencyMs >= 0 && latencyMs < 3_000));
    assert.equal(host.read(mirror), before);
    const failed = findings.filter(({ reason }) => reason === 'probe_failed');
    assert.deepEqual(failed.map(({ profileId }) => profileId?.slice(10)).sort(), [
      'auth',
      'credit',
      'poor',
    ]);
  });

  const exits: readonly (readonly [name: string, exit: number, finding: RegExp])[] = [
    ['good', 0, /^$/],
    ['limit', 0, /^$/],
    [
      'auth',
      1,
      /^probe_failed: anthropic refuses anthropic:auth: HTTP 401, authentication_error$/m,
    ],
    [
      'poor',
      1,
      /^probe_failed: anthropic wants payment for anthropic:poor: HTTP 402, billing_error$/m,
    ],
    [
      'silent',
      69,
      /^probe_unanswered: anthropic:silent could not be probed: .*no answer within 0.3 s$/m,
    ],
    ['broken', 69, /^probe_unanswered: .*HTTP 500, api_error$/m],
  ];
  for (const [name, exit, finding] of exits) {
    it(`--check: ${name} is ${exit}`, async () => {
      setUp(keys(name));
      const { code, stdout, stderr } = await probe(['--check', '--probe-timeout', '300']);
      assert.equal(code, exit, stdout + stderr);
      assert.match(stdout, finding);
      assert.equal(stderr, '');
    });
  }

  it('stands in a section of the screen', async () => {
    setUp(keys('good', 'auth'));
    const { stdout, code } = await probe([]);
    assert.equal(code, 0);
    assert.match(stdout, /^Auth probes\nModel +Profile +Status$/m);
    assert.match(
      stdout,
      /^anthropic\/claude-haiku-4-5 {2}anthropic:good \(api_key\) {2}ok · \d+ms$/m,
    );
    assert.match(stdout, /^Probed 2 targets in \S+; cooldowns are left as they are$/m);
  });
});

describe('what is asked', () => {
  it('so many at one time, and no more', async () => {
    const names = Array.from({ length: 7 }, (_, at) => `slow-${at}`);
    setUp(keys(...names));
    await report([]);
    assert.equal(provider.most(), 2);
    await report(['--probe-concurrency', '5']);
    assert.equal(provider.most(), 5);
  });

  it('only profiles that are named, of a provider nobody uses as well', async () => {
    const other = { type: 'api_key', provider: 'own', key: `k-${canary}` };
    const own = { baseUrl: `${provider.url}/own`, api: 'openai-completions' };
    setUp({ ...keys('good', 'auth'), 'own:x': other }, { providers: { own } });
    const words = ['--probe-profile', 'anthropic:good,own:x', '--probe-max-tokens', '3'];
    const { probes } = await report(words);
    assert.deepEqual(
      probes.results.map(({ label, status }) => [label, status]),
      [
        ['anthropic:good', 'ok'],
        ['own:x', 'no_model'],
      ],
    );
    assert.deepEqual(
      provider.asked.map(({ maxTokens }) => maxTokens),
      [3],
    );
  });

  it('keys of the environment and of the config, each by its own address only', async () => {
    const second = await startProvider();
    const own = { baseUrl: second.url, api: 'openai-completions', apiKey: `own-${canary}` };
    setUp({}, { providers: { own } });
    const env = { ANTHROPIC_API_KEY: `sk-ant-api03-env-${canary}` };
    const words = ['--probe-provider', 'anthropic'];
    const first = await report(words, { env });
    assert.deepEqual(
      first.probes.results.map(({ label, source, status }) => [label, source, status]),
      [['env: ANTHROPIC_API_KEY', 'env', 'ok']],
    );
    assert.equal(second.asked.length, 0);
    const custom = await report(['--probe-provider', 'own'], { env });
    assert.deepEqual(
      custom.probes.results.map(({ label }) => label),
      ['models.json'],
    );
    assert.ok(provider.asked.every(({ key }) => key.includes('-env-')));
    assert.equal(second.asked.length, 0, 'own has no model: nothing is sent');
    await second.close();
  });

  it('an address that a credential may not go to is not asked', async () => {
    const baseUrl = provider.url.replace('127.0.0.1', 'localhost');
    setUp(keys('good'), { providers: { anthropic: { baseUrl } } });
    const { probes } = await report([]);
    assert.deepEqual(
      probes.results.map(({ status }) => status),
      ['unsupported'],
    );
    assert.equal(provider.asked.length, 0);
  });

  it('a login goes as a bearer token, refreshed before if that is due', async () => {
    const issuer = await startIssuer();
    const refresh = await issuer.login('ann');
    const expires = Date.now() - 60_000;
    const login = {
      type: 'oauth',
      provider: 'anthropic',
      access: `old-${canary}`,
      refresh,
      expires,
    };
    setUp({ 'anthropic:ann': login });
    const { probes } = await report(['--allow-token-endpoint'], { env: issuer.env });
    assert.deepEqual(
      probes.results.map(({ status }) => status),
      ['ok'],
    );
    const [one] = provider.asked;
    assert.match(one?.key ?? '', /^Bearer \S+$/);
    assert.doesNotMatch(one?.key ?? '', /CANARY/);
    assert.equal(one?.beta, 'oauth-2025-04-20');
    assert.equal(issuer.redeemed(), 1);
    assert.equal(issuer.refused(), 0);
    await issuer.close();
  });
});

describe('what is refused', () => {
  const rows: readonly (readonly [words: string, exit: number, message: RegExp])[] = [
    ['--offline', 77, /--offline forbids --probe/],
    ['--plain', 64, /--probe cannot be used with --plain output/],
    ['--all-agents', 64, /--probe and --all-agents exclude each other/],
    ['--probe-profile anthropic:nobody', 66, /no profile anthropic:nobody for agent main/],
    ['--probe-provider openrouter', 1, /agent main has nothing of openrouter to probe/],
    ['--probe-profile anthropic:good --probe-provider xai', 66, /no profile anthropic:good of xai/],
  ];
  for (const [words, exit, message] of rows) {
    it(words, async () => {
      setUp(keys('good'));
      const { code, stdout, stderr } = await probe(words.split(' '));
      assert.deepEqual([code, stdout], [exit, '']);
      assert.match(stderr, message);
      assert.equal(provider.asked.length, 0);
    });
  }
});

describe('a person who waits', () => {
  it('can end it at once', async () => {
    setUp(keys('silent'));
    const env = { HOME: host.home, PATH: process.env['PATH'] };
    const child = spawn(executable, ['models', 'status', '--probe'], { env, stdio: 'ignore' });
    const ended = new Promise((done) => child.on('close', (_, signal) => done(signal)));
    while (provider.asked.length === 0) await new Promise((done) => setTimeout(done, 20));
    const began = Date.now();
    child.kill('SIGINT');
    assert.equal(await ended, 'SIGINT');
    assert.ok(Date.now() - began < 2_000);
  });

  const skip = spawnSync('script', ['--version']).status === 0 ? false : 'script is not installed';
  it('sees on a terminal how far it is, and nothing of it elsewhere', { skip }, async () => {
    setUp(keys('slow-1', 'slow-2', 'slow-3'));
    const shown = async (words: string) => {
      const command = `${executable} models status --probe ${words} >screen`;
      const wrapper = ['sh', '-c', `script -qec '${command}' /dev/null`];
      return (await host.run([], { wrapper })).stdout;
    };
    assert.match(await shown(''), /\rprobed 0\/3.*\rprobed 2\/3.*\r +\r$/s);
    assert.doesNotMatch(host.read('screen'), /probed \d/);
    assert.equal(await shown('--json'), '');
    assert.equal(await shown('--format json'), '');
    assert.equal((await probe([])).stderr, '');
  });
});
