import { describe } from 'node:test';
import { facts, hour, now } from './judge-fixtures.ts';
import { day, key, oauth, type Rows, testRows, token } from './verdict-rows.ts';

const rows: Rows = {
  'a key: nothing to say': { stored: [key], expected: [], exit: 0 },
  'nothing at all': { expected: ['1 missing anthropic'], exit: 1 },
  'a token at its last millisecond': {
    stored: [token(now), key],
    expected: ['1 expired anthropic:manual'],
    exit: 1,
  },
  'a token one millisecond before': {
    stored: [token(now + 1)],
    expected: ['2 expiring anthropic:manual'],
    exit: 2,
  },
  'at the edge of the window': {
    stored: [token(now + day)],
    expected: ['2 expiring anthropic:manual'],
    exit: 2,
  },
  'beyond the window': { stored: [token(now + day + 1)], expected: [], exit: 0 },
  'a token without expiry': { stored: [token()], expected: [], exit: 0 },
  'an expired token, and nothing else': {
    stored: [token(now - day)],
    expected: ['1 expired anthropic:manual'],
    exit: 1,
  },
  'the same with --usable': {
    stored: [token(now - day)],
    usable: true,
    expected: ['1 expired anthropic:manual'],
    exit: 1,
  },
  'an expired refreshable login': {
    stored: [oauth(now, true)],
    expected: ['1 expired anthropic:claude-cli'],
    exit: 1,
  },
  'is fine with --usable': {
    stored: [oauth(now, true)],
    usable: true,
    expected: ['0 expired anthropic:claude-cli'],
    exit: 0,
  },
  'an expired login without a refresh token is not': {
    stored: [oauth(now, false)],
    usable: true,
    expected: ['1 expired anthropic:claude-cli'],
    exit: 1,
  },
  'an expiring refreshable login': {
    stored: [oauth(now + hour, true)],
    expected: ['2 expiring anthropic:claude-cli'],
    exit: 2,
  },
  'is fine with --usable as well': {
    stored: [oauth(now + hour, true)],
    usable: true,
    expected: ['0 expiring anthropic:claude-cli'],
    exit: 0,
  },
  'an expiring one without a refresh token is not': {
    stored: [oauth(now + hour, false)],
    usable: true,
    expected: ['2 expiring anthropic:claude-cli'],
    exit: 2,
  },
  'a login without a valid expiry weighs as much as an expired one': {
    stored: [oauth(undefined, false)],
    expected: ['1 missing anthropic:claude-cli'],
    exit: 1,
  },
  'and is fine with --usable if it can be refreshed': {
    stored: [oauth(0, true)],
    usable: true,
    expected: ['0 missing anthropic:claude-cli'],
    exit: 0,
  },
  'expiry counts for providers that nobody uses': {
    stored: [key, token(now, 'openai:manual')],
    expected: ['1 expired openai:manual'],
    exit: 1,
  },
  'but not with --in-use': {
    stored: [key, token(now, 'openai:manual')],
    inUseOnly: true,
    expected: [],
    exit: 0,
  },
  '--in-use keeps what a fallback needs': {
    stored: [key, token(now, 'openai:manual')],
    fallbacks: ['openai/gpt-5'],
    inUseOnly: true,
    expected: ['1 expired openai:manual'],
    exit: 1,
  },
  'a fallback without a credential': {
    stored: [key],
    fallbacks: ['openai/gpt-5'],
    expected: ['1 missing openai'],
    exit: 1,
  },
  'another spelling of the provider satisfies a model': {
    primary: 'zai/glm',
    stored: [facts('x', { provider: 'Z.AI' })],
    expected: [],
    exit: 0,
  },
  'an inherited profile is judged like any other': {
    stored: [{ ...token(now), inherited: true }],
    expected: ['1 expired anthropic:manual'],
    exit: 1,
  },
};

describe('expiry', () => testRows(rows));
