/** A removal tells which of the agent's orders still name what is gone, and what mends them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FILE, Workbench } from './workbench.ts';

test('names the order that still has the profile, with the command that mends it', async () => {
  using bench = new Workbench();
  const key = (n: number) => ({ type: 'api_key', provider: 'alpha', key: `alpha-key-000${n}` });
  bench.write(FILE, { version: 1, profiles: { 'alpha:a': key(1), 'alpha:b': key(2) } });
  await bench.sync();
  await bench.order('alpha', ['alpha:a', 'alpha:b']);
  const first = (await bench.remove('alpha:a')).notices.join('\n');
  assert.match(first, /^the order of alpha for agent main names alpha:a, which is not stored; /m);
  assert.match(
    first,
    /; run epiloop models auth order set --provider alpha --agent main alpha:b$/m,
  );
  const second = (await bench.remove('alpha:b', { purge: true })).notices.join('\n');
  assert.match(second, /; run epiloop models auth order clear --provider alpha --agent main$/m);
  await bench.order('alpha');
  await bench.paste('alpha', 'alpha-key-0003');
  const none = (await bench.remove('alpha:default')).notices.join('\n');
  assert.doesNotMatch(none, /order of/);
});
