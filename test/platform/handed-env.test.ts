import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handedEnv } from '../../src/platform/handed-env.ts';
import { loginShellEnv } from '../../src/platform/login-shell.ts';

const risky = [
  ...['LD_PRELOAD', 'LD_LIBRARY_PATH', 'LD_AUDIT', 'DYLD_INSERT_LIBRARIES', 'GCONV_PATH'],
  ...['NODE_OPTIONS', 'NODE_PATH', 'NODE_TLS_REJECT_UNAUTHORIZED', 'BUN_OPTIONS', 'OPENSSL_CONF'],
  ...['BASH_ENV', 'ENV', 'BASH_FUNC_ls%%', 'SHELLOPTS', 'PS4', 'SSLKEYLOGFILE', 'GLIBC_TUNABLES'],
  ...['PYTHONPATH', 'PERL5OPT', 'PERL5LIB', 'RUBYOPT', 'JAVA_TOOL_OPTIONS'],
];
const plain = [
  ...['PATH', 'HOME', 'TERM', 'LANG', 'LC_ALL', 'SHELL', 'HTTPS_PROXY', 'NO_PROXY', 'ZDOTDIR'],
  ...['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'XDG_CONFIG_HOME', 'CLAUDE_CONFIG_DIR', 'DISPLAY'],
  ...['ENVIRONMENT', 'MY_LD_PRELOAD', 'OLD_ENV', 'BUNDLE'],
];
const all = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, 'x']));

test('nothing that lets foreign code in is handed on, and everything else is', () => {
  assert.deepEqual(handedEnv(all([...risky, ...plain])), all(plain));
});

test('nor what the caller holds back', () => {
  assert.deepEqual(handedEnv(all(['A', 'B', 'AB']), ['A', 'C']), all(['B', 'AB']));
});

test('a login shell gets no more than that', async () => {
  const env = { ...all(risky), PATH: process.env['PATH'], SHELL: '/bin/sh', PLAIN: '1' };
  const answer = await loginShellEnv({ ...env, LD_PRELOAD: '/nowhere.so' }, 10_000);
  assert.ok('values' in answer, JSON.stringify(answer));
  const names = Object.keys(answer.values);
  assert.deepEqual(
    names.filter((name) => risky.includes(name)),
    [],
  );
  assert.equal(answer.values['PLAIN'], '1');
});
