// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a config names variables
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from '../../src/config/read.ts';
import { EpiloopError } from '../../src/errors.ts';
import type { Files } from '../../src/ports.ts';
import { type Contents, Folder, files, hash, read } from './folder.ts';

function order(contents: Contents): ReadonlyMap<string, readonly string[]> {
  using folder = new Folder(contents);
  return read(folder).config.auth.order;
}

function refused(contents: Contents): { error: EpiloopError; folder: string } {
  using folder = new Folder(contents);
  try {
    read(folder);
  } catch (error) {
    if (error instanceof EpiloopError) return { error, folder: `${folder.path}/` };
    throw error;
  }
  return assert.fail('nothing was thrown');
}

test('one file, its siblings win', () => {
  const result = order({
    'epiloop.json': `{ $include: 'base.json', auth: { order: { b: ['mine'] } } }`,
    'base.json': `{ auth: { order: { a: ['base'], b: [] } } }`,
  });
  assert.deepEqual(
    [...result],
    [
      ['a', ['base']],
      ['b', ['mine']],
    ],
  );
});

test('a list: later ones win, lists are joined, siblings come last', () => {
  const result = order({
    'epiloop.json': `{ auth: { $include: ['one.json', 'two.json'], order: { a: ['3'] } } }`,
    'one.json': `{ order: { a: ['1'] } }`,
    'two.json': `{ order: { a: ['2'], b: ['2'] } }`,
  });
  assert.deepEqual(
    [...result],
    [
      ['a', ['1', '2', '3']],
      ['b', ['2']],
    ],
  );
});

test('paths are relative to the file they stand in; an absolute one is itself', () => {
  using folder = new Folder({
    'parts/one.json': `{ order: { $include: '../other/two.json' } }`,
    'other/two.json': `{ a: ['x'] }`,
  });
  folder.write('epiloop.json', `{ auth: { $include: '${folder.join('parts/one.json')}' } }`);
  const { config, files: seen } = read(folder);
  assert.deepEqual(config.auth.order.get('a'), ['x']);
  const names = seen.map(({ path }) => path.slice(folder.path.length + 1));
  assert.deepEqual(names, ['epiloop.json', 'parts/one.json', 'other/two.json']);
});

test('a file may include a list where a list is wanted', () => {
  using folder = new Folder({
    'epiloop.json': `{ agents: { list: { $include: 'agents.json' } } }`,
    'agents.json': `[{ $include: 'one.json', default: true }, { id: 'two' }]`,
    'one.json': `{ id: 'one' }`,
  });
  const list = read(folder).config.agents.list;
  assert.deepEqual(
    list.map((agent) => [agent.id, agent.default]),
    [
      ['one', true],
      ['two', false],
    ],
  );
});

test('every file is read once and stamped once, however often it is included', () => {
  using folder = new Folder({
    'epiloop.json': `{ auth: { order: { a: { $include: 'p.json' }, b: { $include: 'p.json' } } } }`,
    'p.json': `['x']`,
  });
  const { files: seen } = read(folder);
  assert.deepEqual(
    seen.map(({ path }) => path),
    [folder.config, folder.join('p.json')],
  );
  for (const { path, stamp } of seen) assert.equal(files.stamp(path)?.id, stamp.id);
});

test('what is not ours is not followed', () => {
  const result = order({
    'epiloop.json': `{ channels: { $include: 'none.json' }, $include: 'base.json' }`,
    'base.json': `{ gateway: { $include: 'none.json' }, auth: { order: { a: ['x'] } } }`,
  });
  assert.deepEqual([...result], [['a', ['x']]]);
});

/** `links` files, each including the next. */
function chain(links: number): Contents {
  const last = `{ auth: { order: { a: ['end'] } } }`;
  const names = Array.from({ length: links }, (_, i) => [`${i + 1}.json`, i + 2] as const);
  const parts = names.map(([name, next]) => [
    name,
    next > links ? last : `{ $include: '${next}.json' }`,
  ]);
  return { ...Object.fromEntries(parts), 'epiloop.json': `{ $include: '1.json' }` };
}

test('ten deep is allowed, eleven is not', () => {
  assert.deepEqual(order(chain(10)).get('a'), ['end']);
  const { error } = refused(chain(11));
  assert.equal(error.code, 'config_invalid');
  assert.match(error.message, /10\.json: \$include is more than 10 files deep/);
});

const faults: readonly [string, Contents, string][] = [
  [
    'a missing file, naming both',
    { 'epiloop.json': `{ auth: { $include: 'gone.json' } }` },
    'epiloop.json: auth.$include names gone.json, which does not exist',
  ],
  [
    'itself',
    { 'epiloop.json': `{ $include: './epiloop.json' }` },
    'epiloop.json: $include is a cycle: epiloop.json → epiloop.json',
  ],
  [
    'a cycle of two',
    {
      'epiloop.json': `{ $include: 'a.json' }`,
      'a.json': `{ auth: { $include: 'epiloop.json' } }`,
    },
    'a.json: auth.$include is a cycle: epiloop.json → a.json → epiloop.json',
  ],
  [
    'a folder',
    { 'epiloop.json': `{ $include: 'parts' }`, 'parts/x': '' },
    'parts is a folder, not a regular file, included by epiloop.json',
  ],
  [
    'bytes that are no text',
    { 'epiloop.json': `{ $include: 'a.json' }`, 'a.json': new Uint8Array([0x22, 0xc3, 0x22]) },
    'a.json is not UTF-8 text, included by epiloop.json',
  ],
  [
    'broken JSON5',
    { 'epiloop.json': `{ $include: 'a.json' }`, 'a.json': '{\n  a: ' },
    'a.json:2:6 is not valid JSON5',
  ],
  [
    'a number',
    { 'epiloop.json': '{ $include: 1 }' },
    'epiloop.json: $include must be a path or a list',
  ],
  [
    'a list with a number',
    { 'epiloop.json': `{ $include: ['a.json', 1] }`, 'a.json': '{}' },
    'epiloop.json: $include lists no path',
  ],
  [
    'a list beside siblings',
    { 'epiloop.json': `{ auth: { $include: 'a.json', order: {} } }`, 'a.json': '[]' },
    'epiloop.json: auth.$include has siblings, so it must include an object',
  ],
];

for (const [name, contents, message] of faults) {
  test(`refused: including ${name}`, () => {
    const { error, folder } = refused(contents);
    assert.equal(error.message.replaceAll(folder, ''), message);
    assert.equal(error.code, 'config_invalid');
    assert.ok(error.hint);
  });
}

test('a bush of includes ends before the memory does', () => {
  const contents = chain(10);
  const twice = Object.entries(contents).map(([name, text]) => [
    name,
    String(text).replace(/'(\d+\.json)'/, `['$1', '$1', '$1', '$1']`),
  ]);
  const { error } = refused(Object.fromEntries(twice));
  assert.match(error.message, /one of more than 256 includes/);
});

test('an include that may not be read is a refusal, not an absence', () => {
  using folder = new Folder({ 'epiloop.json': `{ $include: 'a.json' }`, 'a.json': '{}' });
  const guarded: Files = {
    ...files,
    read(path, options) {
      if (path === folder.config) return files.read(path, options);
      throw new EpiloopError('refused', `cannot read ${path}`, { path });
    },
  };
  const input = { path: folder.config, files: guarded, env: () => undefined, hash };
  assert.throws(() => readConfig(input), { code: 'refused', path: folder.join('a.json') });
});
