import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execEnvironment } from '../../src/domain/exec-environment.ts';

test('variables of the loader and of OpenSSL are told by name, with what unsets them', () => {
  const names = ['PATH', 'OPENSSL_CONF', 'LD_PRELOAD', 'DYLD_INSERT_LIBRARIES', 'GCONV_PATH'];
  const { findings, notes } = execEnvironment(names);
  assert.deepEqual(notes, []);
  assert.deepEqual(findings, [
    {
      reason: 'exec_environment',
      message:
        'DYLD_INSERT_LIBRARIES, GCONV_PATH, LD_PRELOAD, OPENSSL_CONF are set and can run foreign code in this process',
      hint: 'unset DYLD_INSERT_LIBRARIES GCONV_PATH LD_PRELOAD OPENSSL_CONF',
      exit: 0,
    },
  ]);
});

test("the interpreter's own are worth a note, since they do nothing here", () => {
  const { findings, notes } = execEnvironment(['NODE_OPTIONS', 'NODE_ENV', 'LD_LIBRARY_PATH_X']);
  assert.deepEqual(findings, []);
  assert.deepEqual(
    notes.map(({ message }) => message),
    ['NODE_OPTIONS is set, which epiloop ignores'],
  );
});

test('nothing in an ordinary environment', () => {
  const found = execEnvironment(['HOME', 'PATH', 'LANG', 'LD_BIND_NOW', 'OPENAI_API_KEY']);
  assert.deepEqual(found, { findings: [], notes: [] });
});
