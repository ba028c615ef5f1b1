/** Undo of what concerns another program's login: its file may have gone on in the meantime. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { MIRROR, pair, SeedHost } from './seed-host.ts';

const ID = 'anthropic:claude-cli';
const CODEX = 'openai-codex:codex-cli';
const STATUS = ['models', 'status', '--json'];

async function removal(host: SeedHost): Promise<string> {
  const rows = await host.history();
  return String(rows.findIndex((row) => row.startsWith('profile_removed')) + 1);
}

function codexWrites(host: SeedHost, n: number): void {
  const exp = Math.trunc(pair(n).expires / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = `${part({ alg: 'none' })}.${part({ exp, n })}.sig`;
  const tokens = { access_token: token, refresh_token: `rt_SEED-${n}`, id_token: token };
  host.write('.codex/auth.json', {
    OPENAI_API_KEY: null,
    tokens: { ...tokens, account_id: 'acc' },
  });
}

describe('a removed login that its program has refreshed since', { concurrency: true }, () => {
  test('comes back with the pair that Claude Code has now', async () => {
    using host = new SeedHost();
    host.claudeWrites(pair(1));
    await host.succeed(STATUS);
    await host.succeed(['models', 'auth', 'remove', ID, '--keep-out']);
    host.claudeWrites(pair(2));
    const change = await removal(host);
    const told = await host.succeed(['undo', change, '--dry-run', '--json']);
    const done = await host.succeed(['undo', change, '--json']);
    for (const { stdout } of [told, done]) assert.doesNotMatch(stdout, /source_skipped/);
    assert.equal(JSON.parse(told.stdout).result, JSON.parse(done.stdout).result);
    assert.equal(host.mirror().profiles[ID]?.['refresh'], pair(2).refresh);
    assert.doesNotMatch((await host.succeed(STATUS)).stdout, /source_skipped/);
    assert.equal(host.mirror().profiles[ID]?.['refresh'], pair(2).refresh);
  });

  test('comes back with the pair that Codex has now', async () => {
    using host = new SeedHost();
    codexWrites(host, 1);
    await host.succeed(STATUS);
    await host.succeed(['models', 'auth', 'remove', CODEX, '--keep-out']);
    codexWrites(host, 2);
    await host.succeed(STATUS);
    await host.succeed(['undo', await removal(host)]);
    assert.equal(host.mirror().profiles[CODEX]?.['refresh'], 'rt_SEED-2', host.read(MIRROR));
  });
});

describe('what a person entered under the id of Claude Code and took away again', () => {
  for (const way of ['undo', 'remove']) {
    test(`by ${way} keeps no later login out`, async () => {
      using host = new SeedHost();
      const paste = [
        'models',
        'auth',
        'paste-token',
        '--provider',
        'anthropic',
        '--profile-id',
        ID,
      ];
      await host.succeed(paste, { stdin: `sk-ant-oat01-${'e'.repeat(80)}` });
      await host.succeed(way === 'undo' ? ['undo', '1'] : ['models', 'auth', 'remove', ID]);
      host.claudeWrites(pair(1));
      const { stdout } = await host.succeed(STATUS);
      assert.doesNotMatch(stdout, /source_skipped/);
      assert.equal(host.mirror().profiles[ID]?.['refresh'], pair(1).refresh);
    });
  }

  test('leaves what had been kept out before out, and the finding names the way', async () => {
    using host = new SeedHost();
    host.claudeWrites(pair(1));
    await host.succeed(STATUS);
    await host.succeed(['models', 'auth', 'remove', ID, '--keep-out']);
    const paste = [
      'models',
      'auth',
      'paste-api-key',
      '--provider',
      'anthropic',
      '--profile-id',
      ID,
    ];
    const entered = await host.run(paste, { stdin: `sk-ant-api03-${'e'.repeat(80)}` });
    if (entered.code === 0) await host.succeed(['undo', String((await host.history()).length - 1)]);
    const { stdout } = await host.succeed(STATUS);
    assert.match(stdout, /was removed here.*epiloop onboard --auth-choice claude-cli/s);
    assert.equal(host.mirror().profiles[ID], undefined);
    await host.succeed(['onboard', '--non-interactive', '--auth-choice', 'claude-cli']);
    assert.equal(host.mirror().profiles[ID]?.['refresh'], pair(1).refresh);
  });
});
