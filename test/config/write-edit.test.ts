// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a config names variables
/** Which file an edit goes to, and when it is refused. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { type Edit, editConfig, type ProfileEntry } from '../../src/config/write.ts';
import { EpiloopError } from '../../src/errors.ts';
import type { MirrorFiles } from '../../src/ports.ts';
import { type Contents, Folder, files, hash, read, type Variables } from './folder.ts';

const PROFILE: ProfileEntry = { provider: 'p', mode: 'token' };
const SET: Edit = { kind: 'set_profile', id: 'p:x', profile: PROFILE };
const REMOVE: Edit = { kind: 'remove_profile', id: 'p:x' };
const FRONT: Edit = { kind: 'move_to_front', provider: 'P', id: 'p:x' };
const ENTRY = `'p:x': { provider: 'p', mode: 'token' }`;

interface Options {
  readonly edits?: readonly Edit[];
  readonly env?: Variables;
  readonly port?: MirrorFiles;
}

function edit(folder: Folder, { edits = [SET], env = {}, port = files }: Options = {}) {
  const lookup = (name: string) => env[name];
  return editConfig({ path: folder.config, files: port, hash, env: lookup, edits });
}

/** Every file of a folder that holds no others. */
function contents(folder: Folder): Contents {
  return Object.fromEntries(readdirSync(folder.path).map((name) => [name, folder.text(name)]));
}

test('a config that is not there is made, for the owner alone', () => {
  using folder = new Folder();
  const after = `{
  "auth": {
    "profiles": {
      "p:x": {
        "provider": "p",
        "mode": "token"
      }
    }
  }
}
`;
  const path = folder.config;
  const change = { keys: ['auth', 'profiles', 'p:x'], after: { ...PROFILE } };
  const inside = '\n  "auth": {\n    "profiles": {\n      "p:x": {'; // and what follows
  const put = after.length - '{}\n'.length;
  assert.ok(after.startsWith(`{${inside}`));
  const trace = {
    changes: [change],
    made: [['auth'], ['auth', 'profiles']],
    patch: [[[1, put, '']]],
  };
  const none = { before: undefined, backup: undefined, inPlace: false };
  const file = { path, ...none, after: hash(after), trace };
  assert.deepEqual(edit(folder), { files: [file] });
  assert.deepEqual(contents(folder), { 'epiloop.json': after });
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(read(folder).config.auth.profiles.get('p:x'), { ...PROFILE, email: undefined });
});

for (const text of ['', '\ufeff \n', '// soon\n']) {
  test(`a config without a value (${JSON.stringify(text)}) is as broken as to a reader`, () => {
    using folder = new Folder({ 'epiloop.json': text });
    for (const use of [() => edit(folder), () => read(folder)]) {
      assert.throws(use, {
        code: 'config_invalid',
        message: /epiloop\.json.* is not valid JSON5$/,
      });
    }
    assert.deepEqual(contents(folder), { 'epiloop.json': text });
  });
}

test('several edits are one change', () => {
  const old = `{ auth: { profiles: { 'p:y': { provider: 'p', mode: 'oauth' } }, order: { p: ['p:y'] } } }`;
  using folder = new Folder({ 'epiloop.json': old });
  const remove: Edit = { kind: 'remove_profile', id: 'p:y' };
  const written = edit(folder, { edits: [SET, FRONT, remove] });
  const now = `{ auth: { profiles: { ${ENTRY} }, order: { p: ['p:x'] } } }`;
  assert.equal(folder.text('epiloop.json'), now);
  assert.equal(folder.text('epiloop.json.bak'), old);
  assert.deepEqual(written?.files.length, 1);
  assert.equal(existsSync(folder.join('epiloop.json.bak.1')), false);
});

const owned: readonly [name: string, edits: readonly Edit[], before: Contents, after: Contents][] =
  [
    [
      'auth is included',
      [SET],
      { 'epiloop.json': `{ auth: { $include: './a.json' } }`, 'a.json': '{order:{}}' },
      { 'a.json': '{order:{},profiles:{"p:x":{provider:"p",mode:"token"}}}' },
    ],
    [
      'all is included, and nothing says auth',
      [SET],
      { 'epiloop.json': `{ $include: 'a.json' }`, 'a.json': '{x:1}' },
      { 'a.json': '{x:1,auth:{profiles:{"p:x":{provider:"p",mode:"token"}}}}' },
    ],
    [
      'the last file that has profiles',
      [SET],
      {
        'epiloop.json': `{ $include: ['a.json', 'b.json', 'c.json'] }`,
        'a.json': '{auth:{profiles:{}}}',
        'b.json': `{ auth: { profiles: { 'p:y': { provider: 'p', mode: 'oauth' } } } }`,
        'c.json': '{auth:{order:{}}}',
      },
      { 'b.json': `{ auth: { profiles: { 'p:y': { provider: 'p', mode: 'oauth' }, ${ENTRY} } } }` },
    ],
    [
      'what is hidden by something else does not count',
      [SET],
      {
        'epiloop.json': `{ auth: { $include: ['a.json', 'b.json', 'c.json'] } }`,
        'a.json': `{ profiles: { ${ENTRY} } }`,
        'b.json': '{ profiles: 1 }',
        'c.json': '{profiles:{}}',
      },
      { 'c.json': '{profiles:{"p:x":{provider:"p",mode:"token"}}}' },
    ],
    [
      'keys beside an include win',
      [SET],
      {
        'epiloop.json': `{ auth: { profiles: { $include: 'a.json', b: { $include: 'b.json' } } } }`,
        'a.json': '{}',
        'b.json': `{ provider: 'p', mode: 'oauth' }`,
      },
      {
        'epiloop.json': `{ auth: { profiles: { $include: 'a.json', b: { $include: 'b.json' }, ${ENTRY} } } }`,
      },
    ],
    [
      'each value where it stands',
      [{ ...SET, profile: { ...PROFILE, email: 'a@b' } }],
      {
        'epiloop.json': `{ auth: { profiles: { 'p:x': { $include: 'sub/a.json', mode: 'oauth' } } } }`,
        'sub/a.json': `{ provider: 'q', $include: '../b.json' }`,
        'b.json': `{ email: 'c@d' }`,
      },
      {
        'epiloop.json': `{ auth: { profiles: { 'p:x': { $include: 'sub/a.json', mode: 'token' } } } }`,
        'sub/a.json': `{ provider: 'p', $include: '../b.json' }`,
        'b.json': `{ email: 'a@b' }`,
      },
    ],
    [
      'removed wherever it is said',
      [REMOVE],
      {
        'epiloop.json': `{ auth: { $include: 'a.json', profiles: { 'p:x': { $include: 'b.json' } } } }`,
        'a.json': `{ profiles: { 'p:x': { mode: 'oauth' } }, order: { p: ['$\{ID}', 'p:y'] } }`,
        'b.json': `{ provider: 'p', mode: 'token' }`,
      },
      {
        'epiloop.json': `{ auth: { $include: 'a.json', profiles: {} } }`,
        'a.json': `{ profiles: {}, order: { p: ['p:y'] } }`,
      },
    ],
    [
      'moved from one list to the front of another, as it was written',
      [FRONT],
      {
        'epiloop.json': `{ auth: { $include: ['a.json'], order: { p: ["p:y", "$\{ID}"] } } }`,
        'a.json': `{ order: { p: ['p:z'] } }`,
      },
      {
        'epiloop.json': `{ auth: { $include: ['a.json'], order: { p: ["p:y"] } } }`,
        'a.json': `{ order: { p: ["$\{ID}", 'p:z'] } }`,
      },
    ],
  ];

for (const [name, edits, before, after] of owned) {
  test(`who is edited: ${name}`, () => {
    using folder = new Folder(before);
    const written = edit(folder, { edits, env: { ID: 'p:x' } });
    for (const file of Object.keys(before)) {
      assert.equal(folder.text(file), after[file] ?? before[file]);
      assert.equal(existsSync(folder.join(`${file}.bak`)), file in after);
    }
    const paths = Object.keys(after).map((file) => folder.join(file));
    assert.deepEqual(written?.files.map(({ path }) => path).toSorted(), paths.toSorted());
    assert.equal(edit(folder, { edits, env: { ID: 'p:x' } }), undefined);
  });
}

const satisfied: readonly [string, readonly Edit[], Contents][] = [
  ['no config, nothing to remove', [REMOVE, FRONT], {}],
  ['the entry is there', [SET], { 'epiloop.json': `{ auth: { profiles: { ${ENTRY} } } }` }],
  [
    "through variables, the config's own too",
    [{ ...SET, profile: { ...PROFILE, email: 'a@b' } }],
    {
      'epiloop.json': `{ env: { vars: { AT: '@' } }, auth: { profiles: { 'p:x':
        { provider: '$\{P}', mode: 'token', email: 'a$\{AT}b' } } } }`,
    },
  ],
  [
    'a variable leads',
    [FRONT],
    { 'epiloop.json': "{ auth: { order: { p: ['${P}:x', 'p:x'] } } }" },
  ],
];

for (const [name, edits, before] of satisfied) {
  test(`nothing is touched: ${name}`, () => {
    using folder = new Folder(before);
    const stamp = files.stamp(folder.config);
    assert.equal(edit(folder, { edits, env: { P: 'p' } }), undefined);
    assert.deepEqual(contents(folder), before);
    assert.deepEqual(files.stamp(folder.config), stamp);
  });
}

const refused: readonly [
  name: string,
  before: Contents,
  message: RegExp,
  edits?: readonly Edit[],
][] = [
  [
    'a value from a variable',
    { 'epiloop.json': "{ auth: { profiles: { 'p:x': { provider: 'p', mode: '${MODE}' } } } }" },
    /epiloop\.json: auth\.profiles\.p:x\.mode is set through a variable$/,
  ],
  [
    'a config that is invalid already',
    { 'epiloop.json': '{ auth: { nonsense: 1 } }' },
    /auth\.nonsense: no such key is known$/,
  ],
  ['a config that is no JSON5', { 'epiloop.json': '{ auth: sk-1' }, /is not valid JSON5$/],
  ['an include that is not there', { 'epiloop.json': `{ $include: 'a.json' }` }, /a\.json/],
  [
    'what only one of the parsers reads',
    { 'epiloop.json': '{ gateway: { port: +.5 } }' },
    /epiloop\.json cannot be edited in place$/,
  ],
  [
    'a file that also stands for another profile',
    {
      'epiloop.json': `{ auth: { profiles: { 'p:x': { $include: 'a.json' }, b: { $include: 'a.json' } } } }`,
      'a.json': `{ provider: 'p', mode: 'oauth' }`,
    },
    /epiloop\.json cannot be edited in place$/,
  ],
  [
    'a change that would break another part',
    {
      'epiloop.json': `{ auth: { profiles: { $include: 'a.json' },
        cooldowns: { billingBackoffHoursByProvider: { $include: 'a.json' } } } }`,
      'a.json': '{}',
    },
    /the change would break the config: .*billingBackoffHoursByProvider\.p:x: expected positive/,
  ],
  ['a name that no config can hold', {}, /cannot be edited/, [{ ...SET, id: '__proto__' }]],
];

for (const [name, before, message, edits = [SET]] of refused) {
  test(`refused, and nothing is touched: ${name}`, () => {
    using folder = new Folder(before);
    assert.throws(
      () => edit(folder, { edits, env: { MODE: 'oauth' } }),
      (error) => {
        assert.ok(error instanceof EpiloopError && error.code === 'config_invalid');
        assert.match(error.message, message);
        assert.ok(error.hint !== undefined && error.path?.startsWith(folder.path));
        assert.doesNotMatch(`${error.message} ${error.hint}`, /sk-1/);
        return true;
      },
    );
    assert.deepEqual(contents(folder), before);
  });
}

test('the hint says what to set and where', () => {
  using folder = new Folder({
    'epiloop.json': `{ auth: { $include: 'a.json' } }`,
    'a.json': "{ profiles: { 'p:x': { provider: '${P}', mode: 'token' } } }",
  });
  assert.throws(() => edit(folder, { env: { P: 'q' } }), {
    path: folder.join('a.json'),
    hint: `set auth.profiles["p:x"] to {"provider":"p","mode":"token"} in ${folder.join('a.json')} by hand`,
  });
});
