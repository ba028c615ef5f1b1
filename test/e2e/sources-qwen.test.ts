/** Qwen Code's login on a gateway host, and several logins at once. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { jwt } from '../sources/reading.ts';
import { HOUR, MIRROR, pair, reasonsOf, SeedHost } from './seed-host.ts';

const STATUS = ['models', 'status'];
const QWEN = '.qwen/oauth_creds.json';
const ID = 'qwen-portal:qwen-cli';
const now = Math.trunc(Date.now() / 1000) * 1000;
const file = {
  access_token: 'qwen-SEED-access',
  refresh_token: 'qwen-SEED-refresh',
  token_type: 'Bearer',
  resource_url: 'portal.qwen.ai',
  expiry_date: now + 30 * HOUR,
};
const entry = {
  type: 'oauth',
  provider: 'qwen-portal',
  access: 'qwen-SEED-access',
  refresh: 'qwen-SEED-refresh',
  expires: now + 30 * HOUR,
};

describe("Qwen Code's login", { concurrency: 4 }, () => {
  test('becomes qwen-portal:qwen-cli, and its file is only read', async () => {
    using host = new SeedHost();
    host.write(QWEN, file);
    const before = host.identity(QWEN);
    const { stderr } = await host.succeed(STATUS);
    assert.match(stderr, /took the login of Qwen Code from .+ as qwen-portal:qwen-cli/);
    assert.deepEqual(host.mirror().profiles, { [ID]: entry });
    assert.equal((await host.succeed(STATUS)).stderr, '');
    assert.equal(host.identity(QWEN), before);
  });

  test('is read from QWEN_HOME', async () => {
    using host = new SeedHost();
    host.write('q/oauth_creds.json', file);
    await host.succeed(STATUS, { env: { QWEN_HOME: host.path('q') } });
    assert.deepEqual(host.mirror().profiles, { [ID]: entry });
  });

  test('rotates with its file, and a blanked one changes nothing', async () => {
    using host = new SeedHost();
    host.write(QWEN, file);
    await host.succeed(STATUS);
    host.write(QWEN, {
      ...file,
      access_token: 'a2',
      refresh_token: 'r2',
      expiry_date: now + 40 * HOUR,
    });
    await host.succeed(STATUS);
    const next = { ...entry, access: 'a2', refresh: 'r2', expires: now + 40 * HOUR };
    assert.deepEqual(host.mirror().profiles, { [ID]: next });
    host.write(QWEN, { ...file, access_token: '' });
    await host.succeed(STATUS);
    assert.deepEqual(host.mirror().profiles, { [ID]: next });
  });
});

describe('the logins of several programs', { concurrency: 4 }, () => {
  function fullHost(): SeedHost {
    const host = new SeedHost();
    host.claudeWrites(pair(1));
    const access_token = jwt({ exp: now / 1000 + 864_000 });
    host.write('.codex/auth.json', { tokens: { access_token, refresh_token: 'rt-SEED' } });
    host.write(QWEN, file);
    return host;
  }

  test('come in together, in the order of the gateway', async () => {
    using host = fullHost();
    await host.succeed(STATUS);
    const ids = ['anthropic:claude-cli', 'openai-codex:codex-cli', ID];
    assert.deepEqual(Object.keys(host.mirror().profiles), ids);
    const before = host.identity(MIRROR);
    assert.equal((await host.succeed(STATUS)).stderr, '');
    assert.equal(host.identity(MIRROR), before);
  });

  test('one that cannot be read does not cost the others', async () => {
    using host = fullHost();
    host.write('.claude/.credentials.json', 'SEED');
    const { findings } = await host.report();
    assert.deepEqual(reasonsOf(findings), ['missing', 'source_unreadable']);
    assert.deepEqual(Object.keys(host.mirror().profiles), ['openai-codex:codex-cli', ID]);
  });

  test('each tells that others can read its file, also when nothing changed', async () => {
    using host = fullHost();
    host.write('.codex/auth.json', host.read('.codex/auth.json'), 0o644);
    host.write(QWEN, file, 0o640);
    for (let runs = 0; runs < 3; runs += 1) {
      const { findings } = await host.report();
      const open = findings.filter(({ reason }) => reason === 'permissions');
      const paths = open.map(({ path }) => path);
      assert.deepEqual(paths, [host.path('.codex/auth.json'), host.path(QWEN)]);
      assert.equal(open[0]?.hint, `chmod 600 '${host.path('.codex/auth.json')}'`);
    }
  });

  test('do not come into a file that was damaged before it was ever read', async () => {
    using host = fullHost();
    host.write(MIRROR, '{"version":1,"profiles":{"openai:x":{"ty');
    const before = host.files();
    for (let runs = 0; runs < 2; runs += 1) {
      const { code } = await host.run(['models', 'status', '--agent', 'night']);
      assert.equal(code, 65);
      assert.deepEqual(host.files(), before);
    }
    assert.deepEqual(await host.history(), []);
  });

  const skip = process.getuid?.() !== 0 && 'needs root, to run as a user without a home';
  test('are none without a home, and one line says so', { skip }, async () => {
    using host = fullHost();
    const wrapper = ['setpriv', '--reuid', '54321', '--clear-groups'];
    const args = ['models', 'status', '--json', '--no-sync', '--state-dir', '/nonexistent/state'];
    const { stdout } = await host.run(args, { env: { HOME: '' }, wrapper, cwd: '/' });
    const { findings } = JSON.parse(stdout);
    const [skipped] = findings.filter(
      ({ reason }: { reason: string }) => reason === 'source_skipped',
    );
    assert.match(
      skipped?.message ?? stdout,
      /no login is looked for of Claude Code, Codex, Qwen Code$/,
    );
  });
});
