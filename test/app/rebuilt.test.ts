/** What a file holds beside its profiles, when it has to be made anew. */
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { test } from 'node:test';
import { MINUTE, World } from './gateway-model.ts';
import { scratchFolder } from './gateway-model-check.ts';
import { ours } from './gateway-model-subject.ts';

const whole = {
  version: 1,
  profiles: {
    'openai:x': { type: 'api_key', provider: 'openai', key: 'S1' },
    'coop:pigeon': { type: 'carrier-pigeon', provider: 'coop' },
  },
  order: { openai: ['openai:x'], coop: [], zai: 'later' },
  lastGood: { openai: 'openai:x', coop: ['coop:pigeon'] },
  usageStats: { 'openai:x': { lastUsed: 5 }, 'coop:pigeon': 'yesterday' },
  generator: { note: 1 },
};

for (const [how, text] of [
  ['is damaged', '{"version":1,"prof'],
  ['is gone', undefined],
] as const) {
  test(`a file that ${how} is made anew with everything that nobody models`, async (t) => {
    const world = new World(scratchFolder(t), 0);
    const subject = ours(world);
    t.after(() => subject.close());
    world.write(world.main, JSON.stringify(whole));
    await subject.sync(() => undefined);
    if (text === undefined) world.remove(world.main.path);
    else world.write(world.main, text);
    await subject.sync(() => undefined);
    assert.deepEqual(JSON.parse(fs.readFileSync(world.main.path, 'utf8')), whole);
  });
}

test('an entry that nobody models is gone for good once a modelled one took its place', async (t) => {
  const world = new World(scratchFolder(t), 0);
  const subject = ours(world);
  t.after(() => subject.close());
  const { main } = world;
  const orderOf = () => JSON.parse(fs.readFileSync(main.path, 'utf8')).order;
  world.write(main, JSON.stringify({ ...whole, order: { openai: 'later' } }));
  await subject.sync(() => undefined);
  world.write(main, JSON.stringify({ ...whole, order: { openai: ['openai:x'] } }));
  await subject.sync(() => undefined);
  world.now += 11 * MINUTE;
  world.write(main, JSON.stringify({ ...whole, order: undefined }));
  await subject.sync(() => undefined);
  world.write(main, 'nothing');
  await subject.sync(() => undefined);
  assert.equal(orderOf(), undefined);
});
