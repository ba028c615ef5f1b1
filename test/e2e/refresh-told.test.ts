/** What is told of refreshes that were refused or cut off, and what the next run makes of them. */
import assert from 'node:assert/strict';
import { mkdirSync, rmdirSync } from 'node:fs';
import { after, afterEach, before, describe, it } from 'node:test';
import BetterSqlite3 from 'better-sqlite3';
import type { Finding } from '../../src/domain/finding.ts';
import { type Issuer, startIssuer } from '../oauth/issuer.ts';
import { type Answer, json, type LoopbackServer, serve as open } from '../oauth/loopback-server.ts';
import { AgentsHost, apiKey } from './agents-host.ts';
import { claudeFile } from './refreshing-doubles.ts';

const allow = '--allow-token-endpoint';
const ID = 'anthropic:ann';
const REFRESH = ['models', 'auth', 'refresh', ID, allow];
const TOKEN = ['models', 'auth', 'token', '--provider', 'anthropic', allow];

let issuer: Issuer;
before(async () => {
  issuer = await startIssuer();
});
after(() => issuer.close());

const servers: LoopbackServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(answer: Answer): Promise<LoopbackServer> {
  const server = await open(answer);
  servers.push(server);
  return server;
}

function login(refresh: string, expires = Date.now() - 60_000) {
  return { type: 'oauth', provider: 'anthropic', access: 'sk-ant-oat01-first', refresh, expires };
}

function furnished(refresh: string, expires?: number): AgentsHost {
  const host = new AgentsHost();
  host.config({ agents: { defaults: { model: { primary: 'anthropic/claude-opus-4-5' } } } });
  host.has('main', { [ID]: login(refresh, expires) });
  return host;
}

async function findings(host: AgentsHost): Promise<readonly Finding[]> {
  return (await host.report()).findings;
}

const ofReason = (found: readonly Finding[], reason: string) =>
  found.filter((each) => each.reason === reason);

/** A server that refuses every token, and counts. */
const refusing = () => serve(json({ error: 'invalid_grant' }, 400));

describe('a login that the provider refuses to refresh', () => {
  it('is 77 with the way to log in, marked, told, and not asked for again', async () => {
    using host = furnished('sk-ant-ort01-spent');
    const server = await refusing();
    const env = { EPILOOP_TOKEN_ENDPOINT_ANTHROPIC: server.url.href };
    const first = await host.run(TOKEN, { env });
    assert.equal(first.code, 77);
    assert.equal(first.stdout, '');
    assert.match(first.stderr, /refuses the refresh token #\w{8} of anthropic:ann: invalid_grant/);
    assert.match(
      first.stderr,
      /^hint: run epiloop models auth login --provider anthropic --profile-id anthropic:ann$/m,
    );
    const stats = host.fileIn('main').usageStats?.[ID];
    assert.deepEqual([stats?.['errorCount'], stats?.['failureCounts']], [1, { auth: 1 }]);
    const second = await host.run(TOKEN, { env });
    assert.equal(second.code, 77);
    assert.match(
      second.stderr,
      /anthropic refuses to refresh anthropic:ann, and nothing else is usable/,
    );
    assert.equal(server.asked.length, 1);
    const [told] = ofReason(await findings(host), 'refresh_refused');
    assert.equal(told?.profileId, ID);
    assert.match(told?.hint ?? '', /^run epiloop models auth login --provider anthropic/);
    assert.equal(told?.exit, 0);
    const check = await host.run(['models', 'status', '--check', '--usable']);
    assert.equal(check.code, 1);
    assert.match(check.stdout, /^refresh_refused: anthropic:ann cannot be refreshed any more/m);
    // a person who names it has a reason to
    assert.equal((await host.run(REFRESH, { env })).code, 77);
    assert.equal(server.asked.length, 2);
  });

  it('serves as long as its access token lasts, and counts no failure', async () => {
    using host = furnished('sk-ant-ort01-spent', Date.now() + 120_000);
    const server = await refusing();
    const env = { EPILOOP_TOKEN_ENDPOINT_ANTHROPIC: server.url.href };
    const run = await host.run(TOKEN, { env });
    assert.equal(run.code, 0, run.stderr);
    assert.equal(run.stdout, 'sk-ant-oat01-first');
    assert.match(run.stderr, /could not be refreshed and is good for a while yet/);
    assert.equal(host.fileIn('main').usageStats?.[ID], undefined);
    const check = await host.run([
      'models',
      'status',
      '--check',
      '--usable',
      '--warn-within',
      '0s',
    ]);
    assert.equal(check.code, 0, check.stdout);
  });

  it('gives way to the next profile, and says so', async () => {
    using host = furnished('sk-ant-ort01-spent');
    host.has('main', {
      [ID]: login('sk-ant-ort01-spent'),
      'anthropic:key': apiKey('sk-ant-api03-KEY', 'anthropic'),
    });
    const server = await refusing();
    const run = await host.run(TOKEN, {
      env: { EPILOOP_TOKEN_ENDPOINT_ANTHROPIC: server.url.href },
    });
    assert.deepEqual([run.code, run.stdout], [0, 'sk-ant-api03-KEY']);
    assert.match(run.stderr, /refuses the refresh token/);
  });

  it('is forgotten when the login comes back with another token', async () => {
    using host = furnished('sk-ant-ort01-spent');
    const server = await refusing();
    await host.run(REFRESH, { env: { EPILOOP_TOKEN_ENDPOINT_ANTHROPIC: server.url.href } });
    const token = await issuer.login('ann');
    host.gatewaySets('main', ID, login(token));
    assert.deepEqual(ofReason(await findings(host), 'refresh_refused'), []);
    const run = await host.run(REFRESH, { env: issuer.env });
    assert.equal(run.code, 0, run.stdout + run.stderr);
  });
});

describe('a refresh without an answer', () => {
  it('is 69 and in doubt, told with the way out, and tried once more', async () => {
    const token = await issuer.login('bob');
    using host = furnished(token);
    const server = await serve((response) => void response.destroy());
    const run = await host.run(REFRESH, {
      env: { EPILOOP_TOKEN_ENDPOINT_ANTHROPIC: server.url.href },
    });
    assert.equal(run.code, 69);
    const [told] = ofReason(await findings(host), 'refresh_in_doubt');
    assert.match(
      told?.hint ?? '',
      /^run epiloop models auth refresh anthropic:ann; if that is refused/,
    );
    // nobody answers: nothing is sent, and the doubt stays
    const nobody = { EPILOOP_TOKEN_ENDPOINT_ANTHROPIC: 'http://127.0.0.1:9/' };
    assert.equal((await host.run(REFRESH, { env: nobody })).code, 69);
    assert.equal(ofReason(await findings(host), 'refresh_in_doubt').length, 1);
    const again = await host.run(REFRESH, { env: issuer.env });
    assert.equal(again.code, 0, again.stderr);
    assert.match(again.stderr, /cut off before its answer came: trying once more/);
    assert.deepEqual(ofReason(await findings(host), 'refresh_in_doubt'), []);
  });
});

/** As a run leaves it that is killed after its commit, before Claude Code's file is written. */
async function killedBeforeWriteBack(host: AgentsHost, token: string): Promise<string> {
  const claude = {
    accessToken: 'sk-ant-oat01-first',
    refreshToken: token,
    expiresAt: Date.now() - 60_000,
  };
  const before = JSON.stringify({ claudeAiOauth: { ...claude, scopes: ['user:inference'] } });
  host.write(claudeFile, before);
  await host.sync();
  const db = new BetterSqlite3(host.path('.epiloop/auth.sqlite'));
  const row = db
    .prepare("SELECT id, refresh_hash FROM credentials WHERE source = 'claude-cli'")
    .get();
  const run = await host.run(['models', 'auth', 'refresh', allow], { env: issuer.env });
  assert.equal(run.code, 0, run.stderr);
  db.prepare(
    `INSERT INTO leases (credential, refresh_hash, state, doubtful, since, pid, process_started, boot_id)
     VALUES (@id, @refresh_hash, 'write_back', 0, 1, 999999999, '', 'x')`,
  ).run(row);
  db.close();
  host.write(claudeFile, before);
  const next = host.profile('main', 'anthropic:claude-cli')?.['refresh'];
  return String(next);
}

const claudes = (host: AgentsHost) => JSON.parse(host.read(claudeFile)).claudeAiOauth;

describe('a run that was killed before it told Claude Code', () => {
  for (const words of [['models', 'status'], ['models', 'sync'], ['doctor']]) {
    it(`is finished by ${words.join(' ')}`, async () => {
      using host = new AgentsHost();
      const next = await killedBeforeWriteBack(host, await issuer.login(words.join('-')));
      const { stderr } = await host.run(words);
      assert.match(stderr, /gave Claude Code the refreshed login/);
      assert.equal(claudes(host).refreshToken, next);
      assert.deepEqual(claudes(host).scopes, ['user:inference']);
    });
  }

  it('is not finished by a question, nor where Claude Code has another login by now', async () => {
    using host = new AgentsHost();
    await killedBeforeWriteBack(host, await issuer.login('ida'));
    const before = host.snapshot();
    await host.succeed(['models', 'status', '--no-sync']);
    assert.deepEqual(host.snapshot(), before);
    const other = {
      accessToken: 'sk-ant-oat01-B',
      refreshToken: 'sk-ant-ort01-B',
      expiresAt: 1000,
    };
    host.write(claudeFile, JSON.stringify({ claudeAiOauth: other }));
    const { stderr } = await host.succeed(['models', 'sync']);
    assert.doesNotMatch(stderr, /gave Claude Code/);
    assert.deepEqual(claudes(host), other);
  });

  it('is told while Claude Code holds its locks, and done when it lets go', async () => {
    using host = new AgentsHost();
    const next = await killedBeforeWriteBack(host, await issuer.login('joe'));
    const lock = host.path('.claude/.oauth_refresh.lock');
    mkdirSync(lock);
    const [told] = ofReason(await findings(host), 'write_back_pending');
    assert.match(told?.message ?? '', /has yet to be given its next login: .* is locked/);
    rmdirSync(lock);
    assert.deepEqual(ofReason(await findings(host), 'write_back_pending'), []);
    assert.equal(claudes(host).refreshToken, next);
  });
});
