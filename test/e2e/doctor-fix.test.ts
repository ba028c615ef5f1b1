/** `doctor --fix`: what it repairs, what it leaves alone, and that it does nothing unasked. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, lstatSync, readdirSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import Database from 'better-sqlite3';
import type { DoctorRepair } from '../../src/app/app.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { AgentsHost, apiKey, DOCTOR, fileOf, opaque } from './agents-host.ts';
import type { RunOptions } from './host.ts';
import { CONFIG, MIRROR, pair, reasonsOf } from './seed-host.ts';

const STATE = '.epiloop';
const STORE = `${STATE}/auth.sqlite`;
const FIX = [...DOCTOR, '--fix'];
const DAY = 86_400_000;
const isRoot = process.geteuid?.() === 0;
const asNobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];

interface Answer {
  readonly findings: readonly Finding[];
  readonly repairs: readonly DoctorRepair[];
}

async function answer(host: AgentsHost, args: readonly string[], options?: RunOptions) {
  const run = await host.run(args, options);
  assert.ok(run.code === 0 || run.code === 1, `${run.stdout}${run.stderr}`);
  assert.doesNotMatch(`${run.stdout}${run.stderr}`, /AGENTkey|AGENTrefresh/);
  const { findings, repairs }: Answer = JSON.parse(run.stdout);
  assert.equal(run.code, findings.length === 0 ? 0 : 1);
  return { findings, repairs, stderr: run.stderr };
}

const repaired = ({ repairs }: Answer) => repairs.map(({ reason }) => reason).sort();

/** Everything that can be repaired, at once. */
async function broken(): Promise<AgentsHost> {
  const host = new AgentsHost();
  const order = { anthropic: ['anthropic:gone', 'anthropic:me@x.org'] };
  host.has('main', { 'anthropic:me@x.org': opaque(1), 'openai:a': apiKey('AGENTkey') }, { order });
  host.has('web', { 'openai:a': apiKey('AGENTkey') });
  const profiles = { 'anthropic:default': { provider: 'anthropic', mode: 'oauth' } };
  host.config({ auth: { profiles, order: { anthropic: ['anthropic:default'] } } });
  await host.sync();
  const db = new Database(host.path(STORE));
  db.prepare("UPDATE profiles SET email = 'w@x.org' WHERE agent_dir LIKE '%/web/%'").run();
  db.prepare(
    `INSERT INTO generations (credential, generation, secret_hash, superseded_at, kept, type, secret)
     SELECT id, 0, 'h', ?, 'replaced', type, 'AGENTkey-old' FROM credentials LIMIT 1`,
  ).run(Date.now() - 31 * DAY);
  db.close();
  const gone = execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }).trim();
  litter(host, `${STATE}/.epiloop.json.${gone}.abc.tmp`);
  for (const name of [STATE, dirname(MIRROR)]) chmodSync(host.path(name), 0o755);
  for (const name of [STORE, fileOf('main')]) chmodSync(host.path(name), 0o644);
  return host;
}

/** A temp file from before, as its time says. */
function litter(host: AgentsHost, name: string, age = 2 * 60): void {
  const at = Date.now() / 1000 - age;
  utimesSync(host.write(name, 'AGENTkey'), at, at);
}

const all = [
  ...['kept_expired', 'leftover', 'mirror_drift', 'order_stale'],
  ...['permissions', 'permissions', 'permissions', 'permissions', 'profile_id_stale'],
];

/** Every folder and file below HOME with its mode. */
function modes(host: AgentsHost): Map<string, string> {
  const names = readdirSync(host.home, { recursive: true }).map(String);
  return new Map(names.map((name) => [name, lstatSync(host.path(name)).mode.toString(8)]));
}

describe('doctor --fix', () => {
  test('repairs all of it, records each, and has nothing left to do', async () => {
    using host = await broken();
    const first = await answer(host, FIX);
    assert.deepEqual(repaired(first), all);
    assert.ok(first.repairs.every(({ done }) => done));
    assert.deepEqual(first.findings, []);
    const mode = (name: string) => (statSync(host.path(name)).mode & 0o777).toString(8);
    assert.deepEqual([STATE, dirname(MIRROR)].map(mode), ['700', '700']);
    assert.deepEqual([STORE, MIRROR].map(mode), ['600', '600']);
    assert.deepEqual(host.fileIn('main').order, { anthropic: ['anthropic:me@x.org'] });
    assert.equal(host.profile('web', 'openai:a')?.['email'], 'w@x.org');
    const { auth } = JSON.parse(host.read(CONFIG));
    assert.deepEqual(Object.keys(auth.profiles), ['anthropic:me@x.org']);
    assert.deepEqual(auth.order, { anthropic: ['anthropic:me@x.org'] });
    const events = (await host.changes()).map(({ event, subject }) => `${event} ${subject}`);
    const ours = events.filter((each) => /^(repaired|config_profile_renamed) /.test(each)).sort();
    const rows = all.filter((reason) => reason !== 'profile_id_stale');
    const expected = rows
      .filter((reason) => reason !== 'order_stale')
      .map((reason) => `repaired ${reason}`);
    assert.ok(events.some((each) => each.startsWith('order_changed ')));
    assert.deepEqual(ours, ['config_profile_renamed anthropic:default', ...expected].sort());
  });

  test('a second time nothing is repaired', async () => {
    using host = await broken();
    await answer(host, FIX);
    const before = host.files();
    const second = await answer(host, [...DOCTOR, '--repair', '--yes', '--force', '--deep']);
    assert.deepEqual([second.repairs, second.findings], [[], []]);
    assert.deepEqual(host.files(), before);
  });

  test('--dry-run says the same and writes nothing', async () => {
    using host = await broken();
    const before = [host.snapshot(), modes(host)];
    const dry = await answer(host, [...FIX, '--dry-run']);
    assert.deepEqual([host.snapshot(), modes(host)], before);
    assert.deepEqual(repaired(dry), all);
    assert.ok(dry.repairs.every(({ done }) => !done));
    const text = await host.run(['doctor', '--fix', '--dry-run']);
    assert.match(text.stdout, /^would repair: made 0700: .+\.epiloop$/m);
    assert.match(text.stdout, /^\d+ left to do$/m);
    const told = (each: Answer) => each.repairs.map(({ message }) => message).sort();
    assert.deepEqual(told(await answer(host, FIX)), told(dry));
  });

  test('without --fix all is told and nothing is changed', async () => {
    using host = await broken();
    const before = [host.files(), modes(host)];
    const { findings, repairs } = await answer(host, DOCTOR);
    assert.deepEqual(repairs, []);
    assert.deepEqual(new Set(reasonsOf(findings)), new Set(all));
    assert.deepEqual([host.files(), modes(host)], before);
  });
});

test('an order that names nobody is cleared, for it hides every profile', async () => {
  using host = new AgentsHost();
  const order = { openai: ['openai:gone'] };
  host.has('main', { 'openai:a': apiKey('AGENTkey'), 'anthropic:a': opaque(1) }, { order });
  const { findings, repairs } = await answer(host, FIX);
  assert.deepEqual(
    repairs.map(({ message }) => message),
    ['cleared the order of openai for agent main, which named only openai:gone'],
  );
  assert.deepEqual(findings, []);
  assert.equal(host.fileIn('main').order, undefined);
  assert.match((await host.run(['models', 'history'])).stdout, /order_removed/);
});

describe('what it never does', () => {
  test("it touches no other program's file, nor what links lead to outside", async () => {
    using host = new AgentsHost();
    host.has('main', { 'anthropic:a': opaque(1) });
    host.claudeWrites(pair(1));
    chmodSync(host.path('.claude/.credentials.json'), 0o644);
    host.has('elsewhere/', { 'anthropic:a': opaque(1) });
    execFileSync('mkdir', ['-p', host.path(`${STATE}/agents/web`)]);
    symlinkSync(host.path('elsewhere'), host.path(`${STATE}/agents/web/agent`));
    chmodSync(host.path('elsewhere'), 0o755);
    const { findings, repairs } = await answer(host, FIX);
    assert.deepEqual(repairs, []);
    assert.deepEqual(reasonsOf(findings), ['permissions', 'permissions']);
    assert.equal(statSync(host.path('elsewhere')).mode & 0o777, 0o755);
    assert.equal(statSync(host.path('.claude/.credentials.json')).mode & 0o777, 0o644);
  });

  test('it deletes no temp file but its own, in the state, of a run that is long dead', async () => {
    using host = new AgentsHost();
    host.has('main', { 'anthropic:a': apiKey('AGENTkey', 'anthropic') });
    host.has('elsewhere/', { 'anthropic:a': apiKey('AGENTkey', 'anthropic') });
    execFileSync('mkdir', ['-p', host.path(`${STATE}/agents/web`)]);
    symlinkSync(host.path('elsewhere'), host.path(`${STATE}/agents/web/agent`));
    const gone = execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }).trim();
    litter(host, `${STATE}/.epiloop.json.${gone}.young.tmp`, 5);
    litter(host, `${STATE}/.sessions.json.${gone}.other.tmp`);
    litter(host, `elsewhere/.auth-profiles.json.${gone}.linked.tmp`);
    const kept = [...host.snapshot().keys()].filter((name) => name.endsWith('.tmp'));
    litter(host, `${STATE}/.epiloop.json.bak.${gone}.copy.tmp`);
    const { findings, repairs } = await answer(host, FIX);
    const copy = host.path(`${STATE}/.epiloop.json.bak.${gone}.copy.tmp`);
    assert.deepEqual(
      repairs.map(({ message }) => message),
      [`removed the leftover ${copy}`],
    );
    assert.deepEqual(reasonsOf(findings), ['leftover']);
    assert.deepEqual(
      [...host.snapshot().keys()].filter((name) => name.endsWith('.tmp')),
      kept,
    );
  });

  test('it deletes no credential and changes no owner', { skip: !isRoot }, async () => {
    using host = await broken();
    chmodSync(host.home, 0o755);
    execFileSync('chown', ['-R', '65534:65534', host.home]);
    const env = host.write(`${STATE}/.env`, '', 0o644);
    const { findings } = await answer(host, FIX, { wrapper: asNobody });
    assert.deepEqual(reasonsOf(findings), ['permissions', 'ownership']);
    const { uid, mode } = statSync(env);
    assert.deepEqual([uid, mode & 0o777], [0, 0o644]);
    const { profiles } = host.fileIn('main');
    assert.deepEqual(Object.keys(profiles), ['anthropic:me@x.org', 'openai:a']);
  });

  test('EPILOOP_NIX_MODE: the config is left to a person', async () => {
    using host = await broken();
    const before = host.read(CONFIG);
    const { findings, repairs } = await answer(host, FIX, { env: { EPILOOP_NIX_MODE: '1' } });
    assert.equal(host.read(CONFIG), before);
    assert.ok(!repairs.some(({ reason }) => reason === 'profile_id_stale'));
    const found = findings.find(({ reason }) => reason === 'profile_id_stale');
    assert.match(found?.message ?? '', /EPILOOP_NIX_MODE forbids writing the config$/);
    assert.match(found?.hint ?? '', /^rename auth\.profiles\["anthropic:default"\] to /);
  });

  test('two logins may be meant: nothing is renamed', async () => {
    using host = new AgentsHost();
    host.has('main', { 'anthropic:x': opaque(1), 'anthropic:y': opaque(1, undefined, 'two') });
    const profiles = { 'anthropic:default': { provider: 'anthropic', mode: 'oauth' } };
    host.config({ auth: { profiles } });
    const before = host.read(CONFIG);
    const { findings, repairs } = await answer(host, FIX);
    assert.deepEqual([repairs, host.read(CONFIG)], [[], before]);
    const found = findings.find(({ reason }) => reason === 'profile_id_stale');
    assert.match(found?.hint ?? '', /to one of anthropic:x, anthropic:y$/);
  });
});

describe('where it cannot write', () => {
  test('a config in a read-only folder: told, the rest is repaired', {
    skip: !isRoot,
  }, async () => {
    using host = await broken();
    const config = host.write('fixed/epiloop.json', host.read(CONFIG));
    chmodSync(host.home, 0o755);
    execFileSync('chown', ['-R', '65534:65534', host.path(STATE), config]);
    chmodSync(dirname(config), 0o555);
    const env = { EPILOOP_CONFIG_PATH: config };
    const { findings, repairs, stderr } = await answer(host, FIX, { env, wrapper: asNobody });
    assert.ok(reasonsOf(findings).includes('profile_id_stale'));
    assert.ok(repairs.some(({ reason }) => reason === 'order_stale'));
    assert.match(stderr, /not repaired: renamed anthropic:default to anthropic:me@x\.org/);
  });

  test('a read-only state: doctor answers, --fix is refused', { skip: !isRoot }, async () => {
    using host = await broken();
    chmodSync(host.home, 0o755);
    for (const name of readdirSync(host.path(STATE), { recursive: true }).map(String)) {
      const path = join(host.path(STATE), name);
      chmodSync(path, statSync(path).isDirectory() ? 0o755 : 0o644);
    }
    const options = { wrapper: asNobody };
    const { findings } = await answer(host, DOCTOR, options);
    assert.ok(reasonsOf(findings).includes('store_stale'));
    const refused = await host.run(['doctor', '--fix'], options);
    assert.equal(refused.code, 77);
    assert.match(refused.stderr, /nothing was changed: the state cannot be written/);
  });

  test('--no-sync --fix is refused too', async () => {
    using host = await broken();
    const { code, stderr } = await host.run(['doctor', '--fix', '--no-sync']);
    assert.equal(code, 77);
    assert.match(stderr, /hint: leave --no-sync out/);
  });

  test('without a home the state directory has to be named', async () => {
    using host = await broken();
    const env = { HOME: '', EPILOOP_STATE_DIR: host.path(STATE) };
    const { findings, repairs } = await answer(host, FIX, { env });
    assert.deepEqual(repaired({ findings, repairs }), all);
  });

  test('an ordinary user repairs what is his', { skip: !isRoot }, async () => {
    using host = await broken();
    execFileSync('chown', ['-R', '65534:65534', host.home]);
    const { findings, repairs } = await answer(host, FIX, { wrapper: asNobody });
    // the file that differs has another inode time by now, and is taken in anew
    const expected = all.filter((reason) => reason !== 'mirror_drift');
    assert.deepEqual(repaired({ findings, repairs }), expected);
    assert.deepEqual(findings, []);
  });
});
