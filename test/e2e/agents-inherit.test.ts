/** An agent sees main's file with its own over it, key by key; its own file stays its own. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { OrderOutcome } from '../../src/app/app.ts';
import { AgentsHost, apiKey, DOCTOR, fileOf, LIST, opaque, SYNC } from './agents-host.ts';
import { MIRROR } from './seed-host.ts';

const MAIN = {
  'anthropic:login': opaque(1),
  'openai:a': apiKey('AGENTkey-main-a-0123456789'),
  'openai:b': apiKey('AGENTkey-main-b-0123456789'),
};
const WEB = { 'openai:b': apiKey('AGENTkey-web-b-0123456789') };
const ASK = ['models', 'status', '--json', '--agent', 'web'];

function host(): AgentsHost {
  const made = new AgentsHost();
  made.has('main', MAIN, { order: { openai: ['openai:a', 'openai:b'] } });
  made.has('web', WEB);
  return made;
}

describe('an agent with a file of its own', () => {
  test('has its own keys first and the rest from main', async () => {
    using made = host();
    const [main, web] = await made.agents();
    assert.deepEqual(
      web?.profiles.map(({ id, inherited }) => [id, inherited]),
      [
        ['anthropic:login', true],
        ['openai:a', true],
        ['openai:b', false],
      ],
    );
    const mark = (profiles: typeof main, id: string) =>
      profiles?.profiles.find((each) => each.id === id)?.fingerprint;
    assert.equal(mark(main, 'openai:a'), mark(web, 'openai:a'));
    assert.notEqual(mark(main, 'openai:b'), mark(web, 'openai:b'));
    const { auth } = await made.report(['--agent', 'web']);
    assert.equal(auth.storePath, made.path(fileOf('web')));
    assert.deepEqual(
      auth.providers.map(({ provider, profiles }) => [provider, profiles.count]),
      [
        ['anthropic', 1],
        ['openai', 2],
      ],
    );
  });

  test('has main order until it has one for that provider', async () => {
    using made = host();
    const ask = async (): Promise<OrderOutcome['effective']> => {
      const words = ['models', 'auth', 'order', 'get', '--provider', 'openai', '--agent', 'web'];
      return JSON.parse((await made.succeed([...words, '--json'])).stdout).effective;
    };
    assert.deepEqual(await ask(), { from: 'main', order: ['openai:a', 'openai:b'] });
    made.has('web', WEB, { order: { openai: ['openai:b'] } });
    assert.deepEqual(await ask(), { from: 'agent', order: ['openai:b'] });
  });

  test('rests by its own usage where it has one', async () => {
    using made = host();
    const cooldownUntil = Date.now() + 3_600_000;
    made.has('main', MAIN, {
      usageStats: { 'openai:a': { cooldownUntil }, 'openai:b': { cooldownUntil } },
    });
    made.has('web', WEB, { usageStats: { 'openai:b': { lastUsed: 1 } } });
    const { auth } = await made.report(['--agent', 'web']);
    assert.deepEqual(
      auth.unusableProfiles.map(({ profileId }) => profileId),
      ['openai:a'],
    );
  });

  test("never finds main's secrets in it, whatever is asked", async () => {
    using made = host();
    const before = made.read(fileOf('web'));
    for (const args of [ASK, SYNC, DOCTOR, LIST, ['models', 'status', '--all-agents', '--json']]) {
      const { code } = await made.run(args);
      assert.ok(code === 0 || code === 1, `${args}: ${code}`);
      assert.equal(made.read(fileOf('web')), before, `${args}`);
    }
  });

  test('keeps it to itself when it is written', async () => {
    using made = host();
    const own = opaque(1, Date.now() + 300_000, 'shared');
    made.has('main', { ...MAIN, 'anthropic:shared': own });
    made.has('web', { ...WEB, 'anthropic:shared': own });
    await made.sync();
    const next = opaque(2, Date.now() + 28_800_000, 'shared');
    made.gatewaySets('main', 'anthropic:shared', next);
    await made.sync();
    assert.deepEqual(made.fileIn('web').profiles, { ...WEB, 'anthropic:shared': next });
    assert.deepEqual(made.fileIn('main').profiles, { ...MAIN, 'anthropic:shared': next });
  });
});

describe('an agent without one', () => {
  test('only inherits: no file is made for it', async () => {
    using made = new AgentsHost();
    made.has('main', MAIN);
    made.config({ agents: { list: [{ id: 'web' }] } });
    for (const args of [ASK, SYNC, DOCTOR, LIST]) {
      const { code } = await made.run(args);
      assert.ok(code === 0 || code === 1, `${args}: ${code}`);
    }
    assert.equal(existsSync(made.path('.epiloop/agents/web')), false);
    const [web] = await made.agents(['--agent', 'web']);
    assert.equal(
      web?.profiles.every(({ inherited }) => inherited),
      true,
    );
    assert.equal(web?.profiles.length, 3);
    assert.deepEqual(made.fileIn('main').profiles, MAIN);
    assert.match(made.identity(MIRROR), / 600$/);
  });
});
