/** Codex's login on a gateway host: its own token tells when it expires, and its file is only read. */
import assert from 'node:assert/strict';
import { realpathSync, rmSync, utimesSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { StatusReport } from '../../src/domain/status-report.ts';
import * as credentials from '../../src/store/credentials.ts';
import { openStore } from '../../src/store/open.ts';
import * as tombstones from '../../src/store/tombstones.ts';
import { jwt } from '../sources/reading.ts';
import { HOUR, MIRROR, reasonsOf, SeedHost } from './seed-host.ts';

const DAY = 24 * HOUR;
const STATUS = ['models', 'status'];
const CHECK = ['models', 'status', '--check'];
const AUTH = '.codex/auth.json';
const ID = 'openai-codex:codex-cli';
const CONFIG = '.epiloop/epiloop.json';
const inUse = { agents: { defaults: { model: { primary: 'openai-codex/gpt-5' } } } };
const now = Math.trunc(Date.now() / 1000) * 1000;

/** An access token as Codex has it; `expires` in ms since the epoch. */
function access(expires: number, sub = 'user-1'): string {
  return jwt({ exp: expires / 1000, sub, nonce: `SEED${expires}` });
}

function codexFile(tokens: object, rest: object = {}): object {
  const last_refresh = new Date(now - HOUR).toISOString();
  const all = {
    id_token: jwt({ exp: 1 }),
    refresh_token: 'rt-SEED',
    account_id: 'acct',
    ...tokens,
  };
  return { auth_mode: 'chatgpt', OPENAI_API_KEY: null, tokens: all, last_refresh, ...rest };
}

class CodexHost extends SeedHost {
  constructor(file?: object) {
    super();
    this.write(CONFIG, inUse);
    if (file !== undefined) this.codexWrites(file);
  }

  /** two hours ago, so that its time says nothing and is trusted */
  codexWrites(file: object | string, name = AUTH): void {
    const path = this.write(name, file);
    utimesSync(path, (now - 2 * HOUR) / 1000, (now - 2 * HOUR) / 1000);
  }

  entry(id = ID): Record<string, unknown> | undefined {
    return this.mirror().profiles[id];
  }
}

function health({ auth }: StatusReport) {
  return auth.oauth.profiles.find(({ profileId }) => profileId === ID);
}

describe("Codex's login", { concurrency: 4 }, () => {
  test('is good as long as its token says, not for an hour', async () => {
    using host = new CodexHost(codexFile({ access_token: access(now + 10 * DAY) }));
    const before = host.identity(AUTH);
    const { stderr, stdout } = await host.succeed(CHECK);
    assert.deepEqual([stdout, stderr], ['', '']);
    const found = health(await host.report());
    assert.equal(found?.status, 'ok');
    assert.equal(found?.expiresAt, now + 10 * DAY);
    assert.equal(found?.source, 'codex-cli');
    assert.deepEqual(host.entry(), {
      type: 'oauth',
      provider: 'openai-codex',
      access: access(now + 10 * DAY),
      refresh: 'rt-SEED',
      expires: now + 10 * DAY,
      accountId: 'acct',
    });
    assert.equal(host.identity(AUTH), before);
    assert.deepEqual(await host.history(), [`profile_added ${ID}`]);
  });

  test('is not taken or written twice', async () => {
    using host = new CodexHost(codexFile({ access_token: access(now + 10 * DAY) }));
    await host.succeed(STATUS);
    const before = [host.identity(MIRROR), host.files()];
    for (let runs = 0; runs < 3; runs += 1) assert.equal((await host.succeed(STATUS)).stderr, '');
    assert.deepEqual([host.identity(MIRROR), host.files()], before);
    assert.deepEqual(await host.history(), [`profile_added ${ID}`]);
  });

  test('is the next one although the gateway guessed that it has expired', async () => {
    using host = new CodexHost(codexFile({ access_token: access(now + 2 * DAY) }));
    await host.succeed(STATUS);
    const next = { access: access(now + 10 * DAY), refresh: 'rt-SEED-2' };
    host.codexWrites(codexFile({ access_token: next.access, refresh_token: next.refresh }));
    const entry = { ...host.entry(), ...next, expires: now - HOUR };
    host.write(MIRROR, { version: 1, profiles: { [ID]: entry } });
    await host.succeed(STATUS);
    assert.deepEqual(host.entry(), { ...entry, expires: now + 10 * DAY });
    assert.equal(health(await host.report())?.expiresAt, now + 10 * DAY);
  });

  test('has expired when its token says so, whatever the time of the file', async () => {
    using host = new CodexHost();
    host.write(AUTH, codexFile({ access_token: access(now - 3 * DAY) }));
    const { code, stdout } = await host.run(CHECK);
    assert.equal(code, 1);
    assert.equal(stdout, 'expired: openai-codex:codex-cli expired 3d ago\n');
  });

  test('with a token that does not say is good for eight days from the last refresh', async () => {
    const days = async (ago: number) => {
      using host = new CodexHost();
      const last_refresh = new Date(now - ago * DAY).toISOString();
      host.codexWrites(codexFile({ access_token: 'opaque-SEED' }, { last_refresh }));
      const { code } = await host.run(CHECK);
      return [code, host.entry()?.['expires']];
    };
    assert.deepEqual(await days(1), [0, now + 7 * DAY]);
    assert.deepEqual(await days(9), [1, now - DAY]);
  });

  test('by API key is none', async () => {
    const key = { auth_mode: 'apikey', OPENAI_API_KEY: 'sk-proj-SEED' };
    const tokens = codexFile({ access_token: access(now + DAY) });
    for (const file of [key, { ...tokens, ...key }, { ...tokens, ...key, auth_mode: undefined }]) {
      using host = new CodexHost(file);
      const { code, stdout } = await host.run(CHECK);
      assert.deepEqual([code, stdout.includes('missing: openai-codex')], [1, true]);
      assert.deepEqual(await host.history(), []);
    }
  });

  test('is read from CODEX_HOME', async () => {
    using host = new CodexHost(codexFile({ access_token: access(now + DAY) }));
    host.codexWrites(codexFile({ access_token: access(now + 5 * DAY) }), 'elsewhere/auth.json');
    const env = { CODEX_HOME: host.path('elsewhere') };
    assert.equal(health(await host.report([], { env }))?.expiresAt, now + 5 * DAY);
  });

  test('rotates with its file', async () => {
    using host = new CodexHost(codexFile({ access_token: access(now + DAY) }));
    await host.succeed(STATUS);
    const next = { access_token: access(now + 9 * DAY), refresh_token: 'rt-SEED-2' };
    host.codexWrites(codexFile(next));
    await host.succeed(STATUS);
    assert.equal(host.entry()?.['refresh'], 'rt-SEED-2');
    assert.equal(host.entry()?.['expires'], now + 9 * DAY);
    assert.deepEqual(await host.history(), [`profile_added ${ID}`, `rotated ${ID}`]);
  });

  test('of another person takes its place and leaves nothing of the first', async () => {
    using host = new CodexHost(codexFile({ access_token: access(now + DAY) }));
    await host.succeed(STATUS);
    host.gatewayWrites(({ profiles }) => {
      profiles[ID] = { ...profiles[ID], email: 'one@example.org', note: 'kept' };
    });
    await host.succeed(STATUS);
    const other = { access_token: access(now + 9 * DAY, 'user-2'), refresh_token: 'rt-SEED-2' };
    host.codexWrites(codexFile({ ...other, account_id: undefined }));
    await host.succeed(STATUS);
    assert.deepEqual(host.entry(), {
      type: 'oauth',
      provider: 'openai-codex',
      access: other.access_token,
      refresh: 'rt-SEED-2',
      expires: now + 9 * DAY,
      note: 'kept',
    });
    assert.ok((await host.history()).includes(`login_replaced ${ID}`));
  });

  test('of another person leaves the first whole behind its tombstone', async (t) => {
    using host = new CodexHost(codexFile({ access_token: access(now + DAY) }));
    await host.succeed(STATUS);
    const other = { access_token: access(now + 9 * DAY, 'user-2'), refresh_token: 'rt-SEED-2' };
    host.codexWrites(codexFile(other));
    await host.succeed(STATUS);
    const path = host.path('.epiloop/auth.sqlite');
    const { db, close } = openStore({ path, addon: undefined, now, build: 'test' });
    t.after(close);
    const key = realpathSync(host.path('.epiloop/agents/main/agent'));
    const stone = tombstones.list(db, key).get(ID);
    const kept = credentials.get(db, stone?.credential ?? -1)?.credential;
    const whole = kept?.type === 'oauth' && [kept.access.reveal(), kept.refresh?.reveal()];
    assert.deepEqual(whole, [access(now + DAY), 'rt-SEED']);
  });

  test('stays when its file is gone, damaged or blanked', async () => {
    using host = new CodexHost(codexFile({ access_token: access(now + 10 * DAY) }));
    await host.succeed(STATUS);
    const before = host.entry();
    host.codexWrites('{"tokens":{"access_token":"SEED');
    const damaged = await host.report();
    assert.deepEqual(reasonsOf(damaged.findings), ['source_unreadable']);
    assert.match(damaged.findings[0]?.message ?? '', /\.codex\/auth\.json: not JSON$/);
    assert.equal(damaged.findings[0]?.hint, 'run codex login');
    host.codexWrites(codexFile({ access_token: '', refresh_token: '' }));
    assert.deepEqual((await host.report()).findings, []);
    rmSync(host.path(AUTH));
    assert.equal((await host.succeed(CHECK)).stdout, '');
    assert.deepEqual(host.entry(), before);
  });

  test('shows no part of a token anywhere', async () => {
    using host = new CodexHost(codexFile({ access_token: access(now + 10 * DAY) }));
    for (const args of [STATUS, [...STATUS, '--json'], ['models', 'history', '--json']]) {
      const { stdout, stderr } = await host.run(args);
      assert.doesNotMatch(stdout + stderr, /SEED|eyJ/);
    }
  });
});

describe('the guess of the gateway', { concurrency: 4 }, () => {
  const token = access(now + 10 * DAY);
  const guessed = {
    type: 'oauth',
    provider: 'openai-codex',
    access: token,
    refresh: 'rt-SEED',
    expires: now - HOUR,
    accountId: 'acct',
  };

  test('that stood in its file before we came is put right', async () => {
    using host = new CodexHost(codexFile({ access_token: token }));
    host.write(MIRROR, { version: 1, profiles: { [ID]: guessed } });
    assert.equal((await host.succeed(CHECK)).stdout, '');
    assert.equal(host.entry()?.['expires'], now + 10 * DAY);
  });

  test('that comes back later is put right again', async () => {
    using host = new CodexHost(codexFile({ access_token: token }));
    await host.succeed(STATUS);
    await host.succeed(STATUS);
    host.gatewayWrites(({ profiles }) => (profiles[ID] = guessed));
    assert.equal((await host.succeed(CHECK)).stdout, '');
    assert.equal(host.entry()?.['expires'], now + 10 * DAY);
  });

  test('is left alone when both have expired: nobody writes again and again', async () => {
    const old = access(now - 2 * DAY);
    using host = new CodexHost(codexFile({ access_token: old }));
    host.write(MIRROR, { version: 1, profiles: { [ID]: { ...guessed, access: old } } });
    assert.equal((await host.run(CHECK)).code, 1);
    assert.equal(host.entry()?.['expires'], now - HOUR);
  });
});

describe('a login that another profile already is', { concurrency: 4 }, () => {
  const token = access(now + 10 * DAY);
  const other = 'openai-codex:me@example.org';
  const same = { type: 'oauth', provider: 'openai-codex', access: token, refresh: 'rt-SEED' };

  for (const [what, entry] of [
    ['with the same tokens', { ...same, expires: now + 10 * DAY }],
    ['with the same refresh token', { ...same, access: 'newer-SEED', expires: now + 11 * DAY }],
    ['with the same access token', { ...same, refresh: 'rt-SEED-0', expires: now + 10 * DAY }],
  ] as const) {
    test(`${what} is not added`, async () => {
      using host = new CodexHost(codexFile({ access_token: token }));
      host.write(MIRROR, { version: 1, profiles: { [other]: entry } });
      const before = host.read(MIRROR);
      await host.succeed(CHECK);
      assert.equal(host.read(MIRROR), before);
    });
  }

  test('is added once the other is gone', async () => {
    using host = new CodexHost(codexFile({ access_token: token }));
    const key = { type: 'api_key', provider: 'openai', key: 'sk-SEED' };
    const profiles = { [other]: { ...same, expires: now + 10 * DAY }, 'openai:default': key };
    host.write(MIRROR, { version: 1, profiles });
    await host.succeed(STATUS);
    host.gatewayWrites((file) => (file.profiles = { 'openai:default': key }));
    await host.succeed(STATUS);
    assert.deepEqual(Object.keys(host.mirror().profiles), ['openai:default', ID]);
  });

  test('of another provider does not count', async () => {
    using host = new CodexHost(codexFile({ access_token: token }));
    const entry = { ...same, provider: 'openai', expires: now + DAY };
    host.write(MIRROR, { version: 1, profiles: { 'openai:x': entry } });
    await host.run(STATUS);
    assert.equal(host.entry()?.['access'], token);
  });
});
