/** A login that comes in where another one stood: whose it is, on files and a store. */
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { MINUTE, World } from './gateway-model.ts';
import { scratchFolder } from './gateway-model-check.ts';
import type { Person } from './gateway-model-issuer.ts';
import { perform, type Step } from './gateway-model-steps.ts';
import { loadStore } from './gateway-model-store.ts';
import { ours } from './gateway-model-subject.ts';

const [MAIN, WORK] = [0, 1];
const id = 'openai:x';

function host(t: TestContext) {
  const world = new World(scratchFolder(t), 1);
  const subject = ours(world);
  t.after(() => subject.close());
  return {
    async sync(...steps: readonly Step[]) {
      for (const step of steps) perform(world, step);
      await subject.sync(() => undefined);
      return world.agents.map(({ path }) => {
        return loadStore(world.text(path) ?? '')?.profiles.get(id)?.['access'];
      });
    },
    keeps: (secret: string) => subject.look().keeps(secret),
  };
}

function enters(agent: number, person: Person): Step {
  return { do: 'enter', agent, id, person };
}

describe('a login that comes in where another one stood', () => {
  test('is the one that the same person has in another agent, whose pair is kept', async (t) => {
    const { sync, keeps } = host(t);
    const before = await sync(enters(MAIN, 'ann'), enters(WORK, 'bob'));
    assert.deepEqual(before, ['S1', 'S2']);
    assert.deepEqual(await sync(enters(WORK, 'ann')), ['S3', 'S3']);
    assert.ok(['S1', 'S2'].every(keeps));
  });

  test('is no next pair of main’s, though that was due and nothing says whose it is', async (t) => {
    const { sync } = host(t);
    const wait: Step = { do: 'wait', ms: 475 * MINUTE };
    await sync(enters(MAIN, 'stranger'), enters(WORK, 'stranger'));
    assert.deepEqual(await sync(wait, enters(WORK, 'stranger')), ['S1', 'S3']);
    assert.deepEqual(await sync(enters(WORK, 'stranger')), ['S1', 'S4']);
  });
});
