import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ListedProfile, ListOutcome, ListRequest } from '../../src/app/app.ts';
import type { Globals } from '../../src/cli/effects.ts';
import { session, withAnswers } from './session.ts';

const now = 1_795_176_000_000;
const HOUR = 3_600_000;

function profile(id: string, more: Partial<ListedProfile> = {}): ListedProfile {
  return {
    id,
    provider: 'anthropic',
    type: 'oauth',
    blank: false,
    refreshable: true,
    fingerprint: '1a2b3c4d',
    inherited: false,
    status: 'ok',
    ...more,
  };
}

const outcome: ListOutcome = {
  agents: [
    {
      agentId: 'main',
      agentDir: '/home/op/.epiloop/agents/main/agent',
      storePath: '/home/op/.epiloop/agents/main/agent/auth-profiles.json',
      profiles: [
        profile('anthropic:a', { expiresAt: now + 5 * HOUR, email: 'op@\u200bexample.org' }),
        profile('anthropic:b', { expiresAt: now - HOUR, status: 'expired' }),
        profile('anthropic:c', { type: 'token', status: 'static' }),
        profile('openai:d', { type: 'api_key', blank: true, status: 'missing', expiresAt: 0 }),
      ],
    },
    {
      agentId: 'work',
      agentDir: '/w',
      storePath: '/w/auth-profiles.json',
      profiles: [
        profile('anthropic:a', { inherited: true, email: 'op@example.org' }),
        profile('openai:k', { type: 'api_key', inherited: true, status: 'static' }),
      ],
    },
    { agentId: 'new', agentDir: '/n', storePath: '/n/auth-profiles.json', profiles: [] },
  ],
  now,
  findings: [{ reason: 'mirror_unreadable', message: '/x cannot be read', exit: 0 }],
  notices: ['no agent new'],
  home: '/home/op',
};

async function list(words: readonly string[]) {
  const requests: ListRequest[] = [];
  const opened: Globals[] = [];
  const told = await session(['models', 'auth', 'list', ...words], {
    effects: {
      openApp: (globals) => {
        opened.push(globals);
        return withAnswers({
          list: async (request) => {
            requests.push(request);
            return outcome;
          },
        });
      },
    },
  });
  return { ...told, requests, opened };
}

test('the screen has the profiles of each agent, secrets as fingerprints', async () => {
  const { exit, out, err } = await list([]);
  assert.equal(
    out,
    `\
Agent main ~/.epiloop/agents/main/agent/auth-profiles.json
- anthropic:a oauth #1a2b3c4d ok expires in 5h (op@\\u{200b}example.org)
- anthropic:b oauth #1a2b3c4d expired 1h ago
- anthropic:c token #1a2b3c4d static
- openai:d api_key blank
Agent work /w/auth-profiles.json
- anthropic:a oauth #1a2b3c4d ok (op@example.org, from main)
- openai:k api_key #1a2b3c4d static (from main)
Agent new /n/auth-profiles.json
- none
- mirror_unreadable: /x cannot be read
`,
  );
  assert.deepEqual({ exit, err }, { exit: 0, err: 'epiloop: no agent new\n' });
});

test('--json has every field', async () => {
  const { exit, out } = await list(['--json']);
  const { agents, findings } = outcome;
  assert.deepEqual(JSON.parse(out), { schemaVersion: 1, agents, findings });
  assert.equal(exit, 0);
});

test('every agent is asked about, or the one that is named, and nothing is written', async () => {
  const all = await list([]);
  assert.deepEqual(all.requests, [{ agent: undefined }]);
  assert.deepEqual((await list(['--agent', 'Ops Team'])).requests, [{ agent: 'Ops Team' }]);
  assert.equal(all.opened[0]?.sync, false);
});
