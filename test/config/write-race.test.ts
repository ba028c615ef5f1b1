/** Other writers, and file systems that say no, while the config is edited. */
import assert from 'node:assert/strict';
import { existsSync, linkSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { test } from 'node:test';
import { type Edit, editConfig } from '../../src/config/write.ts';
import { EpiloopError } from '../../src/errors.ts';
import type { MirrorFiles } from '../../src/ports.ts';
import { Folder, files, hash } from './folder.ts';

const SET: Edit = { kind: 'set_profile', id: 'p:x', profile: { provider: 'p', mode: 'token' } };
const REMOVE: Edit = { kind: 'remove_profile', id: 'p:x' };
const config = (note = '', profiles = '') => `{auth:{profiles:{${profiles}}}/*${note}*/}`;
const ENTRY = '"p:x":{provider:"p",mode:"token"}';
const OLD = config();
const NEW = config('', ENTRY);

function edit(folder: Folder, port: MirrorFiles = files, edits: readonly Edit[] = [SET]) {
  return editConfig({ path: folder.config, files: port, hash, env: () => undefined, edits });
}

/** The port, with another writer who comes before the nth look at a file. */
function interrupted(path: string, write: (look: number) => void): MirrorFiles {
  let looks = 0;
  return {
    ...files,
    readBytes(name, options) {
      if (name === path) write(++looks);
      return files.readBytes(name, options);
    },
  };
}

/** The port, on which writing a file fails. */
function failing(
  path: string,
  code: 'refused' | 'cannot_create' | 'io',
  cause?: Error,
): MirrorFiles {
  return {
    ...files,
    replace(name, text) {
      if (name !== path) return files.replace(name, text);
      throw new EpiloopError(code, `cannot write ${name}`, { path: name, hint: 'ask him', cause });
    },
  };
}

test('whoever writes meanwhile wins, and the edit is made on his text', () => {
  using folder = new Folder({ 'epiloop.json': OLD, 'epiloop.json.bak': 'older' });
  const port = interrupted(folder.config, (look) => {
    if (look === 2) folder.write('epiloop.json', config('theirs'));
  });
  const [file] = edit(folder, port)?.files ?? [];
  assert.equal(folder.text('epiloop.json'), config('theirs', ENTRY));
  assert.equal(file?.before, hash(config('theirs')));
  assert.equal(folder.text('epiloop.json.bak'), config('theirs'));
  assert.equal(folder.text('epiloop.json.bak.1'), 'older');
});

test('an include that changes meanwhile counts, even if it is not the one to write', () => {
  const old = `{ $include: 'a.json', auth: { profiles: {} } }`;
  using folder = new Folder({ 'epiloop.json': old, 'a.json': '{}' });
  const port = interrupted(folder.join('a.json'), (look) => {
    if (look === 2) folder.write('a.json', config('', ENTRY));
  });
  assert.equal(edit(folder, port), undefined);
  assert.equal(folder.text('epiloop.json'), old);
});

test('a config that somebody makes first is edited', () => {
  using folder = new Folder();
  const port: MirrorFiles = {
    ...files,
    create(path, bytes) {
      if (path === folder.config && !existsSync(path)) folder.write('epiloop.json', OLD);
      return files.create(path, bytes);
    },
  };
  const [file] = edit(folder, port)?.files ?? [];
  assert.equal(folder.text('epiloop.json'), NEW);
  assert.equal(file?.backup, folder.join('epiloop.json.bak'));
});

test('a config that keeps changing is busy, and is not written', () => {
  using folder = new Folder({ 'epiloop.json': OLD });
  const port = interrupted(folder.config, (look) =>
    folder.write('epiloop.json', config(String(look))),
  );
  assert.throws(() => edit(folder, port), { code: 'busy', path: folder.config });
  assert.equal(folder.text('epiloop.json').includes('p:x'), false);
});

test('a config that breaks meanwhile is not touched', () => {
  using folder = new Folder({ 'epiloop.json': OLD });
  const port = interrupted(
    folder.config,
    (look) => look === 2 && folder.write('epiloop.json', '{'),
  );
  assert.throws(() => edit(folder, port), { code: 'config_invalid', path: folder.config });
  assert.equal(folder.text('epiloop.json'), '{');
});

test('a symlinked config is replaced at its target, the backup lies beside the link', () => {
  using folder = new Folder({ 'dots/real.json': OLD });
  symlinkSync('dots/real.json', folder.config);
  const [file] = edit(folder)?.files ?? [];
  assert.equal(folder.text('dots/real.json'), NEW);
  assert.equal(folder.text('epiloop.json'), NEW);
  assert.equal(file?.path, folder.config);
  assert.equal(file?.backup, folder.join('epiloop.json.bak'));
  assert.deepEqual(readdirSync(folder.join('dots')), ['real.json']);
});

test('a link to nothing is no missing config', () => {
  using folder = new Folder();
  symlinkSync('nothing.json', folder.config);
  assert.throws(() => edit(folder), { code: 'config_invalid', path: folder.config });
  assert.deepEqual(readdirSync(folder.path), ['epiloop.json']);
});

test('a config with two names, and one that cannot be renamed onto, are written in place', () => {
  using folder = new Folder({ 'epiloop.json': OLD });
  linkSync(folder.config, folder.join('other.json'));
  assert.equal(edit(folder)?.files[0]?.inPlace, true);
  assert.equal(folder.text('other.json'), NEW);
  files.remove(folder.join('other.json'));
  const busy = Object.assign(new Error('EBUSY'), { code: 'EBUSY' });
  const inode = statSync(folder.config).ino;
  const written = edit(folder, failing(folder.config, 'io', busy), [REMOVE]);
  assert.equal(written?.files[0]?.inPlace, true);
  assert.equal(folder.text('epiloop.json'), OLD);
  assert.equal(statSync(folder.config).ino, inode);
});

for (const code of ['refused', 'cannot_create'] as const) {
  for (const name of ['a.json', 'a.json.bak']) {
    test(`an include that cannot be written is a person's: ${name} is ${code}`, () => {
      using folder = new Folder({ 'epiloop.json': `{ $include: 'a.json' }`, 'a.json': OLD });
      const path = folder.join('a.json');
      assert.throws(() => edit(folder, failing(folder.join(name), code)), {
        code: 'config_invalid',
        message: `the config includes ${path}: cannot write ${folder.join(name)}`,
        hint: `set auth.profiles["p:x"] to {"provider":"p","mode":"token"} in ${path} by hand`,
        path,
      });
      assert.equal(folder.text('a.json'), OLD);
    });
  }
}

test('a config itself that cannot be written keeps its own remedy', () => {
  using folder = new Folder({ 'epiloop.json': OLD });
  const port = failing(folder.config, 'refused');
  assert.throws(() => edit(folder, port), { code: 'refused', hint: 'ask him' });
  assert.equal(folder.text('epiloop.json'), OLD);
});

test('of several files all are written or none', () => {
  const before = {
    'epiloop.json': `{$include:['a.json','b.json'],auth:{profiles:{${ENTRY}}}}`,
    'a.json': NEW,
    'b.json': NEW,
  };
  using folder = new Folder(before);
  const port = failing(folder.config, 'io');
  assert.throws(() => edit(folder, port, [REMOVE]), { code: 'io' });
  for (const [name, text] of Object.entries(before)) assert.equal(folder.text(name), text);
  assert.equal(edit(folder, files, [REMOVE])?.files.length, 3);
  assert.equal(folder.text('a.json'), OLD);
  assert.equal(folder.text('b.json'), OLD);
});

test('a file that changes in the middle of several is edited anew', () => {
  using folder = new Folder({
    'epiloop.json': `{$include:['a.json','b.json']}`,
    'a.json': NEW,
    'b.json': NEW,
  });
  const port = interrupted(folder.join('b.json'), (look) => {
    if (look === 2) folder.write('b.json', config('theirs', ENTRY));
  });
  assert.equal(edit(folder, port, [REMOVE])?.files.length, 2);
  assert.equal(folder.text('a.json'), OLD);
  assert.equal(folder.text('b.json'), config('theirs'));
  assert.equal(folder.text('a.json.bak'), NEW);
});
