import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { EpiloopError } from '../../src/errors.ts';
import { realFiles } from '../../src/platform/files.ts';

const euid = process.geteuid?.() ?? -1;
const files = realFiles({ euid });
const skip = euid === 0 ? false : 'only root can give files away';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'epiloop-standing-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const modeOf = (path: string) => (statSync(path).mode & 0o7777).toString(8);

function make(name: string, mode = 0o666): string {
  const path = join(folder, name);
  writeFileSync(path, 'x');
  chmodSync(path, mode);
  return path;
}

function refuses(path: string): void {
  assert.throws(
    () => files.restrict(path),
    (error) => error instanceof EpiloopError && error.code === 'refused',
  );
}

describe('closing a place to others', () => {
  test('a file is 600, a folder 700', () => {
    const file = make('file', 0o7755);
    const inner = join(folder, 'inner');
    mkdirSync(inner);
    chmodSync(inner, 0o775);
    files.restrict(file);
    files.restrict(inner);
    assert.deepEqual([modeOf(file), modeOf(inner)], ['600', '700']);
  });

  test('what is absent is no matter', () => {
    files.restrict(join(folder, 'nothing'));
  });

  test('never through a link, nor a file with several names', () => {
    const file = make('file');
    symlinkSync(file, join(folder, 'link'));
    assert.throws(() => files.restrict(join(folder, 'link')), EpiloopError);
    linkSync(file, join(folder, 'again'));
    refuses(file);
    assert.equal(modeOf(file), '666');
  });

  test('never where somebody else may exchange the file meanwhile', () => {
    const file = make('file');
    chmodSync(folder, 0o775);
    refuses(file);
    assert.equal(modeOf(file), '666');
  });

  test("never another user's", { skip }, () => {
    const file = make('file');
    chownSync(file, 65534, 65534);
    assert.equal(files.standing(file)?.isOurs, false);
    refuses(file);
    const asRoot = realFiles({ euid: 0, stateOwner: { uid: 65534, gid: 65534 } });
    asRoot.restrict(file);
    assert.equal(modeOf(file), '600');
  });
});

test('whose a place is, and of which kind', () => {
  const { uid, gid } = statSync(folder);
  const ours = { uid, gid, isOurs: true };
  assert.deepEqual(files.standing(folder), { ...ours, isFolder: true });
  assert.deepEqual(files.standing(make('file')), { ...ours, isFolder: false });
  assert.equal(files.standing(join(folder, 'nothing')), undefined);
});

test('leftovers are old temp files of ours whose makers are gone, and nothing else', () => {
  const gone = Number(execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }));
  const dead = make(`.a.json.${gone}.abc123.tmp`);
  for (const name of [`.a.json.${process.pid}.abc123.tmp`, `a.${gone}.abc.tmp`, '.tmp', 'x.tmp']) {
    make(name);
  }
  make(`.b.json.${gone}.abc123.tmp`);
  const fresh = make(`.a.json.${gone}.fresh.tmp`);
  linkSync(make('named'), join(folder, `.a.json.${gone}.twice.tmp`));
  symlinkSync(dead, join(folder, `.a.json.${gone}.link.tmp`));
  mkdirSync(join(folder, `.a.json.${gone}.folder.tmp`));
  for (const name of readdirSync(folder)) lutimesSync(join(folder, name), 1, 1);
  utimesSync(fresh, 3, 3);
  const options = { of: (name: string) => name === 'a.json', before: 2000 };
  assert.deepEqual(files.leftovers(folder, options), [dead]);
  assert.deepEqual(files.leftovers(join(folder, 'nothing'), options), []);
});
