// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a config names variables
import assert from 'node:assert/strict';
import { chmodSync, existsSync, linkSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { test } from 'node:test';
import { type ConfigFiles, upgradeMode } from '../../src/config/write.ts';
import { EpiloopError } from '../../src/errors.ts';
import { type Contents, Folder, files, hash, read } from './folder.ts';

const config = (mode: string, note = '') =>
  `{ // a note${note}\n  auth: { profiles: { 'anthropic:claude-cli': { provider: 'anthropic', ` +
  `mode: ${mode} } } },\n}\n`;
const OLD = config(`'token'`);
const NEW = config(`'oauth'`);

function upgradeIn(folder: Folder, port: ConfigFiles = files) {
  const { upgrade } = read(folder, { MODE: 'token' });
  assert.ok(upgrade !== undefined);
  return upgradeMode({ upgrade, files: port, hash });
}

/** The port, with another writer who comes before the nth look at the config. */
function interrupted(folder: Folder, write: (look: number) => void): ConfigFiles {
  let looks = 0;
  return {
    ...files,
    readBytes(path, options) {
      if (path === folder.config) write(++looks);
      return files.readBytes(path, options);
    },
  };
}

const mode = (path: string) => statSync(path).mode & 0o777;

test('the mode is upgraded once, and the text before is kept', () => {
  using folder = new Folder({ 'epiloop.json': OLD });
  const written = upgradeIn(folder);
  const backup = folder.join('epiloop.json.bak');
  const keys = ['auth', 'profiles', 'anthropic:claude-cli', 'mode'];
  const patch = [[[OLD.indexOf('token'), 5, 'token']]];
  const trace = { changes: [{ keys, before: 'token', after: 'oauth' }], made: [], patch };
  const hashes = { before: hash(OLD), after: hash(NEW) };
  assert.deepEqual(written, { ...hashes, backup, inPlace: false, trace });
  assert.equal(folder.text('epiloop.json'), NEW);
  assert.equal(folder.text('epiloop.json.bak'), OLD);
  assert.equal(read(folder).upgrade, undefined);
  assert.deepEqual([mode(folder.config), mode(backup)], [0o600, 0o600]);
});

test('a byte order mark and line ends survive', () => {
  const old = `\uFEFF${OLD.replaceAll('\n', '\r\n')}`;
  using folder = new Folder({ 'epiloop.json': old });
  upgradeIn(folder);
  assert.equal(folder.text('epiloop.json'), old.replace(`'token'`, `'oauth'`));
});

const owners: readonly [string, Contents, string | undefined][] = [
  ['nobody: another profile', { 'epiloop.json': OLD.replace('claude-cli', 'default') }, undefined],
  ['nobody: another mode', { 'epiloop.json': NEW }, undefined],
  ['nobody: a variable', { 'epiloop.json': config(`'\${MODE}'`) }, undefined],
  [
    'an include at the top',
    { 'epiloop.json': `{ $include: 'a.json' }`, 'a.json': OLD },
    'a.json: auth.profiles.anthropic:claude-cli.mode',
  ],
  [
    'an include further down',
    {
      'epiloop.json': `{ auth: { profiles: { 'anthropic:claude-cli': { $include: 'a.json' } } } }`,
      'a.json': `{ provider: 'anthropic', mode: 'token' }`,
    },
    'a.json: mode',
  ],
  [
    'the sibling that wins over an include',
    {
      'epiloop.json': `{ auth: { profiles: { 'anthropic:claude-cli': { $include: 'a.json',
        mode: 'token' } } } }`,
      'a.json': `{ provider: 'anthropic', mode: 'oauth' }`,
    },
    'epiloop.json: auth.profiles.anthropic:claude-cli.mode',
  ],
  [
    'the last of a list of includes',
    { 'epiloop.json': `{ $include: ['a.json', 'b.json'] }`, 'a.json': OLD, 'b.json': OLD },
    'b.json: auth.profiles.anthropic:claude-cli.mode',
  ],
];

for (const [name, contents, place] of owners) {
  test(`who owns the mode: ${name}`, () => {
    using folder = new Folder(contents);
    const { upgrade } = read(folder, { MODE: 'token' });
    const owner = upgrade?.file.slice(folder.path.length + 1);
    assert.equal(upgrade && `${owner}: ${upgrade.keys.join('.')}`, place);
    if (owner === undefined) return;
    upgradeIn(folder);
    assert.equal(folder.text(owner), String(contents[owner]).replace(`'token'`, `'oauth'`));
    assert.equal(read(folder).config.auth.profiles.get('anthropic:claude-cli')?.mode, 'oauth');
    assert.equal(folder.text(`${owner}.bak`), contents[owner]);
  });
}

test('backups move up, the oldest goes, whatever is in them', () => {
  const numbered = Array.from({ length: 4 }, (_, i) => [`epiloop.json.bak.${i + 1}`, `${i + 1}`]);
  using folder = new Folder({
    ...Object.fromEntries(numbered),
    'epiloop.json': OLD,
    'epiloop.json.bak': new Uint8Array([0xff]),
  });
  chmodSync(folder.join('epiloop.json.bak.1'), 0o644);
  upgradeIn(folder);
  const left = [2, 3, 4].map((i) => folder.text(`epiloop.json.bak.${i}`));
  assert.deepEqual(left, ['1', '2', '3']);
  assert.equal(folder.text('epiloop.json.bak'), OLD);
  assert.equal(statSync(folder.join('epiloop.json.bak.1')).size, 1);
  assert.equal(mode(folder.join('epiloop.json.bak.2')), 0o600);
  assert.equal(existsSync(folder.join('epiloop.json.bak.5')), false);
});

test('a symlinked config is replaced at its target, the backup lies beside the link', () => {
  using folder = new Folder({ 'dots/real.json': OLD });
  symlinkSync('dots/real.json', folder.config);
  const written = upgradeIn(folder);
  assert.equal(folder.text('dots/real.json'), NEW);
  assert.equal(folder.text('epiloop.json'), NEW);
  assert.equal(written?.backup, folder.join('epiloop.json.bak'));
  assert.equal(existsSync(folder.join('dots/real.json.bak')), false);
});

test('a config with two names is written in place', () => {
  using folder = new Folder({ 'epiloop.json': OLD });
  linkSync(folder.config, folder.join('other.json'));
  assert.equal(upgradeIn(folder)?.inPlace, true);
  assert.equal(folder.text('other.json'), NEW);
});

test('a config that cannot be renamed onto is written in place', () => {
  using folder = new Folder({ 'epiloop.json': OLD });
  const cause = Object.assign(new Error('EBUSY'), { code: 'EBUSY' });
  const mounted: ConfigFiles = {
    ...files,
    replace(path, text) {
      if (path !== folder.config) return files.replace(path, text);
      throw new EpiloopError('io', `cannot write ${path}: EBUSY`, { path, cause });
    },
  };
  const inode = statSync(folder.config).ino;
  assert.equal(upgradeIn(folder, mounted)?.inPlace, true);
  assert.equal(folder.text('epiloop.json'), NEW);
  assert.equal(statSync(folder.config).ino, inode);
});

test('whoever writes meanwhile wins, and the edit is made on his text', () => {
  using folder = new Folder({ 'epiloop.json': OLD });
  const theirs = config(`"token"`, ' of theirs');
  const port = interrupted(folder, (look) => {
    if (look === 2) folder.write('epiloop.json', theirs);
  });
  const written = upgradeIn(folder, port);
  assert.equal(folder.text('epiloop.json'), theirs.replace('"token"', '"oauth"'));
  assert.equal(folder.text('epiloop.json.bak'), theirs);
  assert.equal(written?.before, hash(theirs));
  assert.equal(existsSync(folder.join('epiloop.json.bak.1')), false);
});

test('a mode that somebody changed meanwhile is left alone', () => {
  using folder = new Folder({ 'epiloop.json': OLD });
  const theirs = config(`'api_key'`);
  const port = interrupted(folder, () => folder.write('epiloop.json', theirs));
  assert.equal(upgradeIn(folder, port), undefined);
  assert.equal(folder.text('epiloop.json'), theirs);
  assert.equal(existsSync(folder.join('epiloop.json.bak')), false);
});

test('a config that keeps changing is busy, and is not written', () => {
  using folder = new Folder({ 'epiloop.json': OLD });
  const latest = { text: OLD };
  const port = interrupted(folder, (look) => {
    latest.text = config(`'token'`, ` ${look}`);
    folder.write('epiloop.json', latest.text);
  });
  assert.throws(() => upgradeIn(folder, port), { code: 'busy', path: folder.config });
  assert.equal(folder.text('epiloop.json'), latest.text);
});

const meanwhile: readonly [string, (folder: Folder) => void, string][] = [
  ['gone', (folder) => files.remove(folder.config), 'not_found'],
  ['half written', (folder) => folder.write('epiloop.json', OLD.slice(0, 30)), 'config_invalid'],
  ['no text', (folder) => folder.write('epiloop.json', new Uint8Array([0xff])), 'config_invalid'],
];

for (const [name, change, code] of meanwhile) {
  test(`a config that is ${name} meanwhile is an error, and is not touched`, () => {
    using folder = new Folder({ 'epiloop.json': OLD });
    const port = interrupted(folder, (look) => look === 2 && change(folder));
    assert.throws(() => upgradeIn(folder, port), { code, path: folder.config });
    const left = existsSync(folder.config) ? folder.text('epiloop.json') : '';
    assert.equal(left.includes('oauth'), false);
    assert.equal(folder.text('epiloop.json.bak'), OLD);
  });
}

test('without a backup nothing is written', () => {
  using folder = new Folder({ 'epiloop.json': OLD });
  mkdirSync(folder.join('epiloop.json.bak'));
  assert.throws(() => upgradeIn(folder), EpiloopError);
  assert.equal(folder.text('epiloop.json'), OLD);
});
