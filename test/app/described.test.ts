/** What somebody writes around a secret while the secret changes elsewhere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MINUTE, type ModelAgent, World } from './gateway-model.ts';
import { scratchFolder } from './gateway-model-check.ts';
import { perform } from './gateway-model-steps.ts';
import { loadStore } from './gateway-model-store.ts';
import { ours } from './gateway-model-subject.ts';

const id = 'openai:x';

test("a note in one agent's copy stays although the login was refreshed in another's", async (t) => {
  const world = new World(scratchFolder(t), 2);
  const subject = ours(world);
  t.after(() => subject.close());
  const entryOf = (agent: ModelAgent | undefined) =>
    loadStore(world.text(agent?.path ?? '') ?? '')?.profiles.get(id);
  const [, work, ops] = world.agents;
  perform(world, { do: 'enter', agent: 1, id, person: 'ann' });
  perform(world, { do: 'copy', agent: 1, to: 2, id });
  await subject.sync(() => undefined);

  world.now += 475 * MINUTE;
  // ops' file is read first, so that work's old pair is known as an earlier one by then
  perform(world, { do: 'annotate', agent: 1, id });
  perform(world, { do: 'refresh', agent: 2, id });
  const note = entryOf(work)?.['note'];
  assert.notEqual(note, undefined);
  assert.notEqual(entryOf(work)?.['access'], entryOf(ops)?.['access']);
  await subject.sync(() => undefined);
  assert.equal(entryOf(work)?.['note'], note);
  assert.equal(entryOf(work)?.['access'], entryOf(ops)?.['access']);
  assert.equal(entryOf(ops)?.['note'], undefined);
  assert.equal(world.issuer.issued(String(entryOf(ops)?.['access']))?.serial, 2);
});
