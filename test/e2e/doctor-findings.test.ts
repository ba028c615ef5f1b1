/** What `doctor` tells of orders, config, variables and files; its remedies are followed literally. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, test } from 'node:test';
import Database from 'better-sqlite3';
import type { Finding, Reason } from '../../src/domain/finding.ts';
import { AgentsHost, apiKey, DOCTOR, fileOf, opaque, owned } from './agents-host.ts';
import { executable, type RunOptions } from './host.ts';
import { MIRROR, reasonsOf } from './seed-host.ts';

const KEY = { 'anthropic:a': apiKey('AGENTkey-0123456789-0123', 'anthropic') };
const ENV = '.epiloop/.env';
const listed = (...ids: string[]) =>
  Object.fromEntries(ids.map((id) => [id, { provider: 'anthropic', mode: 'api_key' }]));

interface Told {
  readonly findings: readonly Finding[];
  readonly notes: readonly Finding[];
}

async function told(host: AgentsHost, code: 0 | 1, options?: RunOptions): Promise<Told> {
  const run = await host.run(DOCTOR, options);
  assert.equal(run.code, code, `${run.stdout}${run.stderr}`);
  assert.doesNotMatch(`${run.stdout}${run.stderr}`, /AGENTkey|AGENTrefresh|sk-ant/);
  return JSON.parse(run.stdout);
}

/** The hint pasted into a shell, `epiloop` being this build. */
function paste(host: AgentsHost, hint: string | undefined, options: RunOptions = {}): void {
  const words = (hint ?? 'false').replace(/^run /, '');
  execFileSync('sh', ['-c', `epiloop() { '${executable}' "$@"; }; ${words}`], {
    env: { PATH: process.env.PATH ?? '', HOME: host.home, ...options.env },
    cwd: host.home,
    stdio: 'ignore',
  });
}

interface Case {
  readonly name: string;
  readonly reason: Reason;
  readonly make: (host: AgentsHost) => void | Promise<void>;
  readonly message: RegExp;
  /** what mends it; without it the hint is pasted */
  readonly mend?: (host: AgentsHost) => void;
  readonly also?: readonly Reason[];
  readonly options?: RunOptions;
}

const ghost = { order: { anthropic: ['anthropic:gone', 'anthropic:a'] } };

const cases: readonly Case[] = [
  {
    name: "an id in main's order that nobody stores",
    reason: 'order_stale',
    make: (host) => void host.has('main', KEY, ghost),
    message: /^the order of anthropic for agent main names anthropic:gone, which is not stored$/,
  },
  {
    name: "an agent's order that names nothing else",
    reason: 'order_stale',
    make: (host) => {
      host.has('main', KEY);
      host.has('web', KEY, { order: { anthropic: ['anthropic:gone'] } });
    },
    message: /for agent web names anthropic:gone/,
    also: ['order_excludes_all'],
  },
  {
    name: 'a profile that rests although no order names it',
    reason: 'cooldown',
    make: (host) =>
      void host.has(
        'main',
        { ...KEY, 'anthropic:b': apiKey('AGENTkey-b', 'anthropic') },
        {
          order: { anthropic: ['anthropic:a'] },
          usageStats: { 'anthropic:b': { cooldownUntil: Date.now() + 7_000_000 } },
        },
      ),
    message: /^anthropic:b is cooling down for another 2h$/,
  },
  {
    name: 'an id in auth.order',
    reason: 'order_stale',
    make: (host) => {
      host.has('main', KEY);
      host.config({ auth: ghost });
    },
    message: /^auth\.order\["anthropic"\] names anthropic:gone, which is not stored$/,
    mend: (host) => host.config({ auth: { order: { anthropic: ['anthropic:a'] } } }),
  },
  {
    name: 'a profile that the config does not list',
    reason: 'unlisted',
    make: (host) => {
      host.has('main', { ...KEY, 'anthropic:b': apiKey('AGENTkey-b', 'anthropic') });
      host.config({ auth: { profiles: listed('anthropic:a') } });
    },
    message: /^anthropic:b is never used: the config lists other profiles of anthropic$/,
    mend: (host) => host.config({ auth: { profiles: listed('anthropic:a', 'anthropic:b') } }),
  },
  {
    name: 'a listed profile that hides the stored one',
    reason: 'listed_missing',
    make: (host) => {
      host.has('main', KEY);
      host.config({ auth: { profiles: listed('anthropic:gone') } });
    },
    message: /^the config lists anthropic:gone, which nobody stores, and so hides anthropic:a$/,
    also: ['order_excludes_all'],
    mend: (host) => host.config({ auth: { profiles: {} } }),
  },
  {
    name: 'a variable that hides another value',
    reason: 'env_shadowed',
    make: (host) => {
      host.has('main', KEY);
      host.write(ENV, 'ANTHROPIC_API_KEY=sk-ant-two\n');
    },
    message: /^ANTHROPIC_API_KEY: #[0-9a-f]{8} in the environment hides #[0-9a-f]{8} in \/.+\.env$/,
    options: { env: { ANTHROPIC_API_KEY: 'sk-ant-one' } },
    mend: (host) => void host.write(ENV, ''),
  },
  {
    name: 'a variable of a provider that no model needs, hidden all the same',
    reason: 'env_shadowed',
    make: (host) => {
      host.has('main', { ...KEY, 'openai:a': apiKey('AGENTkey') });
      host.write(ENV, 'OPENAI_API_KEY=sk-two\n');
    },
    message: /^OPENAI_API_KEY: #[0-9a-f]{8} in the environment hides #[0-9a-f]{8} in \/.+\.env$/,
    options: { env: { OPENAI_API_KEY: 'sk-one' } },
    mend: (host) => void host.write(ENV, ''),
  },
  {
    name: 'one refresh token under two ids',
    reason: 'refresh_shared',
    make: (host) => void host.has('main', { 'anthropic:x': opaque(1), 'anthropic:y': opaque(1) }),
    message: /^anthropic:y of agent main has the refresh token of anthropic:x: one use/,
  },
  {
    name: "Codex's own refresh token under an id of ours",
    reason: 'refresh_shared',
    make: (host) => {
      const login = owned('me', 1);
      host.has('main', { ...KEY, 'openai-codex:me': login });
      const { access: access_token, refresh: refresh_token } = login;
      const tokens = { id_token: access_token, access_token, refresh_token, account_id: 'acc' };
      host.write('.codex/auth.json', { tokens, last_refresh: new Date().toISOString() });
    },
    message: /^openai-codex:me of agent main has the refresh token of \/.+auth\.json of Codex/,
    mend: (host) => paste(host, 'epiloop models auth remove openai-codex:me --agent main'),
  },
  {
    name: 'a loader variable',
    reason: 'exec_environment',
    make: (host) => void host.has('main', KEY),
    message: /^LD_LIBRARY_PATH is set and can run foreign code/,
    options: { env: { LD_LIBRARY_PATH: '/nonexistent' } },
    mend: () => undefined,
  },
  {
    name: 'a file that differs from the store behind its back',
    reason: 'mirror_drift',
    make: async (host) => {
      host.has('main', KEY);
      await host.sync();
      const db = new Database(host.path('.epiloop/auth.sqlite'));
      db.prepare("UPDATE profiles SET email = 'me@x.org'").run();
      db.close();
    },
    message: /auth-profiles\.json does not say what is stored for agent main$/,
  },
  {
    name: 'a temp file of a killed run',
    reason: 'leftover',
    make: (host) => {
      host.has('main', KEY);
      const gone = execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }).trim();
      const path = `${dirname(host.path(MIRROR))}/.auth-profiles.json.${gone}.abc.tmp`;
      writeFileSync(path, 'AGENT');
      utimesSync(path, 1, 1);
    },
    message: /\.tmp is left of a run that was killed$/,
  },
  {
    name: 'a writable file that the config includes',
    reason: 'permissions',
    make: (host) => {
      host.has('main', KEY);
      host.config({ auth: { $include: './more.json5' } });
      host.write('.epiloop/more.json5', '{}', 0o666);
      chmodSync(host.path('.epiloop/more.json5'), 0o664);
    },
    message: /more\.json5 is writable by others$/,
  },
  {
    name: 'a login that the config calls anthropic:default',
    reason: 'profile_id_stale',
    make: (host) => {
      host.has('main', { 'anthropic:me@x.org': opaque(1) });
      const profiles = { 'anthropic:default': { provider: 'anthropic', mode: 'oauth' } };
      host.config({ auth: { profiles, order: { anthropic: ['anthropic:default'] } } });
    },
    message: /anthropic:default, which is not stored: it is anthropic:me@x\.org \(only login\)$/,
    also: ['order_excludes_all'],
  },
];

describe('tells, and has the remedy', { concurrency: 2 }, () => {
  for (const { name, reason, make, message, mend, also = [], options = {} } of cases) {
    test(`${reason}: ${name}`, async () => {
      using host = new AgentsHost();
      await make(host);
      const { findings } = await told(host, 1, options);
      assert.deepEqual(new Set(reasonsOf(findings)), new Set([reason, ...also]));
      const found = findings.find((each) => each.reason === reason);
      assert.match(found?.message ?? '', message);
      assert.equal(typeof found?.hint, 'string');
      if (mend === undefined) paste(host, found?.hint, options);
      else mend(host);
      const isEnv = reason === 'exec_environment';
      assert.deepEqual((await told(host, 0, isEnv ? {} : options)).findings, []);
    });
  }

  test('ownership: a file that root left in the state of another user', {
    skip: process.geteuid?.() === 0 ? false : 'needs root',
  }, async () => {
    using host = new AgentsHost();
    host.has('main', KEY);
    await host.sync();
    execFileSync('chown', ['-R', '65534:65534', host.home]);
    chownSync(host.path(fileOf('main')), 0, 0);
    chmodSync(host.path(fileOf('main')), 0o644);
    const { findings } = await told(host, 1);
    const found = findings.find(({ reason }) => reason === 'ownership');
    assert.match(found?.message ?? '', /belongs to uid 0, the state directory to uid 65534$/);
    assert.equal(found?.hint, `chown 65534:65534 '${host.path(MIRROR)}'`);
    paste(host, found?.hint);
    paste(host, `chmod 600 '${host.path(MIRROR)}'`);
    assert.deepEqual((await told(host, 0)).findings, []);
  });

  test('mode_mismatch: of a login that several agents hold once', async () => {
    using host = new AgentsHost();
    for (const agent of ['main', 'web', 'ops']) host.has(agent, { 'anthropic:x': opaque(1) });
    const profiles = { 'anthropic:x': { provider: 'anthropic', mode: 'api_key' } };
    host.config({ auth: { profiles } });
    const { findings } = await told(host, 1);
    assert.deepEqual(reasonsOf(findings), ['mode_mismatch']);
  });
});

describe('notes leave nothing to do', () => {
  async function notesOf(host: AgentsHost, options?: RunOptions) {
    const { findings, notes } = await told(host, 0, options);
    assert.deepEqual(findings, []);
    return notes.map(({ reason, message }) => `${reason}: ${message}`);
  }

  test('./.env, which a gateway started here would read', async () => {
    using host = new AgentsHost();
    host.has('main', KEY);
    host.write('.env', 'ANTHROPIC_API_KEY=sk-ant-cwd\n');
    const [note, ...rest] = await notesOf(host);
    assert.match(note ?? '', /^env_shadowed: a gateway started here takes ANTHROPIC_API_KEY #/);
    assert.deepEqual(rest, []);
    host.write(ENV, 'ANTHROPIC_API_KEY=sk-ant-state\n');
    const run = await host.run([...DOCTOR, '--cwd-env']);
    assert.equal(run.code, 1, 'with --cwd-env it counts');
  });

  test('a listed profile that hides nothing, NODE_OPTIONS, EPILOOP_NIX_MODE', async () => {
    using host = new AgentsHost();
    host.has('main', KEY);
    host.config({ auth: { profiles: { 'p:gone': { provider: 'p', mode: 'token' } } } });
    const env = { NODE_OPTIONS: '--no-such-option', EPILOOP_NIX_MODE: '1' };
    assert.deepEqual(await notesOf(host, { env }), [
      'listed_missing: the config lists p:gone, which nobody stores',
      'exec_environment: NODE_OPTIONS is set, which epiloop ignores',
      'config_upgrade_pending: EPILOOP_NIX_MODE is set: the config is never written',
    ]);
  });

  test('what a damaged file was, until somebody removes it', async () => {
    using host = new AgentsHost();
    host.has('main', KEY);
    await host.sync();
    host.write(MIRROR, '{');
    await host.sync();
    const { notes } = await told(host, 0);
    assert.match(notes[0]?.message ?? '', /damaged-\d+ is kept from when the file was damaged$/);
    paste(host, notes[0]?.hint);
    assert.deepEqual(await notesOf(host), []);
  });
});
