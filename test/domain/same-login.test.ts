import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findLookalikes, type HeldLogin } from '../../src/domain/same-login.ts';

function held(agent: string, credential: number, more: Partial<HeldLogin> = {}): HeldLogin {
  const id = 'anthropic:default';
  const agentDir = `/s/agents/${agent}/agent`;
  return { agentDir, id, credential, provider: 'anthropic', identity: {}, ...more };
}

function pairs(logins: readonly HeldLogin[], ...asked: readonly string[]): string[] {
  const dirs = asked.length === 0 ? logins.map(({ agentDir }) => agentDir) : asked.map(dirOf);
  return findLookalikes(logins, new Set(dirs)).map(({ message }) =>
    message.replaceAll(/(\S+) in \/s\/agents\/(\w+)\/agent/g, '$2/$1'),
  );
}

function dirOf(agent: string): string {
  return `/s/agents/${agent}/agent`;
}

const copy = 'work/anthropic:default may be a copy of main/anthropic:default';

describe('may be copies', () => {
  const mail = { email: 'op@example.org' };
  const table: readonly [what: string, logins: readonly HeldLogin[]][] = [
    ['one id in two agents', [held('main', 1), held('work', 2)]],
    ['although only one says whose it is', [held('main', 1), held('work', 2, { identity: mail })]],
    [
      'one e-mail, whatever its case',
      [held('main', 1, mail), held('work', 2, { email: ' OP@example.org ' })],
    ],
    [
      'one account, which can hold several people',
      [
        held('main', 1, { identity: { accountId: 'a' } }),
        held('work', 2, { identity: { accountId: 'a' } }),
      ],
    ],
  ];
  for (const [what, logins] of table) {
    test(what, () => assert.deepEqual(pairs(logins), [copy]));
  }

  test('one e-mail under two ids, and that is told once', () => {
    const logins = [
      held('main', 1, mail),
      held('main', 2, { ...mail, id: 'anthropic:op@example.org' }),
    ];
    assert.deepEqual(pairs(logins), [
      'main/anthropic:op@example.org may be a copy of main/anthropic:default',
    ]);
  });
});

describe('are none', () => {
  const table: readonly [what: string, logins: readonly HeldLogin[]][] = [
    ['profiles of one credential: they are known to be one', [held('main', 1), held('work', 1)]],
    ['logins of two providers', [held('main', 1), held('work', 2, { provider: 'openai-codex' })]],
    ['other ids without an e-mail', [held('main', 1), held('work', 2, { id: 'anthropic:x' })]],
    ['blank e-mails', [held('main', 1, { email: ' ' }), held('work', 2, { id: 'x', email: ' ' })]],
    [
      'logins of two people: subjects',
      [held('main', 1, { identity: { sub: 'a' } }), held('work', 2, { identity: { sub: 'b' } })],
    ],
    [
      'logins of two people: e-mails',
      [
        held('main', 1, { identity: { email: 'a@x' } }),
        held('work', 2, { identity: { email: 'b@x' } }),
      ],
    ],
  ];
  for (const [what, logins] of table) test(what, () => assert.deepEqual(pairs(logins), []));
});

test('of three that look alike each later one is told once', () => {
  const logins = [held('main', 1), held('ops', 2), held('work', 3), held('work', 1, { id: 'y' })];
  assert.deepEqual(pairs(logins), [
    'ops/anthropic:default may be a copy of main/anthropic:default',
    copy,
  ]);
});

test('a later one that differs from the first may still be a copy of the second', () => {
  const [a, b] = [{ identity: { sub: 'a' } }, { identity: { sub: 'b' } }];
  const logins = [held('main', 1, a), held('ops', 2, b), held('work', 3, b)];
  assert.deepEqual(pairs(logins), [
    'work/anthropic:default may be a copy of ops/anthropic:default',
  ]);
});

describe('asked about some agents', () => {
  const logins = [held('main', 1), held('ops', 2), held('ops', 3, { id: 'x' }), held('work', 3)];

  test('only pairs with one of theirs', () => {
    assert.deepEqual(pairs(logins, 'work'), [copy]);
    assert.deepEqual(pairs(logins, 'nobody'), []);
  });

  test('a credential that they hold is theirs, whoever holds it first', () => {
    const shared = [held('main', 1), held('ops', 2), held('work', 2)];
    assert.deepEqual(pairs(shared, 'work'), [copy]);
  });
});

test('what to do about it, and where', () => {
  const [finding] = findLookalikes([held('main', 1), held('work', 2)], new Set([dirOf('work')]));
  assert.deepEqual(finding, {
    reason: 'maybe_same_login',
    message: `anthropic:default in ${dirOf('work')} may be a copy of anthropic:default in ${dirOf('main')}`,
    hint: 'if it is, remove one of them and let that agent inherit it, or log in again there',
    provider: 'anthropic',
    profileId: 'anthropic:default',
    path: dirOf('work'),
    exit: 0,
  });
});
