import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from '../../src/config/parse.ts';

for (const text of ["{ note: 'a\u2028b' }", "{ note: 'a\u2029b", '{ note: 1 }']) {
  test(`nothing is printed: ${JSON.stringify(text)}`, (t) => {
    const { warn } = console;
    const said = t.mock.method(console, 'warn', () => undefined);
    const heard = console.warn;
    const isWhole = text.endsWith('}');
    if (isWhole) parse(text, '/config');
    else assert.throws(() => parse(text, '/config'), { code: 'config_invalid' });
    assert.equal(said.mock.callCount(), 0);
    assert.equal(console.warn, heard, 'the console is left as it was');
    said.mock.restore();
    assert.equal(console.warn, warn);
  });
}

test('a line separator is kept as it stands in a text', () => {
  assert.deepEqual(parse("{ note: 'a\u2028b' }", '/config'), { note: 'a\u2028b' });
});
