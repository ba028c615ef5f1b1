import { describe } from 'node:test';
import { facts, now } from './judge-fixtures.ts';
import { blank, day, key, oauth, otherKey, type Rows, testRows, token } from './verdict-rows.ts';

const rows: Rows = {
  'the environment is a credential': {
    env: { ANTHROPIC_API_KEY: 'k' },
    expected: [],
    exit: 0,
  },
  'so is a key in models.providers': {
    primary: 'own/x',
    providers: { own: { apiKey: { blank: false, fingerprint: '1a2b3c4d' } } },
    expected: [],
    exit: 0,
  },
  'a blank one is not': {
    primary: 'own/x',
    providers: { own: { apiKey: { blank: true, fingerprint: '1a2b3c4d' } } },
    expected: ['1 missing own'],
    exit: 1,
  },
  'local and CLI models need none': {
    primary: 'ollama/llama',
    fallbacks: ['claude-cli/opus'],
    expected: [],
    exit: 0,
  },
  'Bedrock with a profile of AWS needs none': {
    primary: 'amazon-bedrock/x',
    env: { AWS_PROFILE: 'p' },
    expected: [],
    exit: 0,
  },
  'Bedrock without anything': {
    primary: 'amazon-bedrock/x',
    expected: ['1 missing amazon-bedrock'],
    exit: 1,
  },
  'an empty secret, and nothing else': {
    stored: [blank],
    expected: ['1 blank_secret anthropic:default'],
    exit: 1,
  },
  'an empty secret beside a good one': {
    stored: [blank, token()],
    expected: ['0 blank_secret anthropic:default'],
    exit: 0,
  },
  'an empty secret of a provider that nobody uses': {
    stored: [key, facts('openai:default', { blank: true })],
    expected: ['0 blank_secret openai:default'],
    exit: 0,
  },
  'an empty secret, but the environment has one': {
    stored: [blank],
    env: { ANTHROPIC_API_KEY: 'k' },
    expected: ['0 blank_secret anthropic:default'],
    exit: 0,
  },
  'a mode that hides the only profile': {
    stored: [oauth(now + 9 * day, true)],
    listed: { 'anthropic:claude-cli': { provider: 'anthropic', mode: 'token' } },
    expected: ['1 mode_mismatch anthropic:claude-cli'],
    exit: 1,
  },
  'the same where another profile is left': {
    stored: [oauth(now + 9 * day, true), key],
    listed: {
      'anthropic:claude-cli': { provider: 'anthropic', mode: 'token' },
      'anthropic:default': { provider: 'anthropic', mode: 'api_key' },
    },
    expected: ['0 mode_mismatch anthropic:claude-cli'],
    exit: 0,
  },
  'the config gives the profile to another provider': {
    stored: [key],
    listed: { 'anthropic:default': { provider: 'openai', mode: 'api_key' } },
    expected: ['1 mode_mismatch anthropic:default'],
    exit: 1,
  },
  'a stored order of ghosts': {
    stored: [key],
    storedOrder: { anthropic: ['anthropic:ghost'] },
    expected: ['1 order_excludes_all anthropic'],
    exit: 1,
  },
  'an empty order in the config': {
    stored: [key],
    order: { anthropic: [] },
    expected: ['1 order_excludes_all anthropic'],
    exit: 1,
  },
  'auth.profiles lists only what is not stored': {
    stored: [key],
    listed: { 'anthropic:x': { provider: 'anthropic', mode: 'api_key' } },
    expected: ['1 order_excludes_all anthropic'],
    exit: 1,
  },
  'an excluding order where the environment serves': {
    stored: [key],
    order: { anthropic: [] },
    env: { ANTHROPIC_API_KEY: 'k' },
    expected: ['0 order_excludes_all anthropic'],
    exit: 0,
  },
  'an excluding order of a provider that nobody uses': {
    stored: [key, otherKey],
    order: { openai: [] },
    expected: ['0 order_excludes_all openai'],
    exit: 0,
  },
  'an order of ghosts, with nothing stored': {
    order: { anthropic: ['anthropic:ghost'] },
    expected: ['1 missing anthropic'],
    exit: 1,
  },
  'an order that names an expired token and leaves out an empty key': {
    stored: [token(now), blank],
    order: { anthropic: ['anthropic:manual'] },
    expected: ['1 expired anthropic:manual', '0 blank_secret anthropic:default'],
    exit: 1,
  },
  'an order that leaves out only an empty key': {
    stored: [blank],
    order: { anthropic: [] },
    expected: ['1 missing anthropic', '0 blank_secret anthropic:default'],
    exit: 1,
  },
};

describe('what a model runs on', () => testRows(rows));
