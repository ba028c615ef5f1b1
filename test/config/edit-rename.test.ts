import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Edit, editConfig } from '../../src/config/write.ts';
import { EpiloopError } from '../../src/errors.ts';
import fc from '../property.ts';
import { type Contents, Folder, files, hash, read } from './folder.ts';

const RENAME: Edit = { kind: 'rename_profile', id: 'p:old', to: 'p:me@x.org' };

function rename(folder: Folder) {
  return editConfig({ path: folder.config, files, hash, env: () => undefined, edits: [RENAME] });
}

const ENTRY = '{ provider: "p", mode: "oauth" }';

const table: readonly [name: string, before: string, after: string][] = [
  [
    'the key, in the quotes of the file, and nothing else',
    `// mine\n{ auth: { profiles: { 'p:old' : ${ENTRY}, /* b */ "p:b": ${ENTRY} } }, }\n`,
    `// mine\n{ auth: { profiles: { 'p:me@x.org' : ${ENTRY}, /* b */ "p:b": ${ENTRY} } }, }\n`,
  ],
  [
    'an escaped key too',
    `{ auth: { profiles: { "p:\\u006fld": ${ENTRY} } } }`,
    `{ auth: { profiles: { "p:me@x.org": ${ENTRY} } } }`,
  ],
  [
    'the id in every list, where it stands',
    `{ auth: { profiles: { "p:old": ${ENTRY} }, order: { p: ["p:b", 'p:old', "p:c"], P: ["p:old"] } } }`,
    `{ auth: { profiles: { "p:me@x.org": ${ENTRY} }, order: { p: ["p:b", 'p:me@x.org', "p:c"], P: ["p:me@x.org"] } } }`,
  ],
  [
    'once, where a list has it twice',
    `{ auth: { order: { p: ["p:old", "p:b", "p:old"] } } }`,
    `{ auth: { order: { p: ["p:me@x.org", "p:b"] } } }`,
  ],
  [
    'the old one only goes where the new one is there',
    `{ auth: { profiles: { "p:old": ${ENTRY}, "p:me@x.org": ${ENTRY} }, order: { p: ["p:old", "p:me@x.org"] } } }`,
    `{ auth: { profiles: { "p:me@x.org": ${ENTRY} }, order: { p: ["p:me@x.org"] } } }`,
  ],
];

describe('renaming a profile in the config', () => {
  for (const [name, before, after] of table) {
    test(name, () => {
      using folder = new Folder({ 'epiloop.json': before });
      assert.equal(rename(folder)?.files.length, 1);
      assert.equal(folder.text('epiloop.json'), after);
      assert.equal(rename(folder), undefined, 'nothing is left to rename');
    });
  }

  test('nothing where it is not named', () => {
    const text = `{ auth: { profiles: { "p:b": ${ENTRY} }, order: { p: ["p:b"] } } }`;
    using folder = new Folder({ 'epiloop.json': text });
    assert.equal(rename(folder), undefined);
    assert.equal(folder.text('epiloop.json'), text);
  });

  test('each file that names it, and lists of several files keep it once', () => {
    const contents: Contents = {
      'epiloop.json': '{ auth: { $include: "./auth.json5", order: { p: ["p:old", "p:c"] } } }',
      'auth.json5': `{ profiles: { "p:old": ${ENTRY} }, order: { p: ["p:b", "p:old"] } }`,
    };
    using folder = new Folder(contents);
    assert.equal(rename(folder)?.files.length, 2);
    assert.equal(
      folder.text('auth.json5'),
      `{ profiles: { "p:me@x.org": ${ENTRY} }, order: { p: ["p:b", "p:me@x.org"] } }`,
    );
    const { auth } = read(folder).config;
    assert.deepEqual(auth.order.get('p'), ['p:b', 'p:me@x.org', 'p:c']);
    assert.deepEqual([...auth.profiles.keys()], ['p:me@x.org']);
  });

  test('an id that a variable makes is left to a person, and nothing is changed', () => {
    const text = `{ env: { N: "old" }, auth: { order: { p: ["p:\${N}"] }, profiles: { "p:old": ${ENTRY} } } }`;
    using folder = new Folder({ 'epiloop.json': text });
    assert.throws(
      () => rename(folder),
      (error) => error instanceof EpiloopError && /by hand/.test(error.hint ?? ''),
    );
    assert.equal(folder.text('epiloop.json'), text);
  });

  test('whatever the lists hold, the ids keep their places', () => {
    const ids = fc.array(fc.constantFrom('p:old', 'p:b', 'p:c'), { maxLength: 6 });
    fc.assert(
      fc.property(fc.uniqueArray(ids, { maxLength: 1 }), ids, ([own = []], other) => {
        const config = { auth: { order: { p: own, q: other } } };
        using folder = new Folder({ 'epiloop.json': JSON.stringify(config) });
        rename(folder);
        const { order } = read(folder).config.auth;
        const wanted = (list: readonly string[]) =>
          list
            .filter((id, at) => id !== 'p:old' || list.indexOf(id) === at)
            .map((id) => (id === 'p:old' ? 'p:me@x.org' : id));
        assert.deepEqual([order.get('p'), order.get('q')], [wanted(own), wanted(other)]);
      }),
      { numRuns: 60 },
    );
  });
});
