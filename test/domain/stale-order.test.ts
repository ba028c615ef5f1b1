import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  configOrderIsStale,
  staleOrders,
  storedOrderIsStale,
} from '../../src/domain/stale-order.ts';

const stored = new Set(['p:a', 'p:b']);
const isStored = (id: string) => stored.has(id);

describe('which lists name what is gone', () => {
  const table: readonly [name: string, ids: readonly string[], gone: string[], kept: string[]][] = [
    ['one of three', ['p:a', 'p:x', 'p:b'], ['p:x'], ['p:a', 'p:b']],
    ['all of them', ['p:x', 'p:y'], ['p:x', 'p:y'], []],
  ];
  for (const [name, ids, gone, kept] of table) {
    test(name, () => {
      assert.deepEqual(staleOrders(new Map([['P', ids]]), isStored), [
        { provider: 'P', ids, gone, kept },
      ]);
    });
  }

  test('none where all is stored, or the list is empty', () => {
    const orders = new Map([
      ['p', ['p:b', 'p:a']],
      ['q', []],
    ]);
    assert.deepEqual(staleOrders(orders, isStored), []);
  });
});

describe('the remedy', () => {
  const place = { agentId: 'web', path: '/f', isOwn: true };
  const stale = (gone: string[], kept: string[]) => ({
    provider: ' Z.ai ',
    ids: [...gone, ...kept],
    gone,
    kept,
  });
  const set = 'run epiloop models auth order set --provider zai --agent web';
  const table: readonly [gone: string[], kept: string[], isOwn: boolean, hint: string][] = [
    [['z:x'], ['z:a', 'z:b'], true, `${set} z:a z:b`],
    [['z:x'], ["z:it's"], true, `${set} 'z:it'\\''s'`],
    [['z:x'], ['-z'], true, `${set} -- -z`],
    [['z:x'], ['z:a'], false, 'run epiloop doctor --fix'],
    [['z:x'], [], true, 'run epiloop models auth order clear --provider zai --agent web'],
  ];
  for (const [gone, kept, isOwn, hint] of table) {
    test(hint, () => {
      assert.equal(storedOrderIsStale(stale(gone, kept), { ...place, isOwn }).hint, hint);
    });
  }

  test('in the config the place is named', () => {
    const some = configOrderIsStale(stale(['z:x', 'z:y'], ['z:a']), '/c');
    assert.equal(some.message, 'auth.order[" Z.ai "] names z:x, z:y, which are not stored');
    assert.equal(some.hint, 'take "z:x", "z:y" out of auth.order[" Z.ai "] in /c');
    const all = configOrderIsStale(stale(['z:x'], []), '/c');
    assert.equal(all.message, 'auth.order[" Z.ai "] names z:x, which is not stored');
    assert.equal(all.hint, 'remove auth.order[" Z.ai "] in /c');
  });
});
