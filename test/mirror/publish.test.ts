import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { EpiloopError } from '../../src/errors.ts';
import { damagedCopy, publish } from '../../src/mirror/publish.ts';
import { readMirror } from '../../src/mirror/read.ts';
import { realFiles } from '../../src/platform/files.ts';
import type { MirrorFiles } from '../../src/ports.ts';
import { needsRoot } from '../platform/child.ts';

const root = fs.mkdtempSync(join(tmpdir(), 'publish-'));
after(() => fs.rmSync(root, { recursive: true }));
const files = realFiles({ euid: process.geteuid?.() ?? -1 });
const text = (id: string) => `{"version":1,"profiles":{"${id}":{}}}\n`;

let folder = '';
let path = '';
beforeEach(() => {
  folder = fs.mkdtempSync(join(root, 'agent-'));
  path = join(folder, 'auth-profiles.json');
});

const content = () => fs.readFileSync(path, 'utf8');

/** Files that do something else just before the write happens. */
function disturbed(act: () => void, verb: 'replace' | 'replaceInPlace' = 'replace'): MirrorFiles {
  return {
    ...files,
    [verb]: (at: string, next: string) => {
      act();
      return files[verb](at, next);
    },
  };
}

test('a new mirror, its folders private', () => {
  path = join(folder, 'work/agent/auth-profiles.json');
  const result = publish({ files, path, text: text('a'), expected: undefined });
  assert.deepEqual(result, { outcome: 'written', stamp: files.stamp(path) });
  assert.equal(content(), text('a'));
  assert.equal(fs.statSync(join(folder, 'work')).mode & 0o777, 0o700);
});

test('a file that comes between is not written over, and nothing is left behind', () => {
  const between: MirrorFiles = {
    ...files,
    make(at, next) {
      fs.writeFileSync(at, text('theirs'));
      return files.make(at, next);
    },
  };
  const result = publish({ files: between, path, text: text('a'), expected: undefined });
  assert.deepEqual(result, { outcome: 'changed' });
  assert.equal(content(), text('theirs'));
  assert.deepEqual(fs.readdirSync(folder), ['auth-profiles.json']);
});

test('what was read is replaced by a new file', () => {
  fs.writeFileSync(path, text('a'));
  const { ino } = fs.statSync(path);
  const expected = readMirror(files, path)?.stamp;
  const result = publish({ files, path, text: text('b'), expected });
  assert.deepEqual(result, { outcome: 'written', stamp: files.stamp(path) });
  assert.equal(content(), text('b'));
  assert.notEqual(fs.statSync(path).ino, ino);
  assert.deepEqual(fs.readdirSync(folder), ['auth-profiles.json']);
});

test('a file that is not the one read is not touched', () => {
  fs.writeFileSync(path, text('a'));
  const expected = readMirror(files, path)?.stamp;
  fs.writeFileSync(path, text('theirs'));
  const changed = { outcome: 'changed' };
  assert.deepEqual(publish({ files, path, text: text('b'), expected }), changed);
  assert.deepEqual(publish({ files, path, text: text('b'), expected: undefined }), changed);
  assert.equal(content(), text('theirs'));
  fs.rmSync(path);
  assert.deepEqual(publish({ files, path, text: text('b'), expected }), changed);
  assert(!fs.existsSync(path));
});

test('a link is written at its target', () => {
  const target = join(root, 'target.json');
  fs.writeFileSync(target, text('a'));
  fs.symlinkSync(target, path);
  const expected = readMirror(files, path)?.stamp;
  assert.equal(publish({ files, path, text: text('b'), expected }).outcome, 'written');
  assert(fs.lstatSync(path).isSymbolicLink());
  assert.equal(fs.readFileSync(target, 'utf8'), text('b'));
});

test('a file with several names is written in place', () => {
  fs.writeFileSync(path, text('a long one'));
  fs.linkSync(path, join(folder, 'second'));
  const expected = readMirror(files, path)?.stamp;
  const result = publish({ files, path, text: text('b'), expected });
  assert.deepEqual(result, { outcome: 'written', stamp: files.stamp(path), inPlace: true });
  assert.equal(fs.readFileSync(join(folder, 'second'), 'utf8'), text('b'));
  assert.equal(fs.statSync(path).nlink, 2);
});

test('what can be no mirror is refused at once and stays as it is', { skip: needsRoot }, () => {
  const kinds: [string, string, (at: string) => void][] = [
    ['dangling', 'bad_data', (at) => fs.symlinkSync('nowhere', at)],
    ['pipe', 'bad_data', (at) => void execFileSync('mkfifo', [at])],
    ['folder', 'bad_data', (at) => fs.mkdirSync(at)],
    ['device', 'bad_data', (at) => void execFileSync('mknod', [at, 'c', '1', '5'])],
    ['to a device', 'bad_data', (at) => fs.symlinkSync('/dev/zero', at)],
    ['sparse', 'bad_data', (at) => void execFileSync('truncate', ['-s', '1G', at])],
    ['foreign', 'refused', (at) => void execFileSync('install', ['-o', '1234', '/dev/null', at])],
  ];
  for (const [name, code, make] of kinds) {
    const at = join(folder, name);
    make(at);
    const before = fs.lstatSync(at, { bigint: true });
    const start = performance.now();
    const publishing = () => publish({ files, path: at, text: text('b'), expected: undefined });
    for (const work of [publishing, () => readMirror(files, at)]) {
      assert.throws(work, (error) => error instanceof EpiloopError && error.code === code, name);
    }
    assert(performance.now() - start < 1000);
    const now = fs.lstatSync(at, { bigint: true });
    assert.deepEqual([now.ino, now.mtimeNs, now.mode], [before.ino, before.mtimeNs, before.mode]);
  }
  assert(!fs.existsSync(join(folder, 'nowhere')));
});

test('a mounted file is written in place', { skip: mountSkip() }, () => {
  const inner = join(root, 'inner.json');
  fs.writeFileSync(inner, text('a'));
  fs.writeFileSync(path, '');
  execFileSync('mount', ['--bind', inner, path]);
  try {
    const expected = readMirror(files, path)?.stamp;
    const result = publish({ files, path, text: text('b'), expected });
    assert(result.outcome === 'written' && result.inPlace);
    assert.equal(fs.readFileSync(inner, 'utf8'), text('b'));
    assert.deepEqual(fs.readdirSync(folder), ['auth-profiles.json']);
  } finally {
    execFileSync('umount', [path]);
  }
});

function mountSkip(): string | false {
  const probe = join(root, 'probe');
  fs.writeFileSync(probe, '');
  try {
    execFileSync('mount', ['--bind', probe, probe], { stdio: 'ignore' });
    execFileSync('umount', [probe]);
    return false;
  } catch (error) {
    return `no bind mounts here: ${error instanceof Error ? error.message : error}`;
  }
}

test('a writer who finishes in the file that we replace is heard', () => {
  fs.writeFileSync(path, text('a'));
  const expected = readMirror(files, path)?.stamp;
  const late = disturbed(() => fs.writeFileSync(path, text('late')));
  const result = publish({ files: late, path, text: text('b'), expected });
  assert(result.outcome === 'late_writer');
  assert.equal(result.text, text('late'));
  assert.deepEqual([...result.mirror.profiles.keys()], ['late']);
  assert.deepEqual(result.stamp, files.stamp(path));
  assert.equal(content(), text('b'));
});

test('a writer who dies in the file that we replace leaves nothing to hear', () => {
  fs.writeFileSync(path, text('a'));
  const expected = readMirror(files, path)?.stamp;
  const torn = disturbed(() => fs.writeFileSync(path, '{"version":1,"prof'));
  const result = publish({ files: torn, path, text: text('b'), expected });
  assert.equal(result.outcome, 'written');
  assert.equal(content(), text('b'));
});

test('a failing write leaves the old file, and the error names it', () => {
  fs.writeFileSync(path, text('a'));
  const expected = readMirror(files, path)?.stamp;
  fs.chmodSync(folder, 0o777);
  assert.throws(() => publish({ files, path, text: text('b'), expected }), { code: 'refused' });
  assert.equal(content(), text('a'));
  assert.deepEqual(fs.readdirSync(folder), ['auth-profiles.json']);
});

test('a damaged file is read as damage, its bytes kept, five copies at most', () => {
  const bytes = Buffer.from([0x7b, 0xff, 0x00, 0x0a]);
  fs.writeFileSync(path, bytes, { mode: 0o644 });
  const found = readMirror(files, path);
  assert.deepEqual(found?.mirror, { damaged: 'not UTF-8 text' });
  const first = damagedCopy(files, path, bytes, 999);
  assert.equal(first, `${path}.damaged-999`);
  assert.deepEqual(fs.readFileSync(first), bytes);
  assert.equal(fs.statSync(first).mode & 0o777, 0o600);
  fs.writeFileSync(`${path}.damaged-notes`, 'mine');
  for (let n = 0; n < 5; n += 1) damagedCopy(files, path, bytes, 1000);
  const copies = fs.readdirSync(folder).filter((name) => /damaged-\d/.test(name));
  const kept = [1000, 1001, 1002, 1003, 1004].map((ms) => `auth-profiles.json.damaged-${ms}`);
  assert.deepEqual(copies, kept);
  assert(fs.existsSync(`${path}.damaged-notes`));
  assert.deepEqual(fs.readFileSync(path), bytes);
  const again = publish({ files, path, text: text('b'), expected: found?.stamp });
  assert.equal(again.outcome, 'written');
});

test('what only looks like old copies neither stops the repair nor takes the new copy away', () => {
  const bytes = Buffer.from('{');
  fs.writeFileSync(path, bytes);
  fs.mkdirSync(`${path}.damaged-1`);
  fs.symlinkSync('elsewhere', `${path}.damaged-2`);
  for (const ms of [3, 9001, 9002, 9003, 9004, 9005]) fs.writeFileSync(`${path}.damaged-${ms}`, '');
  const copy = damagedCopy(files, path, bytes, 1000);
  assert.deepEqual(fs.readFileSync(copy), bytes);
  const left = fs.readdirSync(folder).map((name) => Number(name.split('damaged-')[1]));
  const expected = [1, 2, 1000, 9002, 9003, 9004, 9005];
  assert.deepEqual(
    left.filter(Number.isInteger).sort((a, b) => a - b),
    expected,
  );
});

test('a byte order mark is told, because the gateway stumbles at it', () => {
  fs.writeFileSync(path, `\ufeff${text('a')}`);
  const found = readMirror(files, path);
  assert.equal(found?.marked, true);
  assert('profiles' in found.mirror);
  assert.equal(readMirror(files, join(folder, 'absent')), undefined);
});
