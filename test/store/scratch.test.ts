import assert from 'node:assert/strict';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import * as meta from '../../src/store/meta.ts';
import { openStore } from '../../src/store/open.ts';
import { openReadOnly, scratchCopy, scratchStore } from '../../src/store/scratch.ts';
import { picture } from './picture.ts';
import { common, isRoot, open, startWorker, tempFolder, worker } from './state.ts';

test('an empty store in memory has the schema and a key', (t) => {
  const store = scratchStore(common);
  t.after(() => store.close());
  assert.equal(store.durable, false);
  assert.match(store.hash('x'), /^[0-9a-f]{32}$/);
  assert.equal(
    store.transaction(() => store.db.prepare('SELECT count(*) FROM profiles').pluck().get()),
    0,
  );
});

test('a copy has all, also what is only in the log, and changes nothing in the original', (t) => {
  const folder = tempFolder(t);
  const original = open(t, join(folder, 'auth.sqlite'));
  meta.set(original.db, 'x', 'y');
  const before = picture(folder);
  const copy = scratchCopy(original, undefined);
  assert.equal(meta.get(copy.db, 'x')?.toString(), 'y');
  assert.equal(copy.hash('secret'), original.hash('secret'));
  copy.transaction(() => meta.set(copy.db, 'x', 'z'));
  const again = scratchCopy(copy, undefined);
  assert.equal(meta.get(again.db, 'x')?.toString(), 'z');
  again.close();
  copy.close();
  assert.equal(meta.get(original.db, 'x')?.toString(), 'y');
  assert.deepEqual(picture(folder), before);
  assert.deepEqual([copy.durable, copy.path], [false, original.path]);
});

test('a large copy can still grow', (t) => {
  const original = open(t, join(tempFolder(t), 'auth.sqlite'));
  const copy = scratchCopy(original, undefined);
  meta.set(copy.db, 'big', Buffer.alloc(3_000_000, 1));
  assert.equal(meta.get(copy.db, 'big')?.length, 3_000_000);
  copy.close();
});

test('no database, no folder, an empty file: nothing to read', (t) => {
  const folder = tempFolder(t);
  const absent = { ...common, path: join(folder, 'auth.sqlite'), env: {} };
  assert.equal(openReadOnly(absent), undefined);
  assert.equal(openReadOnly({ ...absent, path: join(folder, 'x', 'auth.sqlite') }), undefined);
  writeFileSync(absent.path, '');
  assert.equal(openReadOnly(absent), undefined);
});

const guest = isRoot ? 65534 : undefined;

/** A state folder that its own user cannot write. */
function readOnlyState(t: TestContext): { folder: string; path: string; lock: () => void } {
  const folder = join(tempFolder(t), 'state');
  mkdirSync(folder, { mode: 0o700 });
  const path = join(folder, 'auth.sqlite');
  chmodSync(join(folder, '..'), 0o755);
  const lock = () => {
    for (const name of [...readdirSync(folder), '.']) {
      if (guest !== undefined) chownSync(join(folder, name), guest, guest);
    }
    chmodSync(folder, 0o500);
  };
  return { folder, path, lock };
}

test('a state that cannot be written is cannot_create, and is read without writing', async (t) => {
  const { folder, path, lock } = readOnlyState(t);
  openStore({ ...common, path }).close();
  lock();
  const before = picture(folder);
  assert.equal(await worker(['open', path], { uid: guest }), 'cannot_create');
  const read = await worker(['readOnly', path, '/tmp'], { uid: guest });
  assert.deepEqual(read, { ids: [], durable: false });
  assert.deepEqual(picture(folder), before);
});

test('a state that cannot be written and has no store: cannot_create, and none', async (t) => {
  const { path, lock } = readOnlyState(t);
  lock();
  assert.equal(await worker(['open', path], { uid: guest }), 'cannot_create');
  assert.equal(await worker(['readOnly', path, '/tmp'], { uid: guest }), 'absent');
});

test('what is only in the log is read too, and no copy is left anywhere', async (t) => {
  const { folder, path, lock } = readOnlyState(t);
  const holder = await startWorker(t, ['hold', path, 'anthropic:work']);
  const ended = new Promise((resolve) => holder.once('exit', resolve));
  holder.kill('SIGKILL');
  await ended;
  lock();
  const before = picture(folder);
  const read = await worker(['readOnly', path, tempFolder(t)], { uid: guest });
  assert.deepEqual(read, { ids: ['anthropic:work'], durable: false });
  assert.deepEqual(picture(folder), before);
  // Other tests make such copies at the same time, but each lives for a moment only.
  const leftovers = () =>
    ['/dev/shm', '/tmp'].filter(
      (place) => existsSync(place) && readdirSync(place).some((name) => /^\.epiloop-/.test(name)),
    );
  for (let wait = 0; wait < 100 && leftovers().length > 0; wait += 1) await setTimeout(20);
  assert.deepEqual(leftovers(), []);
});

test('a store in use is read as it stands', async (t) => {
  const path = join(tempFolder(t), 'auth.sqlite');
  await startWorker(t, ['hold', path, 'anthropic:live']);
  const read = openReadOnly({ ...common, path, env: {} });
  assert.ok(read);
  assert.equal(read.db.prepare('SELECT id FROM profiles').pluck().get(), 'anthropic:live');
  read.close();
});
