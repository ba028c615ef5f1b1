import assert from 'node:assert/strict';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { EpiloopError } from '../../src/errors.ts';
import { type LockOptions, withLock } from '../../src/mirror/lock.ts';
import { needsRoot, runChild, said, startChild } from '../platform/child.ts';

const root = fs.mkdtempSync(join(tmpdir(), 'lock-'));
after(() => fs.rmSync(root, { recursive: true }));

let path = '';
let lockPath = '';
let calls: string[] = [];
beforeEach(() => {
  const folder = fs.mkdtempSync(join(root, 'agent-'));
  path = join(folder, 'auth-profiles.json');
  lockPath = `${path}.lock`;
  fs.writeFileSync(path, '{}');
  calls = [];
});

const options = (waitMs: number, dead: (mark: string) => boolean = () => false): LockOptions => ({
  waitMs,
  onTaken: (at, mark) => calls.push(`taken ${at === lockPath} ${/^\d+:\d+:\d+$/.test(mark)}`),
  onReleased: (at) => calls.push(`released ${at === lockPath}`),
  isOurDead: (at, mark) => at === lockPath && dead(mark),
});

/** The gateway's own way of locking, in a process of its own, with the gateway's options. */
const gateway = `
  import { createRequire } from 'node:module';
  const { lock } = createRequire('SRC/')('proper-lockfile');
  const retries = { retries: 10, factor: 2, minTimeout: 100, maxTimeout: 10_000, randomize: true };
  const start = Date.now();
  const release = await lock(input.path, { retries, stale: 30_000 });
  console.log('held ' + (Date.now() - start));
  process.stdin.once('data', async () => {
    await release();
    console.log('given back');
    process.exit();
  });`;

test('the gateway’s lock while the work is done, nothing after it', async () => {
  const result = await withLock(path, options(0), async () => {
    const stat = fs.statSync(lockPath);
    assert(stat.isDirectory());
    assert.equal(stat.mode & 0o777, 0o700);
    assert.deepEqual(calls, ['taken true true']);
    return 7;
  });
  assert.deepEqual(result, { held: true, value: 7 });
  assert.deepEqual(calls, ['taken true true', 'released true']);
  assert(!fs.existsSync(lockPath));
});

test('an absent file is locked by its name, a link at its target', async () => {
  fs.rmSync(path);
  await withLock(path, options(0), () => assert(fs.existsSync(lockPath)));
  const target = `${path}.real`;
  fs.writeFileSync(target, '{}');
  fs.symlinkSync(target, path);
  await withLock(path, options(0), () => {
    assert(fs.existsSync(`${target}.lock`));
    assert(!fs.existsSync(lockPath));
  });
  assert(!fs.existsSync(`${target}.lock`));
});

test('what fails under the lock is thrown, and the lock is given back', async () => {
  const failing = withLock(path, options(0), () => {
    throw new Error('the work failed');
  });
  await assert.rejects(failing, /the work failed/);
  assert.deepEqual(calls, ['taken true true', 'released true']);
  assert(!fs.existsSync(lockPath));
  const refusing = { ...options(0), onTaken: () => assert.fail('not remembered') };
  await assert.rejects(
    withLock(path, refusing, () => assert.fail('worked')),
    /not remembered/,
  );
  const forgetful = { ...options(0), onReleased: () => assert.fail('not forgotten') };
  await assert.rejects(
    withLock(path, forgetful, () => 1),
    /not forgotten/,
  );
  assert(!fs.existsSync(lockPath));
});

test('the gateway waits for us', async () => {
  const child = startChild(gateway, { path });
  const order: string[] = [];
  const result = await withLock(path, options(5000), async () => {
    const held = said(child, 'held').then(() => order.push('gateway'));
    await new Promise((done) => setTimeout(done, 600));
    order.push('we');
    return { held };
  });
  assert(result.held);
  await result.value.held;
  assert.deepEqual(order, ['we', 'gateway']);
  const back = said(child, 'given back');
  child.stdin?.write('go');
  await back;
});

test('we wait for the gateway, and are next within moments', async () => {
  const child = startChild(gateway, { path });
  await said(child, 'held');
  const start = performance.now();
  assert.deepEqual(await withLock(path, options(100), () => 1), { held: false });
  const took = performance.now() - start;
  assert(took >= 95 && took < 400, `gave up after ${took} ms`);
  assert.deepEqual(calls, []);
  const back = said(child, 'given back');
  const waiting = withLock(path, options(5000), () => performance.now());
  child.stdin?.write('go');
  await back;
  const given = performance.now();
  const result = await waiting;
  assert(result.held && result.value - given < 250);
});

test('a holder that was killed counts for 30 s, by the file’s clock', async () => {
  const child = startChild(gateway, { path });
  await said(child, 'held');
  child.kill('SIGKILL');
  await once(child, 'close');
  assert.deepEqual(await withLock(path, options(50), () => 1), { held: false });
  const old = Date.now() / 1000 - 29;
  fs.utimesSync(lockPath, old, old);
  assert.deepEqual(await withLock(path, options(0), () => 1), { held: false });
  fs.utimesSync(lockPath, old - 2, old - 2);
  assert.deepEqual(await withLock(path, options(0), () => 1), { held: true, value: 1 });
});

test('a holder that is stopped keeps its lock, and we take it after him', async () => {
  const child = startChild(gateway, { path });
  await said(child, 'held');
  child.kill('SIGSTOP');
  assert.deepEqual(await withLock(path, options(150), () => 1), { held: false });
  assert(fs.existsSync(lockPath));
  child.kill('SIGCONT');
  child.stdin?.write('go');
  assert.deepEqual(await withLock(path, options(5000), () => 1), { held: true, value: 1 });
});

test('a lock of ours whose owner was killed goes at once, known by its mark', async () => {
  const code = `
    import { withLock } from 'SRC/mirror/lock.ts';
    await withLock(input.path, {
      waitMs: 1000,
      onTaken: (path, mark) => console.log('mark=' + mark + ';'),
      onReleased() {},
      isOurDead: () => false,
    }, () => new Promise((done) => setTimeout(done, 60_000)));`;
  const child = startChild(code, { path });
  const mark = /mark=(.*);/.exec(await said(child, ';'))?.[1];
  child.kill('SIGKILL');
  await once(child, 'close');
  const other = (seen: string) => seen === `${mark}1`;
  assert.deepEqual(await withLock(path, options(0, other), () => 1), { held: false });
  const start = performance.now();
  const ours = (seen: string) => seen === mark;
  assert.deepEqual(await withLock(path, options(0, ours), () => 1), { held: true, value: 1 });
  assert(performance.now() - start < 1000);
});

test('a file in the place of the folder: left alone while young, removed after 30 s', async () => {
  fs.writeFileSync(lockPath, 'pid 1');
  assert.deepEqual(await withLock(path, options(50), () => 1), { held: false });
  assert.equal(fs.readFileSync(lockPath, 'utf8'), 'pid 1');
  const old = Date.now() / 1000 - 31;
  fs.utimesSync(lockPath, old, old);
  assert.deepEqual(await withLock(path, options(50), () => 1), { held: true, value: 1 });
});

test('a link in the place of the folder is not followed', async () => {
  const elsewhere = fs.mkdtempSync(join(root, 'else-'));
  const old = Date.now() / 1000 - 99;
  fs.utimesSync(elsewhere, old, old);
  fs.symlinkSync(elsewhere, lockPath);
  assert.deepEqual(await withLock(path, options(50), () => 1), { held: false });
  fs.lutimesSync(lockPath, old, old);
  assert.deepEqual(await withLock(path, options(0), () => 1), { held: true, value: 1 });
  assert(fs.existsSync(elsewhere));
});

test('a folder with something in it is nobody’s dead lock', async () => {
  fs.mkdirSync(lockPath);
  fs.writeFileSync(join(lockPath, 'mine'), 'x');
  const old = Date.now() / 1000 - 99;
  fs.utimesSync(lockPath, old, old);
  assert.deepEqual(await withLock(path, options(50), () => 1), { held: false });
  assert(fs.existsSync(join(lockPath, 'mine')));
});

test('a lock taken over while we worked: an error, and the new holder keeps his', async () => {
  const taken = withLock(path, options(0), () => {
    fs.rmdirSync(lockPath);
    fs.mkdirSync(lockPath);
    return 1;
  });
  await assert.rejects(taken, (error) => {
    assert(error instanceof EpiloopError);
    assert.equal(error.code, 'busy');
    assert.match(error.message, /was taken over while we held it$/);
    return true;
  });
  assert(fs.existsSync(lockPath));
  assert.deepEqual(calls, ['taken true true', 'released true']);
});

test('the new holder keeps his lock even when our process ends under it', async () => {
  const code = `
    import fs from 'node:fs';
    import { withLock } from 'SRC/mirror/lock.ts';
    const quiet = { waitMs: 0, onTaken() {}, onReleased() {}, isOurDead: () => false };
    await withLock(input.path, quiet, () => {
      if (input.steal) { fs.rmdirSync(input.path + '.lock'); fs.mkdirSync(input.path + '.lock'); }
      console.log('1');
      process.exit();
    });`;
  await runChild(code, { path, steal: false });
  assert(!fs.existsSync(lockPath));
  await runChild(code, { path, steal: true });
  assert(fs.existsSync(lockPath));
});

test('no folder to lock in, and none that we may lock in', { skip: needsRoot }, async () => {
  const absent = withLock(join(root, 'no/auth-profiles.json'), options(0), () => 1);
  await assert.rejects(absent, { code: 'cannot_create' });
  fs.chmodSync(root, 0o755);
  fs.chmodSync(join(path, '..'), 0o755);
  const code = `
    import { withLock } from 'SRC/mirror/lock.ts';
    import 'proper-lockfile';
    process.setgroups([]); process.setegid(65534); process.seteuid(65534);
    const quiet = { waitMs: 0, onTaken() {}, onReleased() {}, isOurDead: () => false };
    await withLock(input.path, quiet, () => 1).catch((error) => {
      console.log(JSON.stringify([error.code, error.message]));
    });`.replace("'proper-lockfile'", "'SRC/../node_modules/proper-lockfile/index.js'");
  assert.deepEqual(await runChild(code, { path }), ['refused', `cannot lock ${path}: EACCES`]);
});

test('eight processes, one after the other', async () => {
  const code = `
    import fs from 'node:fs';
    import { withLock } from 'SRC/mirror/lock.ts';
    const quiet = { waitMs: 30_000, onTaken() {}, onReleased() {}, isOurDead: () => false };
    for (let n = 0; n < 25; n += 1) {
      const done = await withLock(input.path, quiet, async () => {
        const count = JSON.parse(fs.readFileSync(input.path, 'utf8')).n ?? 0;
        await new Promise((next) => setTimeout(next, 1));
        fs.writeFileSync(input.path, JSON.stringify({ n: count + 1 }));
      });
      if (!done.held) throw new Error('never held it');
    }
    console.log('true');`;
  await Promise.all(Array.from({ length: 8 }, () => runChild(code, { path })));
  assert.equal(fs.readFileSync(path, 'utf8'), '{"n":200}');
});
