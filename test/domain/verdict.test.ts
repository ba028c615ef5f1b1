import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Finding } from '../../src/domain/finding.ts';
import { exitOf } from '../../src/domain/verdict.ts';
import { hour, now } from './judge-fixtures.ts';
import {
  blank,
  cooling,
  day,
  disabled,
  judged,
  key,
  oauth,
  type Row,
  token,
} from './verdict-rows.ts';

describe('messages and hints', () => {
  const first = (row: Omit<Row, 'expected' | 'exit'>) => {
    const [finding] = judged({ ...row, expected: [], exit: 0 });
    return [finding?.message, finding?.hint];
  };
  const login = oauth(now + 9 * day, true);
  const mode = { 'anthropic:claude-cli': { provider: 'anthropic', mode: 'token' } } as const;
  const texts = [
    [
      { stored: [token(now - 3 * day)] },
      'anthropic:manual expired 3d ago',
      /paste-token --provider anthropic/,
    ],
    [{ stored: [token(now + 2 * hour)] }, 'anthropic:manual expires in 2h', /paste-token/],
    [
      { primary: 'openai/x' },
      'openai has no credential',
      /^run epiloop models auth paste-token --provider openai,/,
    ],
    [
      { stored: [login], listed: mode },
      'anthropic:claude-cli is stored as oauth, but auth.profiles says mode token',
      /\.mode to "oauth" in epiloop\.json$/,
    ],
    [
      { stored: [key], order: { anthropic: [] } },
      'auth.order leaves nothing usable for anthropic: it does not name anthropic:default',
      /epiloop\.json$/,
    ],
    [
      { stored: [key], usage: { 'anthropic:default': cooling } },
      'anthropic:default is cooling down for another 10m',
      /^run epiloop models auth cooldown clear anthropic:default --agent main$/,
    ],
    [
      { stored: [key, token()], usage: { 'anthropic:default': disabled } },
      'anthropic:default is disabled (billing) for another 3h',
      /^run epiloop models auth cooldown clear anthropic:default --agent main$/,
    ],
    [{ stored: [blank] }, 'anthropic:default has an empty secret', /paste-api-key/],
    [
      { stored: [oauth(now, false)] },
      'anthropic:claude-cli expired 0m ago',
      /^run claude auth login, then epiloop models status$/,
    ],
  ] as const;
  for (const [row, message, hint] of texts) {
    test(message, () => {
      const [said, advice] = first(row);
      assert.equal(said, message);
      assert.match(advice ?? '', hint);
    });
  }

  test('of many profiles left out, three are named', () => {
    const keys = (count: number) =>
      ['1', '2', '3', '4', '5'].slice(0, count).map((id) => ({ ...key, id }));
    const order = { anthropic: [] };
    const prefix = 'auth.order leaves nothing usable for anthropic: it does not name 1, 2, 3';
    assert.equal(first({ stored: keys(3), order })[0], prefix);
    assert.equal(first({ stored: keys(5), order })[0], `${prefix} and 2 more`);
  });

  test('a finding names the agent and the time that it is about', () => {
    const [finding] = judged({ stored: [token(now - 5)], expected: [], exit: 1 });
    assert.equal(finding?.agentId, 'main');
    assert.equal(finding?.at, now - 5);
  });
});

describe('exitOf', () => {
  const rowsOfExits = [
    [[], 0],
    [[0, 0], 0],
    [[0, 2, 0], 2],
    [[2, 64], 64],
    [[2, 78, 65], 78],
    [[2, 65, 78, 1, 0], 1],
  ] as const;
  for (const [exits, expected] of rowsOfExits) {
    test(`${exits.join(', ') || 'no finding'} gives ${expected}`, () => {
      const found = exits.map((exit): Finding => ({ reason: 'missing', message: 'x', exit }));
      assert.equal(exitOf(found), expected);
    });
  }
});
