import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { EpiloopError } from '../../src/errors.ts';
import { realFiles } from '../../src/platform/files.ts';
import type { ReadOptions } from '../../src/ports.ts';
import { becomeNobody, needsRoot, runChild, said, startChild } from './child.ts';

const root = fs.mkdtempSync(join(tmpdir(), 'files-read-'));
after(() => fs.rmSync(root, { recursive: true }));
const files = realFiles({ euid: process.geteuid?.() ?? -1 });
const plain = { maxBytes: 1 << 20, followLink: false };
const followed = { ...plain, followLink: true };
let count = 0;

function place(text: string | Uint8Array, mode = 0o600): string {
  count += 1;
  const path = join(root, `file-${count}`);
  fs.writeFileSync(path, text, { mode });
  fs.chmodSync(path, mode);
  return path;
}

function fails(code: string, message: RegExp, work: () => unknown): void {
  const start = performance.now();
  assert.throws(work, (error) => {
    assert(error instanceof EpiloopError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    assert(error.path !== undefined);
    return true;
  });
  assert(performance.now() - start < 1000, 'it took longer than a second');
}

test('a text and its stamp', () => {
  const path = place('hello ✓\n');
  const found = files.read(path, plain);
  const stat = fs.statSync(path, { bigint: true });
  assert.equal(found?.text, 'hello ✓\n');
  assert.equal(found?.openTo, undefined);
  const { dev, ino, size, mtimeNs, ctimeNs } = stat;
  assert.equal(found?.stamp.id, `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`);
  assert.deepEqual(files.stamp(path), found?.stamp);
  assert.equal(found?.stamp.modifiedAt, Number(stat.mtimeMs));
});

test('an empty file is a text, an absent one is none', () => {
  assert.equal(files.read(place(''), plain)?.text, '');
  for (const path of [join(root, 'absent'), join(place('x'), 'below'), join(root, 'no/such')]) {
    assert.equal(files.read(path, plain), undefined);
    assert.equal(files.stamp(path), undefined);
    assert.equal(files.links(path), undefined);
  }
});

test('one byte order mark is taken away; bytes are given as they are', () => {
  const path = place('\ufeff\ufeffx');
  assert.equal(files.read(path, plain)?.text, '\ufeffx');
  assert.equal(files.readBytes(path, plain)?.bytes.length, 7);
});

test('text that is not UTF-8 is refused, its bytes are not', () => {
  const path = place(Uint8Array.of(0x61, 0xff, 0x62));
  fails('bad_data', /is not UTF-8 text$/, () => files.read(path, plain));
  assert.deepEqual([...(files.readBytes(path, plain)?.bytes ?? [])], [0x61, 0xff, 0x62]);
});

test('exactly as many bytes as allowed', () => {
  assert.equal(files.read(place('12345'), { ...plain, maxBytes: 5 })?.text, '12345');
  fails('bad_data', /has 6 bytes, at most 5 are read/, () =>
    files.read(place('123456'), { ...plain, maxBytes: 5 }),
  );
});

test('who else may read or write it is told', () => {
  const modes: [number, string | undefined][] = [
    [0o600, undefined],
    [0o400, undefined],
    [0o640, 'readable'],
    [0o604, 'readable'],
    [0o660, 'writable'],
    [0o646, 'writable'],
  ];
  for (const [mode, openTo] of modes) {
    assert.equal(files.read(place('x', mode), plain)?.openTo, openTo, mode.toString(8));
  }
});

test('links are followed only where asked for, and a link to nothing is broken, not absent', () => {
  const target = place('behind');
  const link = join(root, 'link');
  const second = join(root, 'second');
  fs.symlinkSync(target, link);
  fs.symlinkSync('link', second);
  assert.equal(files.read(second, followed)?.text, 'behind');
  fails('refused', /link is a symbolic link, not a regular file/, () => files.read(link, plain));
  const dangling = join(root, 'dangling');
  fs.symlinkSync('nowhere', dangling);
  fails('bad_data', /dangling is a symbolic link to nothing/, () => files.read(dangling, followed));
  fails('bad_data', /dangling is a symbolic link to nothing/, () => files.stamp(dangling));
  fails('refused', /symbolic link/, () => files.read(dangling, plain));
  assert(!fs.existsSync(join(root, 'nowhere')));
  const loop = join(root, 'loop');
  fs.symlinkSync('loop', loop);
  fails('bad_data', /its links lead nowhere/, () => files.read(loop, followed));
});

const ours: ReadOptions = { ...plain, followLink: 'ours' };
const instead = 'put the file itself there instead of the link';

test('a link of ours is one in a folder that others may not write to', () => {
  const folder = fs.mkdtempSync(join(root, 'linked-'));
  const link = join(folder, 'link');
  fs.symlinkSync(place('behind ours'), link);
  assert.equal(files.read(link, ours)?.text, 'behind ours');
  for (const mode of [0o770, 0o707, 0o1777]) {
    fs.chmodSync(folder, mode);
    assert.throws(() => files.read(link, ours), { code: 'refused', path: link, hint: instead });
    assert.equal(files.read(link, followed)?.text, 'behind ours', 'a config may be one');
  }
});

test("another user's link is not ours, whatever it leads to", { skip: needsRoot }, () => {
  const folder = fs.mkdtempSync(join(root, 'linked-'));
  const link = join(folder, 'link');
  fs.symlinkSync(place('behind theirs'), link);
  fs.lchownSync(link, 1000, 1000);
  const message = `${link} is a symbolic link that belongs to uid 1000, we are uid 0`;
  assert.throws(() => files.read(link, ours), { code: 'refused', message, hint: instead });
});

test("folders up to the state directory are ours and not everybody's", { skip: needsRoot }, () => {
  const above = fs.mkdtempSync(join(root, 'above-'));
  const top = join(above, 'state');
  const file = join(top, 'agents/main/agent/auth-profiles.json');
  files.checkPlace(file, top);
  fs.mkdirSync(dirname(file), { recursive: true });
  fs.chmodSync(above, 0o777);
  files.checkPlace(file, top);
  for (let folder = dirname(file); folder !== above; folder = dirname(folder)) {
    fs.chmodSync(folder, 0o777);
    const hint = `chmod o-w '${folder}'`;
    assert.throws(() => files.checkPlace(file, top), { code: 'refused', path: folder, hint });
    fs.chmodSync(folder, 0o1777);
    files.checkPlace(file, top);
    fs.chownSync(folder, 1000, 1000);
    const theirs = { code: 'refused', path: folder, hint: 'run it as uid 1000' };
    assert.throws(() => files.checkPlace(file, top), theirs);
    fs.chownSync(folder, 0, 0);
  }
  fs.chmodSync(join(top, 'agents'), 0o777);
  files.checkPlace(file, join(root, 'elsewhere'));
});

test('pipes, devices, folders, sockets and huge files are refused at once', async () => {
  const pipe = join(root, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const socket = join(root, 'socket');
  const server = createServer().listen(socket);
  await new Promise((done) => server.once('listening', done));
  const sparse = place('');
  fs.truncateSync(sparse, 1 << 30);
  const before = process.memoryUsage().rss;
  for (const options of [plain, followed]) {
    fails('bad_data', /pipe is a named pipe, not a regular file/, () => files.read(pipe, options));
    fails('bad_data', /is a folder/, () => files.read(root, options));
    fails('bad_data', /is a device/, () => files.read('/dev/zero', options));
    fails('bad_data', /is a socket/, () => files.read(socket, options));
    fails('bad_data', /has 1073741824 bytes/, () => files.read(sparse, options));
  }
  assert(process.memoryUsage().rss - before < 64 << 20);
  assert.equal(fs.statSync(sparse).blocks, 0);
  server.close();
});

test('a path that can be none is an error, not an absent file', () => {
  fails('bad_data', /this can be no path/, () => files.read('/tmp/a\0b', plain));
  fails('io', /ENAMETOOLONG/, () => files.read(join(root, 'x'.repeat(300)), plain));
});

test('no permission: whose it is, its mode and the remedy', { skip: needsRoot }, async () => {
  const open = fs.mkdtempSync(join(tmpdir(), 'files-open-'));
  fs.chmodSync(open, 0o755);
  const nobody = 65534;
  const theirs = join(open, 'theirs');
  const mine = join(open, 'mine');
  const roots = join(open, 'roots');
  const closed = join(open, 'closed');
  for (const path of [theirs, mine, roots]) fs.writeFileSync(path, 'SECRET', { mode: 0o600 });
  fs.chownSync(theirs, 1000, 1000);
  fs.chownSync(mine, nobody, nobody);
  fs.chmodSync(mine, 0o000);
  fs.mkdirSync(closed, { mode: 0o700 });
  const code = `
    import { realFiles } from 'SRC/platform/files.ts';
    ${becomeNobody}
    const files = realFiles({ euid: process.geteuid() });
    const results = input.map((path) => {
      try { return files.read(path, { maxBytes: 99, followLink: true }) ?? 'absent'; }
      catch (error) { return [error.code, error.message, error.hint]; }
    });
    console.log(JSON.stringify(results));`;
  const results = await runChild(code, [theirs, mine, roots, join(closed, 'x')]);
  const us = 'we are uid 65534';
  const give = (path: string) => `chown 65534 '${path}' && chmod u+rw '${path}'`;
  assert.deepEqual(results, [
    [
      'refused',
      `${theirs} belongs to uid 1000, ${us}`,
      `run it as uid 1000, or chown 65534 '${theirs}'`,
    ],
    [
      'refused',
      `cannot read ${mine}: it belongs to uid 65534 with mode 0000, ${us}`,
      `chmod u+rw '${mine}'`,
    ],
    ['refused', `cannot read ${roots}: it belongs to uid 0 with mode 0600, ${us}`, give(roots)],
    [
      'refused',
      `cannot read ${closed}/x: the folder ${closed} belongs to uid 0 with mode 0700, ${us}`,
      'run it as uid 0',
    ],
  ]);
  fs.rmSync(open, { recursive: true });
});

test('ours: our own, root’s and, as root, the state owner’s', { skip: needsRoot }, () => {
  const path = place('x');
  fs.chownSync(path, 1234, 1234);
  fails('refused', /belongs to uid 1234, we are uid 0/, () => files.read(path, plain));
  const asRoot = realFiles({ euid: 0, stateOwner: { uid: 1234, gid: 1234 } });
  assert.equal(asRoot.read(path, plain)?.text, 'x');
  const other = realFiles({ euid: 77, stateOwner: { uid: 1234, gid: 1234 } });
  fails('refused', /belongs to uid 1234, we are uid 77/, () => other.read(path, plain));
  assert.equal(other.read(place('roots'), plain)?.text, 'roots');
});

test('a half written file is waited for', async () => {
  const path = place('{"half":');
  const complete = (bytes: Uint8Array) => Buffer.from(bytes).toString().endsWith('}');
  const writer = startChild(
    `import fs from 'node:fs';
    let text = '{"half":';
    console.log('writing');
    const timer = setInterval(() => {
      text += '1';
      if (text.length < 18) return fs.writeFileSync(input, text);
      fs.writeFileSync(input, text + '}');
      clearInterval(timer);
    }, 30);`,
    path,
  );
  await said(writer, 'writing');
  const found = files.readBytes(path, { ...plain, complete });
  assert.equal(Buffer.from(found?.bytes ?? []).toString(), '{"half":1111111111}');
});

test('a file that never becomes complete is returned when it has stood still', () => {
  const path = place('{"half":');
  const start = performance.now();
  const found = files.readBytes(path, { ...plain, complete: () => false });
  const took = performance.now() - start;
  assert.equal(Buffer.from(found?.bytes ?? []).toString(), '{"half":');
  assert(took > 190 && took < 5_000, `${took} ms`);
});

test('the real path resolves links and what is not there yet', () => {
  const folder = fs.mkdtempSync(join(root, 'real-'));
  fs.symlinkSync(folder, join(root, 'way'));
  assert.equal(files.realPath(join(root, 'way/a/b')), join(fs.realpathSync(folder), 'a/b'));
  assert.equal(files.realPath(join(root, 'way')), fs.realpathSync(folder));
});
