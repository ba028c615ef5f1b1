/** A gateway and we, each finishing before the other begins; and what two copies of a login are. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from '../property.ts';
import { MINUTE, World } from './gateway-model.ts';
import { lastWriterWins } from './gateway-model-blind.ts';
import { assertHistories, scratchFolder } from './gateway-model-check.ts';
import { histories, live } from './gateway-model-run.ts';
import { perform } from './gateway-model-steps.ts';
import { loadStore } from './gateway-model-store.ts';
import { ours } from './gateway-model-subject.ts';

describe('a gateway that writes between our runs, and we', () => {
  test('lose no credential, share none that was not shared, and end equal', (t) =>
    assertHistories(t, { disturbed: false }));

  test('the same is not true of a tool that merges blindly', async (t) => {
    const folder = scratchFolder(t);
    const property = fc.asyncProperty(histories(false), (history) =>
      live(folder, history, lastWriterWins),
    );
    const result = await fc.check(property, { numRuns: 200, seed: 1, endOnFailure: true });
    assert.ok(result.failed);
    assert.match(
      String(result.errorInstance),
      /went from S\d+ to S\d+, (an older pair of the same login|which is older)|is lost/,
    );
  });
});

test('two agents with copies of one login both carry the next pair after one run', async (t) => {
  const world = new World(scratchFolder(t), 2);
  const subject = ours(world);
  t.after(() => subject.close());
  const [main, work, ops] = world.agents;
  assert.ok(work && ops);
  perform(world, { do: 'enter', agent: 1, id: 'openai:x', person: 'stranger' });
  perform(world, { do: 'copy', agent: 1, to: 2, id: 'openai:x' });
  await subject.sync(() => undefined);
  const before = accessIn(world, work.path);
  assert.equal(accessIn(world, ops.path), before);

  world.now += 475 * MINUTE;
  perform(world, { do: 'refresh', agent: 2, id: 'openai:x' });
  await subject.sync(() => undefined);
  const after = accessIn(world, ops.path);
  assert.notEqual(after, before);
  assert.equal(accessIn(world, work.path), after);
  assert.equal(accessIn(world, main.path), undefined);
  assert.deepEqual(fs.readdirSync(join(world.state, 'agents', 'main', 'agent')), []);
});

function accessIn(world: World, path: string): unknown {
  return loadStore(world.text(path) ?? '')?.profiles.get('openai:x')?.['access'];
}
