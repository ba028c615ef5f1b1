import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Given, onboard } from './onboard-session.ts';

const token = `sk-ant-oat01-${'CANARY-'.repeat(12)}`;
const key = `sk-proj-${'CANARY-'.repeat(6)}`;
const texts = { '-': token, K: key, k: key };

describe('a command line that would store nothing, or contradicts itself', () => {
  const table: readonly [words: string, message: RegExp, exit?: number][] = [
    ['', /there is no terminal to ask on/, 77],
    ['--non-interactive --accept-risk', /nothing to set up: name --auth-choice or a key/],
    ['--auth-choice nonsense', /--auth-choice takes apiKey or openai-api-key or /],
    [`--auth-choice ${key}`, /--auth-choice takes apiKey or /],
    [`--auth-choice apiKey --openai-api-key ${key}`, /apiKey does not go with --openai-api-key/],
    [`--auth-choice token --openai-api-key ${key}`, /token does not go with --openai-api-key/],
    [`--auth-choice skip --openai-api-key ${key}`, /skip does not go with --openai-api-key/],
    [`--auth-choice claude-cli --openai-api-key-env K`, /claude-cli does not go with/],
    [`--auth-choice apiKey --token ${token}`, /apiKey does not go with --token/],
    ['--auth-choice skip --token-provider anthropic', /skip does not go with --token-provider/],
    [`--openai-api-key ${key} --token ${token}`, /token does not go with --openai-api-key/],
    [
      `--openai-api-key ${key} --openai-api-key-env K`,
      /--openai-api-key and --openai-api-key-env exclude/,
    ],
    ['--openai-api-key-file k --openai-api-key-env K', /-file and --openai-api-key-env exclude/],
    [`--openai-api-key ${key} --openai-api-key ${key}`, /--openai-api-key is given twice/],
    ['--openai-api-key-env K --from-env K', /--from-file and --from-env do not go with --openai/],
    ['--auth-choice openai-api-key --from-env K --from-file k', /exclude each other/],
    [`--token ${token} --from-env K`, /--token and --from-env exclude each other/],
    ['--from-env K', /need --auth-choice/],
    ['--auth-choice skip --from-env K', /--auth-choice skip takes no secret/],
    ['--auth-choice claude-cli --from-env K', /--auth-choice claude-cli takes no secret/],
    ['--auth-choice token --env-file', /token does not go with --env-file/],
    ['--auth-choice claude-cli --env-file', /claude-cli does not go with --env-file/],
    ['--openai-api-key-env K --env-file --agent work', /--env-file and --agent exclude each other/],
    ['--auth-choice codex-cli --agent work', /codex-cli takes no --agent/],
    ['--openai-api-key', /--openai-api-key needs a value/],
    ['--openai-api-key=', /--openai-api-key needs a value/],
    ['--openai-api-key-env 1A', /--openai-api-key-env takes the name of a variable/],
    [`--openai-api-key-file ${key}`, /a secret stands where the name of a file/],
    ['--openai-api-key-env gsk_CANARY1CANARY2CANARY3', /a secret stands where/],
    [`--auth-choice token --token-profile-id ${token}`, /a secret stands where/],
    [`--auth-choice openai-api-key --from-file ${key}`, /a secret stands where/],
    [`--auth-choice openai-api-key ${key}`, /takes options only/],
    ['--auth-choice openai-api-key CANARY-short', /takes options only/],
    ['--token-expires-in 0 --from-env K', /--token-expires-in takes more than 0/],
    ['--token-expires-in soon', /--token-expires-in takes a duration/],
    ['--token-provider a/b', /--token-provider takes the id of a provider/],
    ['--openai-api-key-env K --no-sync', /--no-sync forbids writing/, 77],
    ['--auth-choice chutes', /cannot log in to Chutes/, 77],
    ['--auth-choice openai-codex', /cannot log in to OpenAI Codex/, 77],
    ['--auth-choice setup-token', /claude setup-token needs a terminal/, 77],
    ['--auth-choice setup-token --non-interactive', /claude setup-token needs a terminal/, 77],
    ['--auth-choice google-vertex', /Google Vertex has no API key/],
    ['--auth-choice amazon-bedrock', /Amazon Bedrock has no API key/],
    [
      '--auth-choice skip --workspace /srv/CANARY',
      /--workspace is of the gateway's own onboarding/,
    ],
    ['--auth-choice skip --gateway-token CANARY', /--gateway-token is of the gateway's own/],
    ['--auth-choice skip --skip-channels', /--skip-channels is of the gateway's own/],
    ['--auth-choise skip', /no option --auth-choise here/],
  ];
  for (const [words, message, exit = 64] of table) {
    test(words.replaceAll(/sk[-_]\S+/g, '<secret>') || 'no word at all', async () => {
      const told = await onboard(words.split(' ').filter(Boolean), { texts });
      assert.match(told.err.split('\n')[0] ?? '', message);
      assert.deepEqual([told.exit, told.out, told.items, told.surveys], [exit, '', [], 0]);
      assert.doesNotMatch(told.err, /CANARY/);
    });
  }
});

describe('a secret that cannot be one', () => {
  const table: readonly [words: string, given: Given['texts'], message: RegExp, exit?: number][] = [
    ['--openai-api-key-env K', { K: ' ' }, /K: the API key is empty, nothing was stored/],
    ['--openai-api-key-env K', {}, /absent/],
    ['--openai-api-key-file k', {}, /absent/, 66],
    ['--openai-api-key ***', {}, /--openai-api-key: the API key is masked/],
    ['--auth-choice openai-api-key --from-env K', { K: '' }, /the API key is empty/],
    ['--auth-choice apiKey', { '-': token }, /standard input: this is a token of anthropic/],
    [`--anthropic-api-key ${key}`, {}, /--anthropic-api-key: this looks like a key of openai/],
    ['--auth-choice openai-api-key', { '-': 'a\nb' }, /has several lines/],
    ['--auth-choice token', {}, /standard input: the token is empty/],
    [`--token ${token.slice(0, 79)}`, {}, /--token: the token looks cut off|at least 80/],
    ['--auth-choice token', { '-': 'some-other-token-of-80' }, /begins with sk-ant-oat01-/],
    ['--auth-choice token --token-provider openrouter', { '-': token }, /a token of anthropic/],
  ];
  for (const [words, given = {}, message, exit = 65] of table) {
    test(`${words.replaceAll(/sk-\S+/g, '<secret>')} ${Object.keys(given)}`, async () => {
      const told = await onboard(words.split(' '), { texts: given });
      assert.match(told.err.split('\n')[0] ?? '', message);
      assert.deepEqual([told.exit, told.out, told.items, told.surveys], [exit, '', [], 0]);
      assert.doesNotMatch(told.err, /CANARY/);
    });
  }

  test('a terminal is not asked where nothing may be', async () => {
    const words = ['--auth-choice', 'token', '--non-interactive'];
    const told = await onboard(words, { terminal: true, texts });
    assert.deepEqual([told.exit, told.asked, told.items], [64, [], []]);
  });
});
