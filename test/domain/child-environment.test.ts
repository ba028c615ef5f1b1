import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { childEnvironment, scrubbed, variableFor } from '../../src/domain/child-environment.ts';
import fc from '../property.ts';

describe('the variable of a provider', () => {
  const rows: readonly [string, boolean, string | undefined][] = [
    ['anthropic', true, 'ANTHROPIC_OAUTH_TOKEN'],
    ['anthropic', false, 'ANTHROPIC_API_KEY'],
    ['openai', false, 'OPENAI_API_KEY'],
    ['openai', true, 'OPENAI_API_KEY'],
    ['chutes', true, 'CHUTES_OAUTH_TOKEN'],
    ['chutes', false, 'CHUTES_API_KEY'],
    ['Z.AI', false, 'ZAI_API_KEY'],
    ['github-copilot', true, 'COPILOT_GITHUB_TOKEN'],
    ['openai-codex', true, undefined],
    ['of-my-own', false, undefined],
  ];
  for (const [provider, oauth, name] of rows) {
    test(`${provider}, ${oauth ? 'a login' : 'a key'}: ${name}`, () => {
      assert.equal(variableFor(provider, oauth), name);
    });
  }
});

const given = { provider: 'anthropic', name: 'ANTHROPIC_OAUTH_TOKEN', text: 'new', keep: [] };

describe("a child's environment", () => {
  test("has the secret, and none of the provider's others", () => {
    const env = {
      HOME: '/home/op',
      ANTHROPIC_API_KEY: 'old',
      ANTHROPIC_OAUTH_TOKEN: 'old',
      ANTHROPIC_AUTH_TOKEN: 'old',
      CLAUDE_CODE_OAUTH_TOKEN: 'old',
      OPENAI_API_KEY: 'of another provider',
    };
    assert.deepEqual(childEnvironment(env, given), {
      env: {
        HOME: '/home/op',
        OPENAI_API_KEY: 'of another provider',
        ANTHROPIC_OAUTH_TOKEN: 'new',
      },
      removed: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'],
    });
  });

  for (const name of [
    ...['LD_PRELOAD', 'LD_AUDIT', 'DYLD_INSERT_LIBRARIES', 'NODE_OPTIONS', 'BASH_ENV', 'ENV'],
    ...['BASH_FUNC_ls%%', 'PYTHONSTARTUP', 'PERL5OPT', 'RUBYOPT', 'JAVA_TOOL_OPTIONS'],
    ...['OPENSSL_CONF', 'SSLKEYLOGFILE', 'GIT_SSH_COMMAND', 'GCONV_PATH', 'NODE_EXTRA_CA_CERTS'],
  ]) {
    test(`has no ${name} unless it is to be kept`, () => {
      const env = { [name]: 'x' };
      assert.deepEqual(childEnvironment(env, given).removed, [name]);
      assert.equal(childEnvironment(env, { ...given, keep: [name] }).env[name], 'x');
    });
  }

  for (const name of [
    'PATH',
    'NODE_ENV',
    'LANG',
    'SSH_AUTH_SOCK',
    'EPILOOP_STATE_DIR',
    'ENVIRONMENT',
  ]) {
    test(`has ${name}`, () => {
      assert.deepEqual(childEnvironment({ [name]: 'x' }, given).removed, []);
    });
  }

  test('is made of our own and the secret, nothing lost and nothing added', () => {
    const names = fc.oneof(
      fc.string(),
      fc.constantFrom(...scrubbed, 'ANTHROPIC_API_KEY', '__proto__'),
    );
    fc.assert(
      fc.property(fc.dictionary(names, fc.string()), (own) => {
        const { env, removed } = childEnvironment(own, given);
        const kept = Object.keys(env).filter((name) => name !== given.name);
        const rest = Object.keys(own).filter((name) => name !== given.name);
        assert.deepEqual([...kept, ...removed].sort(), rest.sort());
        for (const name of kept) assert.equal(env[name], own[name]);
        assert.equal(env[given.name], 'new');
      }),
    );
  });
});
