import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { EpiloopError } from '../../src/errors.ts';
import { loadAddon, loadSqliteAddon, tempFolders } from '../../src/platform/addon.ts';
import { linkNamed, linkUnnamed } from '../../src/platform/addon-file.ts';

const prebuild = `node_modules/better-sqlite3/prebuilds/${process.platform}-${process.arch}.node`;
const bytes = readFileSync(join(import.meta.dirname, '..', '..', prebuild));

describe('the sqlite addon', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'epiloop-addon-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is found in node_modules in development', () => {
    assert.ok('Database' in loadSqliteAddon());
  });

  for (const [name, way] of Object.entries({ linkUnnamed, linkNamed })) {
    it(`is loaded by ${name}, which leaves nothing behind`, () => {
      assert.ok('Database' in way(folder, bytes));
      assert.deepEqual(readdirSync(folder), []);
    });

    it(`leaves nothing behind when ${name} fails`, () => {
      assert.throws(() => way(folder, Buffer.alloc(4000)));
      assert.deepEqual(readdirSync(folder), []);
    });
  }

  it('never lies under a name where others may swap it', () => {
    chmodSync(folder, 0o777);
    assert.throws(() => linkNamed(folder, bytes), /others may replace files there/);
    chmodSync(folder, 0o1777);
    assert.ok('Database' in linkNamed(folder, bytes));
  });

  it('is loaded from the first place that takes it', () => {
    assert.ok('Database' in loadAddon(bytes, ['/nonexistent', '/proc', folder]));
  });

  it('names every place and the remedy when none takes it', () => {
    assert.throws(
      () => loadAddon(bytes, ['/nonexistent', '/proc']),
      (error) => {
        assert.ok(error instanceof EpiloopError);
        assert.equal(error.code, 'cannot_create');
        assert.match(
          error.message,
          /^sqlite cannot be loaded, tried \/nonexistent \(ENOENT\), \/proc/,
        );
        assert.match(error.hint ?? '', /^set TMPDIR/);
        return true;
      },
    );
  });

  it('repeats the reason of the linker without its file names', () => {
    const message = /^sqlite cannot be loaded, tried [^ ]+ \(file too short\)$/;
    assert.throws(() => loadAddon(bytes.subarray(0, 10), [folder]), { message });
  });
});

describe('tempFolders', () => {
  it('asks memory first, then what the user named, then the system', () => {
    const env = { XDG_RUNTIME_DIR: '/run/user/1', TMPDIR: '/var/mine' };
    const expected = ['/dev/shm', '/run/user/1', '/var/mine', '/tmp', '/var/tmp'];
    assert.deepEqual(tempFolders(env), expected);
  });

  it('leaves out relative, empty and repeated ones', () => {
    const env = { XDG_RUNTIME_DIR: '', TMPDIR: 'here', TEMP: '/tmp' };
    assert.deepEqual(tempFolders(env), ['/dev/shm', '/tmp', '/var/tmp']);
  });
});
