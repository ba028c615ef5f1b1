/** `models auth cooldown list|clear` and `models auth mark`: what rests, and what is written where. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { authMark } from '../../src/cli/schemas/auth-mark.ts';
import { cooldownClear } from '../../src/cli/schemas/cooldown-clear.ts';
import { cooldownList } from '../../src/cli/schemas/cooldown-list.ts';
import { AgentsHost, apiKey, errorOf, fileOf } from './agents-host.ts';
import type { Entry } from './seed-host.ts';

const MINUTE = 60_000;
const COOLDOWN = ['models', 'auth', 'cooldown'];
const MARK = ['models', 'auth', 'mark'];

interface Listed {
  readonly agentId: string;
  readonly profiles: readonly { profileId: string; kind: string; inherited: boolean }[];
}

interface Row {
  readonly event: string;
  readonly subject: string | null;
  readonly agentDir: string | null;
  readonly before: unknown;
  readonly after: unknown;
}

/** main has `zai:a` and `zai:b`; work, the default agent, has `zai:w` and inherits them. */
class RestingHost extends AgentsHost {
  constructor(usage: { main?: Record<string, Entry>; work?: Record<string, Entry> } = {}) {
    super();
    const key = (name: string) => apiKey(`AGENTkey-${name}-0123456789abcdef`, 'zai');
    this.has('main', { 'zai:a': key('a'), 'zai:b': key('b') }, { usageStats: usage.main });
    this.has('work', { 'zai:w': key('w') }, { usageStats: usage.work });
    this.config({ agents: { list: [{ id: 'main' }, { id: 'work', default: true }] } });
  }

  async cooldowns(args: readonly string[] = []): Promise<readonly string[]> {
    const { stdout } = await this.succeed([...COOLDOWN, 'list', '--json', ...args]);
    const { profiles }: Listed = JSON.parse(stdout);
    return profiles.map(({ profileId, kind, inherited }) =>
      [profileId, kind, ...(inherited ? ['inherited'] : [])].join(' '),
    );
  }

  usage(agent: string): Record<string, Entry> {
    return this.fileIn(agent).usageStats ?? {};
  }

  /** what was done about rests, oldest first */
  async rows(): Promise<readonly Row[]> {
    const { stdout } = await this.succeed(['models', 'history', '--json', '--limit', '1000']);
    const { entries }: { entries: Row[] } = JSON.parse(stdout);
    return entries.filter(({ event }) => /cooldown|marked/.test(event)).reverse();
  }
}

/** As the gateway leaves it: two rate limits, then billing. */
function resting(more: Entry = {}): Entry {
  return {
    lastUsed: 5,
    cooldownUntil: Date.now() + 25 * MINUTE,
    disabledUntil: Date.now() + 300 * MINUTE,
    disabledReason: 'billing',
    errorCount: 3,
    failureCounts: { rate_limit: 2, billing: 1 },
    lastFailureAt: Date.now() - MINUTE,
    ...more,
  };
}

describe('cooldown list', { concurrency: 4 }, () => {
  test('what the agent sees: its own word before main’s, ghosts too; nothing is written', async () => {
    const over = { cooldownUntil: Date.now() - 1 };
    const cooling = { cooldownUntil: Date.now() + MINUTE };
    using host = new RestingHost({
      main: { 'zai:a': resting(), 'zai:b': resting(), 'zai:gone': cooling },
      work: { 'zai:b': over, 'zai:w': cooling, 'openai:gone': cooling },
    });
    const before = host.snapshot();
    assert.deepEqual(
      new Set(await host.cooldowns()),
      new Set([
        'zai:w cooldown',
        'zai:gone cooldown inherited',
        'openai:gone cooldown',
        'zai:a disabled inherited',
      ]),
    );
    assert.deepEqual(await host.cooldowns(['--provider', 'OpenAI']), ['openai:gone cooldown']);
    assert.deepEqual(await host.cooldowns(['--agent', 'main']), [
      'zai:gone cooldown',
      'zai:a disabled',
      'zai:b disabled',
    ]);
    const { stdout } = await host.succeed([...COOLDOWN, 'list', '--all-agents', '--json']);
    const { agents }: { agents: Listed[] } = JSON.parse(stdout);
    assert.deepEqual(
      agents.map(({ agentId, profiles }) => [agentId, profiles.length]),
      [
        ['main', 3],
        ['work', 4],
      ],
    );
    assert.deepEqual(host.snapshot(), before);
  });
});

describe('cooldown clear', { concurrency: 4 }, () => {
  test('everything that failures left goes; the rest of the entry and of the file stays', async () => {
    using host = new RestingHost({ main: { 'zai:a': resting({ note: 'x' }), 'zai:b': resting() } });
    const { 'zai:a': before, 'zai:b': other } = host.usage('main');
    await host.succeed([...COOLDOWN, 'clear', 'zai:a', '--agent', 'main']);
    assert.deepEqual(host.usage('main'), { 'zai:a': { lastUsed: 5, note: 'x' }, 'zai:b': other });
    const [row, ...more] = await host.rows();
    assert.equal(more.length, 0);
    assert.deepEqual([row?.event, row?.subject], ['cooldown_cleared', 'zai:a']);
    assert.deepEqual(row?.before, { ...before, note: 'x' });
    assert.deepEqual(row?.after, { lastUsed: 5, note: 'x' });
    assert.deepEqual(await host.cooldowns(['--agent', 'main']), ['zai:b disabled']);
    // the gateway goes on from there, and is believed
    host.gatewaySets('main', 'zai:c', apiKey('AGENTkey-c-0123456789abcdef', 'zai'));
    await host.sync();
    assert.deepEqual(await host.cooldowns(['--agent', 'main']), ['zai:b disabled']);
  });

  test('inherited, with main’s word: main’s file is the one that counts', async () => {
    using host = new RestingHost({ main: { 'zai:a': resting() } });
    const work = host.read(fileOf('work'));
    const run = await host.succeed([...COOLDOWN, 'clear', 'zai:a']);
    assert.match(
      run.stdout,
      /^cleared zai:a of agent main .*, from which agent work inherits it\n$/,
    );
    assert.deepEqual(host.usage('main'), { 'zai:a': { lastUsed: 5 } });
    assert.equal(host.read(fileOf('work')), work, 'nothing is put over main’s');
    assert.deepEqual(await host.cooldowns(), []);
    const [row] = await host.rows();
    assert.ok(row?.agentDir?.endsWith('/main/agent'));
  });

  test('inherited, with a word of its own: that one is cleared and stays before main’s', async () => {
    using host = new RestingHost({ main: { 'zai:a': resting() }, work: { 'zai:a': resting() } });
    const main = host.read(fileOf('main'));
    await host.succeed([...COOLDOWN, 'clear', 'zai:a']);
    assert.deepEqual(host.usage('work'), { 'zai:a': { lastUsed: 5 } });
    assert.equal(host.read(fileOf('main')), main);
    assert.deepEqual(await host.cooldowns(), []);
    assert.deepEqual(await host.cooldowns(['--agent', 'main']), ['zai:a disabled']);
  });

  test('all of a provider, in both files and at once', async () => {
    const cooling = { cooldownUntil: Date.now() + MINUTE };
    using host = new RestingHost({
      main: { 'zai:a': resting(), 'openai:x': cooling },
      work: { 'zai:w': cooling, 'zai:gone': cooling },
    });
    await host.succeed([...COOLDOWN, 'clear', '--provider', 'Z.AI']);
    assert.deepEqual(host.usage('main'), { 'zai:a': { lastUsed: 5 }, 'openai:x': cooling });
    assert.deepEqual(host.usage('work'), { 'zai:w': {}, 'zai:gone': {} });
    assert.deepEqual(await host.cooldowns(), ['openai:x cooldown inherited']);
    assert.equal((await host.rows()).length, 3);
  });

  test('what does not rest is left alone: 0, no row, no file', async () => {
    using host = new RestingHost();
    await host.sync();
    const files = host.files();
    for (const args of [['zai:a'], ['zai:w'], ['--provider', 'nobody']]) {
      const { stdout } = await host.succeed([...COOLDOWN, 'clear', ...args]);
      assert.match(stdout, /nothing to clear\n$/);
    }
    assert.deepEqual(host.files(), files);
    assert.deepEqual(await host.rows(), []);
  });

  test('what nobody knows is refused with 66: profile and agent', async () => {
    using host = new RestingHost({ main: { 'zai:a': resting() } });
    const files = host.files();
    for (const args of [['zai:x'], ['zai:a', '--agent', 'nobody']]) {
      const run = await host.run([...COOLDOWN, 'clear', ...args, '--json']);
      assert.deepEqual([run.code, errorOf(run).code], [66, 'not_found']);
    }
    assert.equal((await host.run([...COOLDOWN, 'clear', 'zai:a', '--no-sync'])).code, 77);
    assert.deepEqual(host.files(), files);
  });

  test('what a status says about it can be pasted', async () => {
    using host = new RestingHost({ main: { 'zai:a': resting() } });
    const { findings } = await host.report(['--agent', 'work']);
    const hint = findings.find(({ reason }) => reason === 'cooldown')?.hint ?? '';
    const words = /^run epiloop (.+)$/.exec(hint)?.[1]?.split(' ') ?? assert.fail(hint);
    await host.succeed(words);
    assert.deepEqual((await host.report(['--agent', 'work'])).auth.unusableProfiles, []);
  });
});

describe('mark', { concurrency: 4 }, () => {
  test('failures of an inherited profile count on from main’s, in the agent’s own file', async () => {
    const earlier = { lastUsed: 5, errorCount: 1, failureCounts: { auth: 1 }, lastFailureAt: 9 };
    const young = { ...earlier, lastFailureAt: Date.now() - MINUTE };
    using host = new RestingHost({ main: { 'zai:a': young } });
    const main = host.read(fileOf('main'));
    const from = Date.now();
    await host.succeed([...MARK, 'zai:a', '--failed', 'rate_limit']);
    const { 'zai:a': entry } = host.usage('work');
    assert.deepEqual([entry?.errorCount, entry?.failureCounts], [2, { auth: 1, rate_limit: 1 }]);
    const rest = Number(entry?.cooldownUntil) - Number(entry?.lastFailureAt);
    assert.equal(rest, 5 * MINUTE);
    assert.ok(Number(entry?.lastFailureAt) >= from);
    assert.equal(host.read(fileOf('main')), main);
    assert.deepEqual(Object.keys(host.fileIn('work').profiles), ['zai:w'], 'no secret is copied');
    const [row] = await host.rows();
    assert.deepEqual([row?.event, row?.before, row?.after], ['marked', null, entry]);
    assert.match(row?.agentDir ?? '', /.work.agent$/);
  });

  test('billing rests as the config says', async () => {
    using host = new RestingHost();
    host.config({
      agents: { list: [{ id: 'main', default: true }] },
      auth: { cooldowns: { billingBackoffHoursByProvider: { 'Z.AI': 2 }, billingMaxHours: 3 } },
    });
    const rests: number[] = [];
    for (let times = 0; times < 3; times += 1) {
      await host.succeed([...MARK, 'zai:a', '--failed', 'billing']);
      const { 'zai:a': entry } = host.usage('main');
      rests.push((Number(entry?.disabledUntil) - Number(entry?.lastFailureAt)) / (60 * MINUTE));
    }
    assert.deepEqual(rests, [2, 3, 3]);
  });

  test('a success ends the rest and is the last good one, under the spelling that is there', async () => {
    using host = new RestingHost({ main: { 'zai:a': resting() } });
    host.write(fileOf('main'), { ...host.fileIn('main'), lastGood: { 'z.ai': 'zai:b' } });
    await host.succeed([...MARK, 'zai:a', '--ok', '--agent', 'main']);
    const { usageStats, lastGood } = host.fileIn('main');
    assert.deepEqual(Object.keys(usageStats?.['zai:a'] ?? {}), ['lastUsed']);
    assert.ok(Number(usageStats?.['zai:a']?.lastUsed) > Date.now() - MINUTE);
    assert.deepEqual(lastGood, { 'z.ai': 'zai:a' });
  });

  test('a profile that is not stored is refused with 66', async () => {
    using host = new RestingHost({ main: { 'zai:gone': resting() } });
    const files = host.files();
    for (const id of ['zai:gone', 'zai:x']) {
      assert.equal((await host.run([...MARK, id, '--ok'])).code, 66);
    }
    assert.deepEqual(host.files(), files);
  });

  test('words of a file that could be secrets reach neither screen nor history', async () => {
    const odd = {
      disabledReason: 'CANARY sk-1',
      failureCounts: { 'CANARY-2': 1 },
      CANARY3: 'CANARY',
    };
    using host = new RestingHost({ main: { 'zai:a': resting(odd) } });
    const told: string[] = [];
    for (const args of [
      [...COOLDOWN, 'list', '--json'],
      [...COOLDOWN, 'list'],
      [...MARK, 'zai:a', '--failed', 'auth', '--json'],
      [...COOLDOWN, 'clear', 'zai:a', '--json'],
      ['models', 'explain', '--provider', 'zai', '--json'],
      ['models', 'history', '--json'],
    ]) {
      const { stdout, stderr } = await host.succeed(args);
      told.push(stdout, stderr);
    }
    assert.doesNotMatch(told.join(''), /CANARY/);
    assert.equal(host.usage('main')['zai:a']?.CANARY3, 'CANARY', 'it stays where it is');
  });
});

test('what each of them prints as JSON is what its schema says', async () => {
  using host = new RestingHost({ main: { 'zai:a': resting(), 'zai:gone': resting() } });
  const answers: readonly [v.GenericSchema, readonly string[]][] = [
    [cooldownList, [...COOLDOWN, 'list']],
    [cooldownList, [...COOLDOWN, 'list', '--all-agents']],
    [authMark, [...MARK, 'zai:a', '--failed', 'billing']],
    [authMark, [...MARK, 'zai:w', '--ok']],
    [cooldownClear, [...COOLDOWN, 'clear', '--provider', 'zai']],
    [cooldownClear, [...COOLDOWN, 'clear', 'zai:w']],
  ];
  for (const [schema, words] of answers) {
    const { stdout } = await host.succeed([...words, '--json']);
    assert.equal(v.is(schema, JSON.parse(stdout)), true, stdout);
  }
});
