import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type ForeignRefresh,
  type RefreshHolder,
  sharedRefresh,
} from '../../src/domain/shared-refresh.ts';

/** `web anthropic:a 1`: agent web holds refresh token 1 under anthropic:a. */
function holder(text: string): RefreshHolder {
  const [agentId = '', id = '', refreshHash = ''] = text.split(' ');
  return { agentId, id, refreshHash, provider: id.split(':')[0] ?? id };
}

const codex: ForeignRefresh = {
  refreshHash: '1',
  label: 'Codex',
  path: '/codex/auth.json',
  id: 'openai-codex:codex-cli',
};

const table: readonly [string, readonly string[], readonly ForeignRefresh[], readonly string[]][] =
  [
    ['one login', ['main a:x 1', 'main a:y 2'], [], []],
    ['one login in several agents is kept in step', ['main a:x 1', 'web a:x 1'], [], []],
    ['under two ids', ['main a:x 1', 'main a:y 1'], [], ['a:y of main with a:x']],
    ['under two ids of two agents', ['main a:x 1', 'web a:y 1'], [], ['a:y of web with a:x']],
    ['under two providers', ['main a:x 1', 'main b:x 1'], [], ['b:x of main with a:x']],
    ['that of the program itself', [`main ${codex.id} 1`], [codex], []],
    [
      'the one that stands for the program stays',
      ['main openai-codex:a 1', `main ${codex.id} 1`],
      [codex],
      [`openai-codex:a of main with ${codex.id}`],
    ],
    [
      "in the program's file only",
      ['main openai-codex:a 1', 'main openai-codex:b 2'],
      [codex],
      ['openai-codex:a of main with /codex/auth.json of Codex'],
    ],
  ];

describe('refresh tokens in more than one place', () => {
  for (const [name, holders, foreign, expected] of table) {
    test(name, () => {
      const found = sharedRefresh(holders.map(holder), foreign);
      const told = found.map(({ message, profileId, agentId }) => {
        const other = /the refresh token of (.+): one use/.exec(message)?.[1];
        return `${profileId} of ${agentId} with ${other}`;
      });
      assert.deepEqual(told, expected);
    });
  }

  test('the remedy takes the copy away', () => {
    const [found] = sharedRefresh(['main a:x 1', 'web a:y 1'].map(holder), []);
    assert.equal(found?.hint, 'run epiloop models auth remove --agent web a:y');
  });
});
