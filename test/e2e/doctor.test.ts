/** `doctor`: what is left to do on a host, and nothing when nothing is. */
import assert from 'node:assert/strict';
import { closeSync, openSync, writeSync } from 'node:fs';
import { describe, test } from 'node:test';
import Database from 'better-sqlite3';
import type { Reason } from '../../src/domain/finding.ts';
import { AgentsHost, apiKey, DOCTOR, errorOf, fileOf, opaque } from './agents-host.ts';
import type { RunOptions } from './host.ts';
import { CONFIG, HOUR, MIRROR, pair, reasonsOf } from './seed-host.ts';

const KEY = { 'anthropic:a': apiKey('AGENTkey-0123456789-0123', 'anthropic') };
const STORE = '.epiloop/auth.sqlite';

describe('a host where all is well', () => {
  test('exits 0 and says so', async () => {
    using host = new AgentsHost();
    host.has('main', KEY);
    const { stdout, stderr } = await host.succeed(['doctor']);
    assert.equal(stderr, '');
    assert.equal(
      stdout,
      'current    main ~/.epiloop/agents/main/agent/auth-profiles.json\nnothing left to do\n',
    );
  });

  test('--json is one value', async () => {
    using host = new AgentsHost();
    host.has('main', KEY);
    const { stdout } = await host.succeed(DOCTOR);
    assert.deepEqual(JSON.parse(stdout), {
      schemaVersion: 1,
      mirrors: [{ agentId: 'main', path: host.path(MIRROR), state: 'current' }],
      findings: [],
      repairs: [],
      notes: [],
    });
  });

  test('it syncs: what the gateway and Claude Code changed is taken over', async () => {
    using host = new AgentsHost();
    for (const agent of ['main', 'ops']) {
      host.has(agent, { 'anthropic:x': opaque(1, Date.now() + 300_000) });
    }
    await host.sync();
    host.gatewaySets('ops', 'anthropic:x', opaque(2));
    host.claudeWrites(pair(1));
    assert.deepEqual(await host.doctor(0, ['--warn-within', '1h']), []);
    assert.deepEqual(host.profile('main', 'anthropic:x'), host.profile('ops', 'anthropic:x'));
    assert.ok('anthropic:claude-cli' in host.fileIn('main').profiles);
  });

  test('--no-sync answers the same and writes nothing', async () => {
    using host = new AgentsHost();
    const spent = { type: 'token', token: 'tok-spent', expires: Date.now() - HOUR };
    host.has('main', { 'anthropic:x': { provider: 'anthropic', ...spent } });
    const before = host.snapshot();
    const found = await host.doctor(1, ['--no-sync']);
    assert.deepEqual(host.snapshot(), before);
    assert.deepEqual(await host.doctor(1), found);
  });
});

interface Trouble {
  readonly reason: Reason;
  /** makes a host that is well otherwise */
  readonly make: (host: AgentsHost) => void | Promise<void>;
  readonly message: RegExp;
  readonly hint?: RegExp;
  /** other reasons that come with it */
  readonly also?: readonly Reason[];
  readonly options?: RunOptions;
}

const profile = (entry: object) => (host: AgentsHost) => {
  host.has('main', { ...KEY, 'openai:x': { provider: 'openai', ...entry } });
};
const usage = (entry: Record<string, unknown>) => (host: AgentsHost) => {
  host.has('main', KEY, { usageStats: { 'anthropic:a': entry } });
};
const config = (value: object) => (host: AgentsHost) => {
  host.has('main', KEY);
  host.config(value);
};

const troubles: readonly Trouble[] = [
  {
    reason: 'expired',
    make: profile({ type: 'token', token: 'AGENTtoken', expires: Date.now() - HOUR }),
    message: /^openai:x expired 1h ago$/,
    hint: /paste-token --provider openai --profile-id openai:x$/,
  },
  {
    reason: 'expiring',
    make: profile({ type: 'token', token: 'AGENTtoken', expires: Date.now() + 1.8 * HOUR }),
    message: /^openai:x expires in 2h$/,
  },
  {
    reason: 'missing',
    make: (host) => void host.has('main', {}),
    message: /^anthropic has no credential$/,
    hint: /ANTHROPIC_API_KEY$/,
  },
  {
    reason: 'blank_secret',
    make: profile({ type: 'api_key', key: '  ' }),
    message: /^openai:x has an empty secret$/,
  },
  {
    reason: 'mode_mismatch',
    make: config({
      auth: { profiles: { 'anthropic:a': { provider: 'anthropic', mode: 'oauth' } } },
    }),
    message: /^anthropic:a is stored as api_key, but auth\.profiles says mode oauth$/,
  },
  {
    reason: 'order_excludes_all',
    make: config({ auth: { order: { anthropic: ['anthropic:gone'] } } }),
    message: /^auth\.order leaves nothing usable for anthropic: it does not name anthropic:a$/,
    also: ['order_stale'],
  },
  {
    reason: 'all_disabled',
    make: usage({ disabledUntil: Date.now() + 1.8 * HOUR, disabledReason: 'billing' }),
    message: /^every profile of anthropic is disabled$/,
    also: ['cooldown'],
  },
  {
    reason: 'cooldown',
    make: usage({ cooldownUntil: Date.now() + 1.8 * HOUR }),
    message: /^anthropic:a is cooling down for another 2h$/,
  },
  {
    reason: 'ignored_entry',
    make: profile({ type: 'certificate' }),
    message: /^profile openai:x: type "certificate" is not one of/,
  },
  {
    reason: 'mirror_version',
    make: (host) => void host.has('main', KEY, { version: 2 }),
    message: /auth-profiles\.json says it is of another version than 1/,
  },
  {
    reason: 'mirror_unreadable',
    make: (host) => {
      host.has('main', KEY);
      host.write(fileOf('web'), '{');
    },
    message: /web.+ is damaged: /,
    hint: /^mend it or move it away/,
  },
  {
    reason: 'source_unreadable',
    make: (host) => {
      host.has('main', KEY);
      host.write('.claude/.credentials.json', '{"claudeAiOauth": ');
    },
    message: /\.claude\/\.credentials\.json/,
  },
  {
    reason: 'config_upgrade_pending',
    make: config({
      auth: {
        profiles: {
          'anthropic:a': { provider: 'anthropic', mode: 'api_key' },
          'anthropic:claude-cli': { provider: 'anthropic', mode: 'token' },
        },
      },
    }),
    message: /mode/,
    options: { env: { EPILOOP_NIX_MODE: '1' } },
  },
  {
    reason: 'store_unreadable',
    make: async (host) => {
      host.has('main', KEY);
      await host.sync();
      breakIndex(host.path(STORE));
    },
    message: /auth\.sqlite is damaged: Tree \d+ page \d+: /,
    hint: /^copy it away/,
  },
  {
    reason: 'clock_behind',
    make: async (host) => {
      host.has('main', KEY);
      await host.sync();
      const db = new Database(host.path(STORE));
      db.prepare('UPDATE history SET at = at + ?').run(1.8 * HOUR);
      db.close();
    },
    message: /^the clock is 2h behind the store/,
    hint: /set the clock/,
  },
];

/** Garbage on the last page, which no ordinary answer needs. */
function breakIndex(path: string): void {
  const db = new Database(path);
  db.exec('CREATE TABLE spare (a, b); CREATE INDEX spare_a ON spare (a)');
  db.exec("INSERT INTO spare VALUES ('one', 1), ('two', 2)");
  const page = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'spare_a'").pluck();
  const at = (Number(page.get()) - 1) * Number(db.pragma('page_size', { simple: true }));
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  const descriptor = openSync(path, 'r+');
  writeSync(descriptor, Buffer.alloc(64, 0xff), 0, 64, at);
  closeSync(descriptor);
}

describe('exits 1 and tells', { concurrency: 2 }, () => {
  for (const { reason, make, message, hint, also = [], options } of troubles) {
    test(reason, async () => {
      using host = new AgentsHost();
      await make(host);
      const run = await host.run(DOCTOR, options);
      assert.equal(run.code, 1, `${run.stdout}${run.stderr}`);
      const { findings } = JSON.parse(run.stdout);
      assert.deepEqual(new Set(reasonsOf(findings)), new Set([reason, ...also]));
      const found = findings.find((each: { reason: string }) => each.reason === reason);
      assert.match(found.message, message);
      if (hint !== undefined) assert.match(found.hint ?? '', hint);
      const text = await host.run(['doctor'], options);
      assert.equal(text.code, 1);
      assert.ok(text.stdout.includes(`\n- ${reason}: ${found.message}\n`), text.stdout);
      assert.doesNotMatch(text.stdout, /nothing left to do/);
    });
  }

  test('a damaged file that it mends, once', async () => {
    using host = new AgentsHost();
    host.has('main', KEY);
    await host.sync();
    host.write(MIRROR, '{');
    assert.deepEqual(reasonsOf(await host.doctor(1)), ['mirror_damaged']);
    assert.deepEqual(host.fileIn('main').profiles, KEY);
    assert.deepEqual(await host.doctor(0), []);
  });

  test('of another agent what it holds itself, with its name in message and hint', async () => {
    using host = new AgentsHost();
    host.has('main', KEY);
    host.has('web', { 'openai:x': apiKey('') });
    const found = await host.doctor(1);
    assert.deepEqual(
      found.map(({ message, hint, agentId }) => [message, hint, agentId]),
      [
        [
          'openai:x has an empty secret for agent web',
          'run epiloop models auth paste-api-key --provider openai --profile-id openai:x --agent web',
          'web',
        ],
      ],
    );
  });

  test('--agent asks about that agent only', async () => {
    using host = new AgentsHost();
    host.has('main', KEY);
    host.has('hurt', { 'openai:x': apiKey('') });
    host.has('well', {});
    assert.deepEqual(await host.doctor(0, ['--agent', 'well']), []);
    assert.equal((await host.doctor(1, ['--agent', 'hurt'])).length, 1);
  });
});

test('what cannot be judged at all keeps its own code', async () => {
  using host = new AgentsHost();
  host.write(CONFIG, '{ auth: ');
  const run = await host.run(DOCTOR);
  assert.equal(run.code, 78);
  assert.equal(errorOf(run).code, 'config_invalid');
});
