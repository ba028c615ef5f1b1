// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a config names variables
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fill, variablesOf } from '../../src/config/template.ts';
import { EpiloopError } from '../../src/errors.ts';
import fc from '../property.ts';
import { Folder, read, type Variables } from './folder.ts';

const texts: readonly [string, string, readonly string[]][] = [
  ['plain', 'plain', []],
  ['${A}', '<A>', ['A']],
  ['x${A}y${B_2}z${A}', 'x<A>y<B_2>z<A>', ['A', 'B_2', 'A']],
  ['${_}', '<_>', ['_']],
  ['$${A}', '${A}', []],
  ['$$${A}', '$${A}', []],
  ['$${A}${B}', '${A}<B>', ['B']],
  ['${a}', '${a}', []],
  ['${A-b}', '${A-b}', []],
  ['${1A}', '${1A}', []],
  ['${}', '${}', []],
  ['${A', '${A', []],
  ['$A', '$A', []],
  ['${A:-x}', '${A:-x}', []],
  ['${A\n}', '${A\n}', []],
  ['${${A}}', '${<A>}', ['A']],
  ['$${a}', '$${a}', []],
];

for (const [raw, filled, names] of texts) {
  test(`${JSON.stringify(raw)} reads as ${JSON.stringify(filled)}`, () => {
    assert.equal(
      fill(raw, (name) => `<${name}>`),
      filled,
    );
    assert.deepEqual(variablesOf(raw), names);
  });
}

test('a value is never filled in again, nor read as a pattern', () => {
  const values = fc.constantFrom('${B}', '$${B}', '$&', '$1', '$$', "$'");
  fc.assert(
    fc.property(values, fc.string(), (value, rest) => {
      const clean = rest.replaceAll('$', '');
      assert.equal(
        fill(`\${A}${clean}`, () => value),
        `${value}${clean}`,
      );
    }),
  );
});

function provider(text: string, env: Variables = {}, more = '') {
  using folder = new Folder({
    'epiloop.json': `{ auth: { order: { a: [${JSON.stringify(text)}] } } ${more} }`,
  });
  const { config, variables } = read(folder, env);
  return { text: config.auth.order.get('a')?.[0], variables };
}

test('a variable of the environment', () => {
  assert.deepEqual(provider('${A}-${B}', { A: '1', B: '2' }), {
    text: '1-2',
    variables: ['A', 'B'],
  });
});

const own = `, env: { vars: { A: 'vars', B: '\${A}!', C: 'vars', D: 'vars' }, C: 'direct', D: ' ' }`;
const fed: readonly [string, Variables, string, string][] = [
  ['${A}', {}, 'vars', 'env.vars feeds it'],
  ['${A}', { A: 'outer' }, 'outer', 'the environment wins'],
  ['${A}', { A: ' \t' }, 'vars', 'a blank one counts as unset'],
  ['${B}', {}, 'vars!', 'one of them may name another'],
  ['${B}', { A: 'outer' }, 'outer!', 'and then the environment wins, too'],
  ['${C}', {}, 'direct', 'env.<KEY> wins over env.vars'],
  ['${D}', {}, 'vars', 'unless it is blank'],
];

for (const [text, env, expected, why] of fed) {
  test(`${text} is ${expected}: ${why}`, () => {
    assert.equal(provider(text, env, own).text, expected);
  });
}

function missing(text: string, env: Variables = {}): string {
  using folder = new Folder({ 'epiloop.json': text });
  try {
    read(folder, env);
  } catch (error) {
    if (!(error instanceof EpiloopError)) throw error;
    assert.equal(error.code, 'config_invalid');
    assert.ok(error.hint);
    return error.message.replaceAll(`${folder.path}/`, '');
  }
  return assert.fail('nothing was thrown');
}

test('a missing or blank variable is named with the place that needs it', () => {
  const text = `{ models: { providers: { a: { apiKey: '\${KEY}' } } } }`;
  const message =
    'epiloop.json: models.providers.a.apiKey needs the variable KEY, which is not set';
  for (const env of [{}, { KEY: '' }, { KEY: '  ' }]) assert.equal(missing(text, env), message);
});

test('it is missing in fields of our parts that we do not use, too', () => {
  const text = `{ agents: { defaults: { hook: [{ url: '\${URL}' }] } } }`;
  assert.match(missing(text), /agents\.defaults\.hook\.0\.url needs the variable URL/);
});

test('variables that name each other are missing, not endless', () => {
  const text = `{ env: { vars: { A: '\${B}', B: '\${A}' } } }`;
  assert.match(missing(text), /needs the variable [AB], which is not set/);
  assert.match(missing(`{ env: { A: '\${A}' } }`), /env\.A needs the variable A/);
});

test('the message names the included file that holds the text', () => {
  using folder = new Folder({
    'epiloop.json': `{ auth: { $include: 'part.json' } }`,
    'part.json': `{ order: { a: ['\${GONE}'] } }`,
  });
  assert.throws(() => read(folder), { path: folder.join('part.json'), code: 'config_invalid' });
});

test('a filled-in value is validated, and not shown', () => {
  const text = `{ auth: { profiles: { a: { provider: 'x', mode: '\${MODE}' } } } }`;
  const message = missing(text, { MODE: 'sk-secret' });
  assert.match(message, /auth\.profiles\.a\.mode: expected api_key \| oauth \| token$/);
  using folder = new Folder({ 'epiloop.json': text });
  assert.equal(read(folder, { MODE: 'token' }).config.auth.profiles.get('a')?.mode, 'token');
});

test('a text where an object is wanted stays a text', () => {
  const text = `{ agents: { defaults: { model: '\${MODEL}' } } }`;
  assert.match(missing(text, { MODEL: 'a/b' }), /agents\.defaults\.model: expected object$/);
});
