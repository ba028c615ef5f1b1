import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { EpiloopError } from '../../src/errors.ts';
import { realFiles } from '../../src/platform/files.ts';
import { becomeNobody, needsRoot, runChild } from './child.ts';

const root = fs.mkdtempSync(join(tmpdir(), 'files-write-'));
after(() => fs.rmSync(root, { recursive: true }));
const files = realFiles({ euid: process.geteuid?.() ?? -1 });
let count = 0;

function name(): string {
  count += 1;
  const folder = join(root, `folder-${count}`);
  fs.mkdirSync(folder, { mode: 0o700 });
  return join(folder, 'auth.json');
}

function fails(code: string, message: RegExp, work: () => unknown): void {
  assert.throws(work, (error) => {
    assert(error instanceof EpiloopError, String(error));
    assert.deepEqual([error.code, message.test(error.message)], [code, true], error.message);
    return true;
  });
}

const alone = (path: string) => assert.deepEqual(fs.readdirSync(dirname(path)), ['auth.json']);
const modeOf = (path: string) => fs.statSync(path).mode & 0o7777;

test('a new file, and one that was there: a new inode, 0600, its stamp, nothing left over', () => {
  const path = name();
  const first = files.replace(path, 'one');
  assert.deepEqual(files.stamp(path), first);
  fs.chmodSync(path, 0o644);
  const inode = fs.statSync(path).ino;
  const held = fs.openSync(path, 'r');
  const second = files.replace(path, 'two ✓');
  assert.deepEqual(files.stamp(path), second);
  assert.notEqual(fs.statSync(path).ino, inode);
  assert.equal(fs.readFileSync(held, 'utf8'), 'one');
  fs.closeSync(held);
  assert.equal(fs.readFileSync(path, 'utf8'), 'two ✓');
  assert.equal(modeOf(path), 0o600);
  alone(path);
});

for (const umask of [0o000, 0o022, 0o777]) {
  test(`files 0600 and folders 0700 under umask ${umask.toString(8)}`, () => {
    const path = join(name(), '../a/b/auth.json');
    const before = process.umask(umask);
    try {
      files.replace(path, 'x');
      assert(files.create(join(path, '../copy'), Buffer.from('x')));
    } finally {
      process.umask(before);
    }
    assert.deepEqual([modeOf(path), modeOf(join(path, '../copy'))], [0o600, 0o600]);
    assert.deepEqual([modeOf(join(path, '..')), modeOf(join(path, '../..'))], [0o700, 0o700]);
  });
}

test('what is no regular file is refused and stays', () => {
  const target = name();
  fs.writeFileSync(target, 'target', { mode: 0o640 });
  const place: [string, RegExp, (path: string) => void][] = [
    ['refused', /symbolic link/, (path) => fs.symlinkSync(target, path)],
    ['refused', /symbolic link/, (path) => fs.symlinkSync('nowhere', path)],
    ['bad_data', /named pipe/, (path) => void execFileSync('mkfifo', [path])],
    ['bad_data', /a folder/, (path) => fs.mkdirSync(path)],
  ];
  for (const [code, message, make] of place) {
    const path = name();
    make(path);
    const before = fs.lstatSync(path).ino;
    fails(code, message, () => files.replace(path, 'x'));
    fails(code, message, () => files.replaceInPlace(path, 'x'));
    assert.equal(fs.lstatSync(path).ino, before);
    alone(path);
  }
  assert.equal(fs.readFileSync(target, 'utf8'), 'target');
  assert.equal(modeOf(target), 0o640);
});

test('a folder in which everybody may write is refused with the chmod', () => {
  const path = name();
  files.replace(path, 'old');
  fs.chmodSync(dirname(path), 0o777);
  const hint = `chmod o-w '${dirname(path)}'`;
  assert.throws(() => files.replace(path, 'new'), { code: 'refused', hint });
  fs.chmodSync(dirname(path), 0o1777);
  files.replace(path, 'new');
  assert.equal(fs.readFileSync(path, 'utf8'), 'new');
});

test('a file in the way of a folder', () => {
  const path = name();
  fs.writeFileSync(path, 'x');
  fails('cannot_create', /is not a folder/, () => files.replace(join(path, 'below'), 'y'));
  assert.equal(fs.readFileSync(path, 'utf8'), 'x');
});

test('in place: the same inode, mode and names, the whole new text', () => {
  const path = name();
  const other = join(dirname(path), 'other');
  fs.writeFileSync(path, 'a long old text', { mode: 0o640 });
  fs.linkSync(path, other);
  assert.equal(files.links(path), 2);
  const inode = fs.statSync(path).ino;
  const stamp = files.replaceInPlace(path, 'short');
  assert.equal(fs.readFileSync(other, 'utf8'), 'short');
  assert.deepEqual(files.stamp(path), stamp);
  assert.deepEqual([fs.statSync(path).ino, modeOf(path)], [inode, 0o640]);
  fails('io', /ENOENT/, () => files.replaceInPlace(join(root, 'absent'), 'x'));
});

test('a file is created once', () => {
  const path = name();
  assert.equal(files.create(path, Uint8Array.of(255, 0)), true);
  assert.equal(files.create(path, Uint8Array.of(1)), false);
  assert.deepEqual([...fs.readFileSync(path)], [255, 0]);
  assert.equal(files.create(join(dirname(path), 'auth.json'), Uint8Array.of(1)), false);
});

test('removing what is there, and what is not', () => {
  const path = name();
  files.replace(path, 'x');
  files.remove(path);
  files.remove(path);
  assert.deepEqual(files.list(dirname(path)), []);
  assert.deepEqual(files.list(path), []);
});

test('temp files of dead processes go, those of living ones and other files stay', () => {
  const path = name();
  const dead = Number(execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }));
  const kept = [`.auth.json.${process.pid}.abc.tmp`, `.other.${dead}.abc.tmp`, '.auth.json.x.tmp'];
  for (const entry of [...kept, `.auth.json.${dead}.abc.tmp`]) {
    fs.writeFileSync(join(dirname(path), entry), 'SECRET');
  }
  files.replace(path, 'x');
  assert.deepEqual(fs.readdirSync(dirname(path)).sort(), [...kept, 'auth.json'].sort());
});

test('no room on the disk: an error, the old text whole, nothing left over', () => {
  const path = name();
  files.replace(path, 'old');
  const code = `
    import { realFiles } from '${join(import.meta.dirname, '../../src')}/platform/files.ts';
    process.on('SIGXFSZ', () => {});
    const files = realFiles({ euid: process.geteuid() });
    for (const verb of ['replace', 'replaceInPlace']) {
      try { files[verb](process.argv[1], 'n'.repeat(1 << 20)); console.log('written'); }
      catch (error) { console.log(error.code, error.message); }
    }`;
  const shell = 'ulimit -f 64; exec "$0" --input-type=module -e "$1" "$2"';
  const out = execFileSync('sh', ['-c', shell, process.execPath, code, path], { encoding: 'utf8' });
  assert.deepEqual(out.trim().split('\n'), Array(2).fill(`io cannot write ${path}: EFBIG`));
  assert.equal(fs.readFileSync(path, 'utf8'), 'old');
  alone(path);
});

test('as root, what is made belongs to the state’s owner', { skip: needsRoot }, () => {
  const owner = { uid: 1234, gid: 4321 };
  const asRoot = realFiles({ euid: 0, stateOwner: owner });
  const path = join(name(), '../deep/er/auth.json');
  asRoot.replace(path, 'x');
  for (const made of [path, dirname(path), dirname(dirname(path))]) {
    const { uid, gid } = fs.statSync(made);
    assert.deepEqual({ uid, gid }, owner);
  }
  asRoot.replace(path, 'y');
  assert.equal(fs.statSync(path).uid, 1234);
});

test('another user’s folder or file is not written', { skip: needsRoot }, async () => {
  const open = fs.mkdtempSync(join(tmpdir(), 'files-open-'));
  fs.chmodSync(open, 0o755);
  const folder = join(open, 'roots');
  const sticky = join(open, 'sticky');
  for (const [path, mode] of [
    [folder, 0o755],
    [sticky, 0o1777],
  ] as const) {
    fs.mkdirSync(path);
    fs.chmodSync(path, mode);
    fs.writeFileSync(join(path, 'auth.json'), 'old', { mode: 0o644 });
  }
  const foreign = join(open, 'foreign');
  fs.mkdirSync(foreign);
  fs.chownSync(foreign, 1000, 1000);
  const code = `
    import { realFiles } from 'SRC/platform/files.ts';
    ${becomeNobody}
    const files = realFiles({ euid: process.geteuid() });
    console.log(JSON.stringify(input.map((path) => {
      try { files.replace(path, 'new'); return 'written'; }
      catch (error) { return error.code + ' ' + error.message; }
    })));`;
  const paths = [folder, sticky, foreign].map((path) => join(path, 'auth.json'));
  const results = await runChild<string[]>(code, paths);
  const whose = `the folder ${folder} belongs to uid 0 with mode 0755, we are uid 65534`;
  assert.equal(results[0], `refused cannot write ${paths[0]}: ${whose}`);
  assert.match(results[1] ?? '', /^refused cannot write /);
  assert.equal(results[2], `refused ${foreign} belongs to uid 1000, we are uid 65534`);
  for (const path of paths.slice(0, 2)) assert.equal(fs.readFileSync(path, 'utf8'), 'old');
  assert.deepEqual(fs.readdirSync(sticky), ['auth.json']);
  fs.rmSync(open, { recursive: true });
});
