import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  bedrockAvailable,
  envCredential,
  scanProviders,
  shellEnvKeys,
  variablesOf,
} from '../../src/domain/env-keys.ts';
import { environment } from './judge-fixtures.ts';

const nowhere = (): boolean => false;

/** The gateway’s table, one line per provider: in order of precedence. */
const table = `
anthropic ANTHROPIC_OAUTH_TOKEN ANTHROPIC_API_KEY
openai OPENAI_API_KEY
google GEMINI_API_KEY
github-copilot COPILOT_GITHUB_TOKEN GH_TOKEN GITHUB_TOKEN
chutes CHUTES_OAUTH_TOKEN CHUTES_API_KEY
zai ZAI_API_KEY Z_AI_API_KEY
opencode OPENCODE_API_KEY OPENCODE_ZEN_API_KEY
qwen-portal QWEN_OAUTH_TOKEN QWEN_PORTAL_API_KEY
groq GROQ_API_KEY
deepgram DEEPGRAM_API_KEY
cerebras CEREBRAS_API_KEY
xai XAI_API_KEY
openrouter OPENROUTER_API_KEY
vercel-ai-gateway AI_GATEWAY_API_KEY
moonshot MOONSHOT_API_KEY
kimi-code KIMICODE_API_KEY
minimax MINIMAX_API_KEY
synthetic SYNTHETIC_API_KEY
venice VENICE_API_KEY
mistral MISTRAL_API_KEY`;

describe('envCredential', () => {
  for (const line of table.trim().split('\n')) {
    const [provider = '', ...names] = line.split(' ');
    test(provider, () => {
      names.forEach((name, index) => {
        const set = Object.fromEntries(names.slice(index).map((key) => [key, `value-${key}`]));
        const found = envCredential(provider, environment(set), nowhere);
        assert.equal(found?.source, `env: ${name}`);
        assert.equal(found?.secret?.reveal(), `value-${name}`);
        assert.equal(found?.oauth, name.includes('OAUTH_TOKEN'));
      });
      assert.equal(envCredential(provider, environment(), nowhere), undefined);
    });
  }

  test('a blank variable is unset, and the next one counts', () => {
    const env = environment({ ANTHROPIC_OAUTH_TOKEN: ' \t', ANTHROPIC_API_KEY: 'k' });
    assert.equal(envCredential('anthropic', env, nowhere)?.source, 'env: ANTHROPIC_API_KEY');
  });

  test('the login shell is named as source', () => {
    const env = environment({ 'shell:GROQ_API_KEY': 'k' });
    assert.equal(envCredential('groq', env, nowhere)?.source, 'shell env: GROQ_API_KEY');
  });

  test('any spelling of a provider will do', () => {
    assert.ok(envCredential('Z.AI', environment({ ZAI_API_KEY: 'k' }), nowhere));
    assert.ok(envCredential('qwen', environment({ QWEN_OAUTH_TOKEN: 'k' }), nowhere));
  });

  for (const name of ['CLAUDE_CODE_OAUTH_TOKEN', 'ANTHROPIC_AUTH_TOKEN', 'GOOGLE_API_KEY']) {
    test(`${name} is not the gateway's`, () => {
      const env = environment({ [name]: 'k' });
      assert.equal(envCredential('anthropic', env, nowhere), undefined);
      assert.equal(envCredential('google', env, nowhere), undefined);
    });
  }

  test('names of object properties are no providers', () => {
    assert.equal(envCredential('constructor', environment(), nowhere), undefined);
    assert.deepEqual(variablesOf('__proto__'), []);
  });
});

describe('google-vertex', () => {
  const place = { GCLOUD_PROJECT: 'p', GOOGLE_CLOUD_LOCATION: 'l' };
  const file = '/home/op/.config/gcloud/application_default_credentials.json';
  const has = (path: string) => (asked: string) => asked === path;
  const rows = [
    ['the usual file', place, file, true],
    [
      'the other project variable',
      { ...place, GCLOUD_PROJECT: '', GOOGLE_CLOUD_PROJECT: 'p' },
      file,
      true,
    ],
    ['no project', { GOOGLE_CLOUD_LOCATION: 'l' }, file, false],
    ['no location', { GCLOUD_PROJECT: 'p' }, file, false],
    ['no file', place, '/elsewhere', false],
    ['a named file', { ...place, GOOGLE_APPLICATION_CREDENTIALS: '/x.json' }, '/x.json', true],
    [
      'a named file that is absent',
      { ...place, GOOGLE_APPLICATION_CREDENTIALS: '/x.json' },
      file,
      false,
    ],
  ] as const;
  for (const [name, env, existing, found] of rows) {
    test(name, () => {
      const answer = envCredential('google-vertex', environment(env), has(existing), '/home/op');
      assert.deepEqual(answer, found ? { source: 'gcloud adc', oauth: false } : undefined);
    });
  }

  test('without a home only a named file counts', () => {
    assert.equal(
      envCredential('google-vertex', environment(place), () => true),
      undefined,
    );
  });
});

describe('bedrockAvailable', () => {
  const rows = [
    [{}, false],
    [{ AWS_BEARER_TOKEN_BEDROCK: 'k' }, true],
    [{ AWS_PROFILE: 'p' }, true],
    [{ AWS_PROFILE: ' ' }, false],
    [{ AWS_ACCESS_KEY_ID: 'k' }, false],
    [{ AWS_ACCESS_KEY_ID: 'k', AWS_SECRET_ACCESS_KEY: 's' }, true],
    [{ AWS_ROLE_ARN: 'r' }, false],
    [{ AWS_ROLE_ARN: 'r', AWS_WEB_IDENTITY_TOKEN_FILE: '/t' }, true],
  ] as const;
  for (const [env, available] of rows) {
    test(Object.keys(env).join(' + ') || 'nothing', () => {
      assert.equal(bedrockAvailable(environment(env)), available);
    });
  }
});

test('twelve providers are scanned, and each can be found in the environment', () => {
  assert.equal(new Set(scanProviders).size, 12);
  for (const provider of scanProviders) {
    assert.ok(provider === 'google-vertex' || variablesOf(provider).length > 0, provider);
  }
});

test('the shell is asked for nine keys of ours', () => {
  const ours = new Set(table.split(/\s/));
  assert.equal(shellEnvKeys.filter((name) => ours.has(name)).length, 9);
});
