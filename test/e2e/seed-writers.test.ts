/** Claude Code and the gateway go on writing beside us: nothing is lost, nothing comes back. */
import assert from 'node:assert/strict';
import { readdirSync, utimesSync } from 'node:fs';
import { describe, test } from 'node:test';
import {
  claudeEntry,
  HOUR,
  MIRROR,
  type MirrorFile,
  pair,
  reasonsOf,
  SeedHost,
} from './seed-host.ts';

const STATUS = ['models', 'status'];
const CLI = 'anthropic:claude-cli';
const MANUAL = 'anthropic:manual';
const manual = { type: 'token', provider: 'anthropic', token: 'sk-ant-oat01-SEEDmanual' };

/** Claude Code's login has been taken in, beside a token that the gateway stored. */
async function setUp(host: SeedHost): Promise<void> {
  host.write(MIRROR, { version: 1, profiles: { [MANUAL]: manual } });
  host.claudeWrites(pair(1));
  await host.succeed(STATUS);
  assert.deepEqual(Object.keys(host.mirror().profiles), [MANUAL, CLI]);
}

function remove(id: string): (file: MirrorFile) => void {
  return (file) => {
    file.profiles = Object.fromEntries(Object.entries(file.profiles).filter(([key]) => key !== id));
  };
}

describe('a login that is refreshed', () => {
  test('by Claude Code: the mirror gets the new pair', async () => {
    using host = new SeedHost();
    await setUp(host);
    host.claudeWrites(pair(2));
    await host.succeed(STATUS);
    assert.deepEqual(host.mirror().profiles, { [MANUAL]: manual, [CLI]: claudeEntry(pair(2)) });
    assert.match(host.identity(MIRROR), / 600$/);
    assert.equal((await host.history()).at(-1), `rotated ${CLI}`);
  });

  test('and then blanked by Claude Code: ours stays', async () => {
    using host = new SeedHost();
    await setUp(host);
    const before = host.identity(MIRROR);
    host.claudeBlanks();
    await host.succeed([...STATUS, '--check']);
    assert.equal(host.identity(MIRROR), before);
    assert.deepEqual(host.mirror().profiles[CLI], claudeEntry(pair(1)));
  });

  test('by the gateway: ours takes it, and an old file of Claude Code changes nothing', async () => {
    using host = new SeedHost();
    await setUp(host);
    host.gatewayWrites(({ profiles }) => {
      profiles[CLI] = claudeEntry(pair(2));
    });
    const before = host.identity(MIRROR);
    const { auth } = await host.report();
    const found = auth.oauth.profiles.find(({ profileId }) => profileId === CLI);
    assert.equal(found?.expiresAt, pair(2).expires);
    assert.equal((await host.history()).at(-1), `rotated ${CLI}`);

    const rows = (await host.history()).length;
    host.claudeWrites(pair(1));
    await host.succeed(STATUS);
    assert.deepEqual(host.mirror().profiles[CLI], claudeEntry(pair(2)));
    assert.equal(host.identity(MIRROR), before);
    assert.equal((await host.history()).length, rows);

    host.claudeWrites(pair(3));
    await host.succeed(STATUS);
    assert.deepEqual(host.mirror().profiles[CLI], claudeEntry(pair(3)));
  });

  test('by Claude Code, while the gateway still writes the old pair: ours is put back', async () => {
    using host = new SeedHost();
    await setUp(host);
    host.claudeWrites(pair(2));
    await host.succeed(STATUS);
    host.gatewayWrites(({ profiles }) => {
      profiles[CLI] = claudeEntry(pair(1));
    });
    await host.succeed(STATUS);
    assert.deepEqual(host.mirror().profiles[CLI], claudeEntry(pair(2)));
  });
});

describe('a profile that the gateway deletes', () => {
  test('is gone here too, and the file of Claude Code does not bring it back', async () => {
    using host = new SeedHost();
    await setUp(host);
    host.gatewayWrites((file) => {
      file.lastGood = { anthropic: CLI };
    });
    await host.succeed(STATUS);
    host.gatewayWrites(remove(CLI));
    const { auth } = await host.report();
    assert.deepEqual(
      auth.oauth.profiles.map(({ profileId }) => profileId),
      [MANUAL],
    );
    assert.equal((await host.history()).at(-1), `profile_removed ${CLI}`);
    const rows = (await host.history()).length;

    await host.succeed(STATUS);
    utimesSync(host.path('.claude/.credentials.json'), new Date(), new Date());
    await host.succeed(STATUS);
    host.claudeWrites(pair(1));
    await host.succeed(STATUS);
    assert.deepEqual(host.mirror().profiles, { [MANUAL]: manual });
    assert.equal((await host.history()).length, rows);
  });

  test('is put back if the gateway never wrote a file that had it', async () => {
    using host = new SeedHost();
    await setUp(host);
    host.gatewayWrites(remove(CLI));
    await host.succeed(STATUS);
    assert.deepEqual(host.mirror().profiles, { [MANUAL]: manual, [CLI]: claudeEntry(pair(1)) });
  });

  test('is put back if it was the last one', async () => {
    using host = new SeedHost();
    const file = { version: 1, profiles: { [MANUAL]: manual } };
    host.write(MIRROR, file);
    await host.succeed(STATUS);
    host.gatewayWrites(remove(MANUAL));
    await host.succeed(STATUS);
    assert.deepEqual(host.mirror(), file);
    assert.ok(!(await host.history()).some((event) => event.startsWith('profile_removed')));
  });

  for (const wiped of ['{ "version": 1, "profiles": {} }', '{ "version": 1 }']) {
    test(`is put back with all others if nothing is left: ${wiped}`, async () => {
      using host = new SeedHost();
      await setUp(host);
      host.gatewayWrites(() => undefined);
      await host.succeed(STATUS);
      const { profiles } = host.mirror();
      host.write(MIRROR, wiped);
      await host.succeed(STATUS);
      assert.deepEqual(host.mirror().profiles, profiles);
      assert.match(host.identity(MIRROR), / 600$/);
    });
  }
});

describe('what else stands in the file', () => {
  test('usage is taken in, and nothing is written for it', async () => {
    using host = new SeedHost();
    await setUp(host);
    const until = Math.trunc(Date.now() / HOUR) * HOUR + 2 * HOUR;
    host.gatewayWrites((file) => {
      file.usageStats = { [CLI]: { lastUsed: Date.now(), cooldownUntil: until, errorCount: 2 } };
    });
    const before = host.identity(MIRROR);
    const text = host.read(MIRROR);
    const { auth, findings } = await host.report();
    assert.deepEqual(
      auth.unusableProfiles.map(({ profileId, kind, until: end }) => [profileId, kind, end]),
      [[CLI, 'cooldown', until]],
    );
    assert.deepEqual(reasonsOf(findings), ['cooldown']);
    assert.deepEqual([host.identity(MIRROR), host.read(MIRROR)], [before, text]);
  });

  test('survives a write of ours, in its order', async () => {
    using host = new SeedHost();
    const odd = { type: 'carrier-pigeon', provider: 'coop', ring: 'B-12' };
    const profiles = {
      'zai:default': { type: 'api_key', provider: 'zai', key: 'SEEDzai', tier: { plan: 'pro' } },
      'coop:pigeon': odd,
      [CLI]: { note: 'mine', ...claudeEntry(pair(1)), accountId: 'acc-1' },
      'anthropic:a': { ...manual, comment: 'keep' },
    };
    const usageStats = { ghost: { lastUsed: 5, mood: 'fine' } };
    const order = { 'z.ai': ['zai:default'], anthropic: [CLI, 'anthropic:gone'] };
    const file = { generator: { by: 'hand' }, version: 1, profiles, order, usageStats, tail: [1] };
    host.write(MIRROR, file);
    host.claudeWrites(pair(1));
    await host.succeed(STATUS);
    host.claudeWrites(pair(2));
    const { findings } = await host.report();
    assert.deepEqual(
      reasonsOf(findings).filter((reason) => reason !== 'ignored_entry'),
      [],
    );
    const rotated = { ...profiles, [CLI]: { ...profiles[CLI], ...pair(2) } };
    const expected = { ...file, profiles: rotated };
    assert.equal(host.read(MIRROR), `${JSON.stringify(expected, null, 2)}\n`);
  });

  test('no litter is left beside it', async () => {
    using host = new SeedHost();
    await setUp(host);
    host.claudeWrites(pair(2));
    await host.succeed(STATUS);
    assert.deepEqual(readdirSync(host.path('.epiloop/agents/main/agent')), ['auth-profiles.json']);
  });
});
