/** Files of the gateway's predecessors: taken over once, and left as they are. */
import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import { describe, test } from 'node:test';
import Database from 'better-sqlite3';
import { HOUR, MIRROR, pair, reasonsOf, SeedHost } from './seed-host.ts';

const STATUS = ['models', 'status'];
const AUTH = '.epiloop/agents/main/agent/auth.json';
const OAUTH = '.epiloop/credentials/oauth.json';
const NIGHT = '.epiloop/agents/night/agent';
const now = Math.trunc(Date.now() / 1000) * 1000;

const login = {
  access: 'sk-ant-oat01-SEED',
  refresh: 'sk-ant-ort01-SEED',
  expires: now + 48 * HOUR,
};
const key = { type: 'api_key', key: 'sk-SEEDkeySEEDkeySEED', note: { kept: [1] } };
const auth = { anthropic: { type: 'oauth', ...login }, openai: key };
const oauth = {
  anthropic: { ...login, access: 'other-SEED', refresh: 'other-SEED-r' },
  'google-gemini-cli': { ...login, refresh: 'gemini-SEED', projectId: 'p' },
};
const profiles = {
  'anthropic:default': { type: 'oauth', provider: 'anthropic', ...login },
  'openai:default': { type: 'api_key', provider: 'openai', ...withoutType(key) },
};

function withoutType({ type: _type, ...rest }: typeof key) {
  return rest;
}

function gemini() {
  return { type: 'oauth', provider: 'google-gemini-cli', ...oauth['google-gemini-cli'] };
}

describe('auth.json of an agent', { concurrency: 4 }, () => {
  test('is taken over once and left as it is', async () => {
    using host = new SeedHost();
    host.write(AUTH, auth);
    const before = [host.read(AUTH), host.identity(AUTH)];
    const { stderr } = await host.succeed(STATUS);
    assert.match(stderr, /imported anthropic:default, openai:default from .+\/auth\.json/);
    assert.deepEqual(host.mirror(), { version: 1, profiles });
    const events = await host.history();
    const written = host.identity(MIRROR);
    for (let runs = 0; runs < 3; runs += 1) assert.equal((await host.succeed(STATUS)).stderr, '');
    assert.equal(host.identity(MIRROR), written);
    assert.deepEqual(await host.history(), events);
    assert.deepEqual([host.read(AUTH), host.identity(AUTH)], before);
    const imported = events.filter((event) => event.startsWith('legacy_imported'));
    assert.deepEqual(imported, [
      'legacy_imported anthropic:default',
      'legacy_imported openai:default',
    ]);
  });

  test('is answered from but not stored with --no-sync', async () => {
    using host = new SeedHost();
    host.write(AUTH, auth);
    const before = host.snapshot();
    const report = await host.report(['--no-sync']);
    assert.equal(report.auth.oauth.profiles[0]?.profileId, 'anthropic:default');
    assert.deepEqual(host.snapshot(), before);
  });

  test('brings back nothing that was removed, not even in another version', async () => {
    using host = new SeedHost();
    host.write(AUTH, auth);
    await host.succeed(STATUS);
    host.gatewayWrites(() => undefined);
    await host.succeed(STATUS);
    host.gatewayWrites((file) => void delete file.profiles['openai:default']);
    await host.succeed(STATUS);
    host.write(AUTH, { ...auth, groq: { type: 'api_key', key: 'SEED-groq' } });
    await host.succeed(STATUS);
    assert.deepEqual(Object.keys(host.mirror().profiles), ['anthropic:default']);
    assert.ok((await host.history()).includes('profile_removed openai:default'));
  });

  test('is not looked at where the agent has profiles', async () => {
    using host = new SeedHost();
    host.write(AUTH, auth);
    const own = { 'x:1': { type: 'api_key', provider: 'x', key: 'SEED' } };
    host.write(MIRROR, { version: 1, profiles: own });
    await host.succeed(STATUS);
    assert.deepEqual(host.mirror().profiles, own);
  });

  test('is taken over into a file that holds nothing yet', async () => {
    using host = new SeedHost();
    host.write(AUTH, auth);
    host.write(MIRROR, { version: 1, profiles: {} });
    await host.succeed(STATUS);
    assert.deepEqual(host.mirror().profiles, profiles);
  });

  test('comes before the logins of other programs', async () => {
    using host = new SeedHost();
    host.write(AUTH, auth);
    host.claudeWrites(pair(1));
    await host.succeed(STATUS);
    const ids = [...Object.keys(profiles), 'anthropic:claude-cli'];
    assert.deepEqual(Object.keys(host.mirror().profiles), ids);
  });

  test('of another agent than main is that agent’s', async () => {
    using host = new SeedHost();
    host.write(`${NIGHT}/auth.json`, auth);
    const args = [...STATUS, '--agent', 'night'];
    await host.succeed(args);
    assert.deepEqual(host.json(`${NIGHT}/auth-profiles.json`), { version: 1, profiles });
    assert.equal(existsSync(host.path(MIRROR)), false);
    assert.equal((await host.succeed(args)).stderr, '');
  });

  test('of another agent is left where that agent inherits from main', async () => {
    using host = new SeedHost();
    host.write(`${NIGHT}/auth.json`, auth);
    const own = { 'x:1': { type: 'api_key', provider: 'x', key: 'SEED' } };
    host.write(MIRROR, { version: 1, profiles: own });
    await host.succeed([...STATUS, '--agent', 'night']);
    assert.equal(existsSync(host.path(`${NIGHT}/auth-profiles.json`)), false);
  });

  test('with odd entries: the good ones come in, the others are told', async () => {
    using host = new SeedHost();
    const odd = {
      groq: { type: 'apiKey', key: 'SEED-camel' },
      xai: { type: 'api_key', key: ' ' },
      '': key,
      'e\u001bvil': ['SEED'],
      openai: key,
    };
    host.write(AUTH, odd);
    const { findings } = await host.report();
    const told = findings.filter(({ reason }) => reason === 'ignored_entry');
    const place = host.path(AUTH);
    assert.deepEqual(
      told.map(({ message }) => message),
      [
        `${place}: e\\u{1b}vil: not an object`,
        `${place}: groq: type "?" is not one of api_key, token, oauth`,
        `${place}: xai: no secret in it`,
        `${place}: : provider is blank`,
      ],
    );
    assert.deepEqual(Object.keys(host.mirror().profiles), ['openai:default']);
  });

  test('with nothing good in it is told again and again', async () => {
    using host = new SeedHost();
    host.write(AUTH, { groq: { type: 'apiKey', key: 'SEED' } }, 0o644);
    for (let runs = 0; runs < 3; runs += 1) {
      const { findings } = await host.report();
      assert.deepEqual(reasonsOf(findings), ['missing', 'permissions', 'ignored_entry']);
    }
    assert.equal(existsSync(host.path(MIRROR)), false);
  });

  for (const [what, text] of [
    ['half of it', '{"anthropic":{"type":"oauth","access":"SEED'],
    ['a list', '["SEED"]'],
  ] as const) {
    test(`damaged (${what}) is told, and taken over once it is mended`, async () => {
      using host = new SeedHost();
      host.write(AUTH, text);
      const { findings } = await host.report();
      assert.deepEqual(reasonsOf(findings), ['missing', 'source_unreadable']);
      assert.doesNotMatch(JSON.stringify(findings), /SEED/);
      assert.equal(host.read(AUTH), text);
      host.write(AUTH, auth);
      await host.succeed(STATUS);
      assert.deepEqual(host.mirror().profiles, profiles);
    });
  }

  test('and its tokens are shown nowhere', async () => {
    using host = new SeedHost();
    host.write(AUTH, auth);
    host.write(OAUTH, oauth);
    for (const args of [STATUS, [...STATUS, '--json'], ['models', 'history', '--json']]) {
      const { stdout, stderr } = await host.run(args);
      assert.doesNotMatch(stdout + stderr, /SEED/);
    }
  });
});

describe('oauth.json of the host', { concurrency: 4 }, () => {
  test('comes into main, after auth.json, and where that says nothing', async () => {
    using host = new SeedHost();
    host.write(AUTH, auth);
    host.write(OAUTH, oauth);
    const before = [host.identity(AUTH), host.identity(OAUTH), host.read(OAUTH)];
    await host.succeed(STATUS);
    const all = { ...profiles, 'google-gemini-cli:default': gemini() };
    assert.deepEqual(host.mirror().profiles, all);
    assert.equal((await host.succeed(STATUS)).stderr, '');
    assert.deepEqual([host.identity(AUTH), host.identity(OAUTH), host.read(OAUTH)], before);
  });

  test('is read from EPILOOP_OAUTH_DIR, also from the .env of the state', async () => {
    using host = new SeedHost();
    host.write('old/oauth.json', { 'google-gemini-cli': oauth['google-gemini-cli'] });
    host.write('.epiloop/.env', 'EPILOOP_OAUTH_DIR=~/old\n');
    await host.succeed(STATUS);
    assert.deepEqual(host.mirror().profiles, { 'google-gemini-cli:default': gemini() });
  });

  test('does not come into another agent', async () => {
    using host = new SeedHost();
    host.write(OAUTH, oauth);
    await host.succeed([...STATUS, '--agent', 'night']);
    assert.equal(existsSync(host.path(`${NIGHT}/auth-profiles.json`)), false);
    assert.ok(Object.keys(host.mirror().profiles).length === 2);
  });

  test('of a login that is known already joins it', async () => {
    using host = new SeedHost();
    host.write(`${NIGHT}/auth-profiles.json`, { version: 1, profiles });
    await host.succeed([...STATUS, '--agent', 'night']);
    host.write(OAUTH, { anthropic: { ...login, access: 'older-SEED', expires: now - HOUR } });
    await host.succeed(STATUS);
    assert.deepEqual(host.mirror().profiles, {
      'anthropic:default': profiles['anthropic:default'],
    });
  });

  test('comes into each main directory once', async () => {
    using host = new SeedHost();
    host.write(OAUTH, oauth);
    const env = { EPILOOP_AGENT_DIR: host.path('other') };
    await host.succeed(STATUS);
    await host.succeed(STATUS, { env });
    assert.deepEqual(host.json('other/auth-profiles.json'), host.mirror());
    for (const options of [{}, { env }, {}]) {
      assert.equal((await host.succeed(STATUS, options)).stderr, '');
    }
  });

  test('comes in once: when all its profiles are gone it does not come back', async () => {
    using host = new SeedHost();
    host.write(OAUTH, oauth);
    await host.succeed(STATUS);
    const store = new Database(host.path('.epiloop/auth.sqlite'));
    store.exec('DELETE FROM profiles; DELETE FROM mirrors');
    store.close();
    rmSync(host.path(MIRROR));
    host.write(OAUTH, oauth);
    assert.equal((await host.succeed(STATUS)).stderr, '');
    assert.equal(existsSync(host.path(MIRROR)), false);
    host.write(OAUTH, { xai: login });
    await host.succeed(STATUS);
    assert.deepEqual(Object.keys(host.mirror().profiles), ['xai:default']);
  });
});
