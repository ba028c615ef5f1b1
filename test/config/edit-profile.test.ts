// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a config names variables
import assert from 'node:assert/strict';
import { test } from 'node:test';
import JSON5 from 'json5';
import { removeProfile, setProfile } from '../../src/config/edit.ts';
import type { ProfileEntry } from '../../src/config/write.ts';
import { EpiloopError } from '../../src/errors.ts';

const ENTRY: ProfileEntry = { provider: 'p', mode: 'token' };
const set = (text: string) => setProfile(text, 'p:x', ENTRY);
const remove = (text: string) => removeProfile(text, 'p:x');
const lines = (...all: string[]) => `${all.join('\n')}\n`;

type Case = readonly [name: string, edit: (text: string) => string, from: string, to: string];

const MINIMAL = lines(
  '{',
  '  "auth": {',
  '    "profiles": {',
  '      "p:x": {',
  '        "provider": "p",',
  '        "mode": "token"',
  '      }',
  '    }',
  '  }',
  '}',
);

const additions: readonly Case[] = [
  ['an empty config', set, '{}\n', MINIMAL],
  ['an empty config without a line end', set, '{}', MINIMAL.trimEnd()],
  [
    'an empty config with a comment',
    set,
    '{ /* soon */ }',
    MINIMAL.replace('{', '{ /* soon */').trimEnd(),
  ],
  [
    'the e-mail is written last',
    (text) => setProfile(text, 'p:x', { ...ENTRY, mode: 'oauth', email: 'a@b' }),
    '{a:{}}',
    '{a:{},"auth":{"profiles":{"p:x":{"provider":"p","mode":"oauth","email":"a@b"}}}}'.replaceAll(
      /"(\w+)":/g,
      '$1:',
    ),
  ],
  [
    'the comment at the end of a line stays with its member',
    set,
    lines('{', "  gateway: 'x' // local", '  // the end', '}'),
    lines(
      '{',
      "  gateway: 'x', // local",
      '  auth: {',
      '    profiles: {',
      "      'p:x': {",
      "        provider: 'p',",
      "        mode: 'token'",
      '      }',
      '    }',
      '  }',
      '  // the end',
      '}',
    ),
  ],
  [
    'an entry looks like the one before it',
    set,
    lines(
      '{',
      '\tauth: { profiles: {',
      '\t\t"b": { mode: "oauth", provider: "b" },',
      '\t} },',
      '}',
    ),
    lines(
      '{',
      '\tauth: { profiles: {',
      '\t\t"b": { mode: "oauth", provider: "b" },',
      '\t\t"p:x": { provider: "p", mode: "token" },',
      '\t} },',
      '}',
    ),
  ],
  [
    'on one line, behind the comment of the last member',
    set,
    '{"auth": {"profiles": {"b": {"mode": "oauth", "provider": "b"} /* b */}}}',
    '{"auth": {"profiles": {"b": {"mode": "oauth", "provider": "b"} /* b */, ' +
      '"p:x": { "provider": "p", "mode": "token" }}}}',
  ],
  [
    'never into a line comment',
    set,
    lines("{ auth: { profiles: { 'b': { mode: 'oauth', provider: 'b' } // }", '} } }'),
    lines(
      "{ auth: { profiles: { 'b': { mode: 'oauth', provider: 'b' }, // }",
      "  'p:x': { provider: 'p', mode: 'token' }",
      '} } }',
    ),
  ],
];

const changes: readonly Case[] = [
  [
    'only what differs, in the quotes that it has',
    set,
    `{auth:{profiles:{"p:x":{/*m*/mode:'oauth'/*n*/,"provider":"p",email:'a@b',}}}}`,
    `{auth:{profiles:{"p:x":{/*m*/mode:'token'/*n*/,"provider":"p",email:'a@b',}}}}`,
  ],
  [
    'a missing field is added',
    (text) => setProfile(text, 'p:x', { ...ENTRY, email: "o'b@c" }),
    lines('{ auth: { profiles: { p: {},', "  'p:x': { mode: 'token', provider: 'p' } } } }"),
    lines(
      '{ auth: { profiles: { p: {},',
      "  'p:x': { mode: 'token', provider: 'p', email: 'o\\'b@c' } } } }",
    ),
  ],
  [
    'the last of duplicates counts',
    set,
    "{auth:{profiles:{'p:x':{mode:'a'},'p:x':{mode:'b',mode:'oauth',provider:'p'}}}}",
    "{auth:{profiles:{'p:x':{mode:'a'},'p:x':{mode:'b',mode:'token',provider:'p'}}}}",
  ],
  [
    'what looks like a variable is escaped',
    (text) => setProfile(text, 'p:x', { ...ENTRY, email: '${A}$${B}' }),
    "{auth:{profiles:{'p:x':{mode:'token',provider:'p',email:'c'}}}}",
    "{auth:{profiles:{'p:x':{mode:'token',provider:'p',email:'$${A}$$${B}'}}}}",
  ],
];

const removals: readonly Case[] = [
  ['the only one', remove, '{auth:{profiles:{ "p:x": {} }}}', '{auth:{profiles:{}}}'],
  [
    'the first on a line',
    remove,
    '{auth:{profiles:{ "p:x": {}, b: {} }}}',
    '{auth:{profiles:{ b: {} }}}',
  ],
  [
    'the last on a line',
    remove,
    '{auth:{profiles:{ b: {}, "p:x": {} }}}',
    '{auth:{profiles:{ b: {} }}}',
  ],
  [
    'the last with a comma',
    remove,
    '{auth:{profiles:{b:{},"p:x":{},}}}',
    '{auth:{profiles:{b:{},}}}',
  ],
  [
    'all duplicates',
    remove,
    '{auth:{profiles:{"p:x":1,b:{},"p:x":{}}}}',
    '{auth:{profiles:{b:{}}}}',
  ],
  [
    'its line with the comment behind it, not those of the others',
    remove,
    lines(
      '{ auth: { profiles: {',
      '  // a',
      '  a: {}, // 1',
      '  "p:x": {',
      '  }, // 2',
      '  // b',
      '  b: {} } } }',
    ),
    lines('{ auth: { profiles: {', '  // a', '  a: {}, // 1', '  // b', '  b: {} } } }'),
  ],
  [
    'the last line, and the comma before it',
    remove,
    lines('{ auth: { profiles: {', '  a: {}, // 1', '  // x', '  "p:x": {} // 2', '} } }'),
    lines('{ auth: { profiles: {', '  a: {} // 1', '  // x', '} } }'),
  ],
  [
    'the end of a line comment stays',
    remove,
    lines('{ auth: { profiles: { a: {}, // 1', '  "p:x": {} } } }'),
    lines('{ auth: { profiles: { a: {} // 1', '   } } }'),
  ],
  [
    'a comment inside of an emptied object stays',
    remove,
    lines('{ auth: { profiles: { // ours', '  "p:x": {},', '} } }'),
    lines('{ auth: { profiles: { // ours', '} } }'),
  ],
  [
    'commas in front',
    remove,
    lines('{ auth: { profiles: { a: {}', '  , "p:x": {}', '  , b: {}', '} } }'),
    lines('{ auth: { profiles: { a: {}', '  , b: {}', '} } }'),
  ],
  [
    'out of every order',
    remove,
    '{auth:{order:{p:["p:x"],P:["a","p:x","b","p:x"]},profiles:{}}}',
    '{auth:{order:{p:[],P:["a","b"]},profiles:{}}}',
  ],
];

for (const [name, edit, from, to] of [...additions, ...changes, ...removals]) {
  test(`${name}: ${JSON.stringify(from).slice(0, 60)}`, () => {
    assert.equal(edit(from), to);
    JSON5.parse(to);
    assert.equal(edit(to), to, 'a second edit changes something');
  });
}

const unchanged: readonly [string, (text: string) => string, string][] = [
  [
    'it says so already',
    set,
    "{auth:{profiles:{'p:x':{mode:'token','provider':\"p\",email:'a'}}}}",
  ],
  ['escapes say so, too', set, "{auth:{profiles:{'p:x':{mode:'t\\x6fken',provider:'p'}}}}"],
  ['no such profile', remove, '{auth:{profiles:{a:{}},order:{p:[1,"a","${B}"]}}}'],
  ['nothing at all', remove, '{}'],
  ['what momoa cannot read', remove, '{ x: +.5, auth: { profiles: {} } }'],
];

for (const [name, edit, text] of unchanged) {
  test(`unchanged: ${name}`, () => assert.equal(edit(text), text));
}

const refused: readonly [string, (text: string) => string, string, string][] = [
  [
    'a variable',
    set,
    "{auth:{profiles:{'p:x':{mode:'${SK}',provider:'p'}}}}",
    'auth.profiles.p:x.mode',
  ],
  ['a number', set, "{auth:{profiles:{'p:x':{mode:7,provider:'p'}}}}", 'auth.profiles.p:x.mode'],
  ['no object', set, "{auth:{profiles:['sk-1']}}", 'auth.profiles'],
  ['an entry that is no object', set, "{auth:{profiles:{'p:x':'sk-1'}}}", 'auth.profiles.p:x'],
  ['null', set, '{auth:null}', 'auth'],
  ['no config', set, '["sk-1"]', 'the top'],
  ['no JSON5', set, "{ auth: 'sk-1", 'not valid JSON5'],
  ['a blank text', set, ' \n', 'not valid JSON5'],
  ['what only one parser reads', set, "{ true: 'sk-1', x: +.5 }", 'cannot be edited in place'],
];

for (const [name, edit, text, place] of refused) {
  test(`refused: ${name}`, () => {
    assert.throws(
      () => edit(text),
      (error) => {
        assert.ok(error instanceof EpiloopError && error.code === 'config_invalid');
        assert.ok(error.message.includes(place), error.message);
        assert.equal(
          error.hint,
          'set auth.profiles["p:x"] to {"provider":"p","mode":"token"} in the config by hand',
        );
        assert.equal(error.path, undefined);
        assert.doesNotMatch(`${error.message}${error.stack}`, /sk-1/);
        return true;
      },
    );
  });
}
