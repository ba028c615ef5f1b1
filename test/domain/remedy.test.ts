import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { findCommand } from '../../src/cli/table.ts';
import {
  clearCooldown,
  clearCooldowns,
  clearOrder,
  firstCredential,
  refreshedProviders,
  refreshNow,
  renewal,
} from '../../src/domain/remedy.ts';
import { findEndpoint } from '../../src/oauth/endpoint.ts';
import { facts } from './judge-fixtures.ts';

describe('renewal', () => {
  const auth = 'run epiloop models auth';
  const rows = [
    [facts('openai:x'), `${auth} paste-api-key --provider openai --profile-id openai:x`],
    [
      facts('anthropic:manual', { type: 'token' }),
      `${auth} paste-token --provider anthropic --profile-id anthropic:manual`,
    ],
    [facts('a:o', { type: 'oauth' }), 'log in to a again with the gateway'],
    [
      facts('anthropic:o', { type: 'oauth' }),
      `${auth} login --provider anthropic --profile-id anthropic:o`,
    ],
    [
      facts('a:o', { type: 'oauth', refreshable: true }),
      'the gateway renews it when it next uses it',
    ],
    [
      facts('anthropic:claude-cli', { type: 'oauth', refreshable: true }),
      `${auth} refresh anthropic:claude-cli`,
    ],
    [facts('anthropic:a', { type: 'oauth', refreshable: true }), `${auth} refresh anthropic:a`],
    [
      facts('openai-codex:codex-cli', { type: 'oauth', refreshable: true }),
      'run codex login, then epiloop models status',
    ],
    [
      facts('anthropic:claude-cli', { type: 'oauth' }),
      'run claude auth login, then epiloop models status',
    ],
    [facts('anthropic:claude-cli', { type: 'token' }), 'run epiloop models auth setup-token'],
    [facts('openai-codex:codex-cli'), 'run codex login, then epiloop models status'],
    [facts('qwen-portal:qwen-cli'), 'run qwen, then epiloop models status'],
    [
      facts('zai:x', { provider: 'Z.AI' }),
      `${auth} paste-api-key --provider zai --profile-id zai:x`,
    ],
  ] as const;
  for (const [profile, hint] of rows) {
    test(hint, () => assert.equal(renewal(profile), hint));
  }

  test('names the agent where it is another one', () => {
    assert.match(renewal(facts('a:1'), 'work'), / --agent work$/);
  });
});

test('a hint to refresh names the agent, and is no option whatever the id begins with', () => {
  assert.equal(refreshNow('a:1', 'work'), 'run epiloop models auth refresh --agent work a:1');
  assert.equal(refreshNow('--help'), 'run epiloop models auth refresh -- --help');
});

test('what is refreshed here has an endpoint of its own', () => {
  for (const provider of refreshedProviders) {
    const endpoint = findEndpoint({ provider, env: {}, allowOther: false });
    assert.equal(endpoint?.overridden, false, provider);
  }
  assert.equal(findEndpoint({ provider: 'qwen-portal', env: {}, allowOther: false }), undefined);
});

test('ids from files cannot smuggle a command into a hint', () => {
  const id = `a:$(reboot) 'x'; rm -rf ~`;
  const quoted = `'a:$(reboot) '\\''x'\\''; rm -rf ~'`;
  assert.ok(renewal(facts(id)).endsWith(`--profile-id ${quoted}`));
});

test('the first credential names the command and the variable', () => {
  assert.equal(
    firstCredential('openai'),
    'run epiloop models auth paste-token --provider openai, or set OPENAI_API_KEY',
  );
  assert.equal(
    firstCredential('own', 'w'),
    'run epiloop models auth paste-token --provider own --agent w',
  );
  assert.equal(
    firstCredential('anthropic', 'w'),
    'run epiloop models auth setup-token --agent w, or epiloop models auth paste-token ' +
      '--provider anthropic --agent w, or set ANTHROPIC_API_KEY',
  );
  assert.match(firstCredential('amazon-bedrock'), /AWS_PROFILE/);
});

test('an order is cleared for the agent that has it', () => {
  assert.equal(
    clearOrder('zai', 'w'),
    'run epiloop models auth order clear --provider zai --agent w',
  );
});

test('a rest is ended where it counts, whatever the id looks like', () => {
  const clear = 'run epiloop models auth cooldown clear';
  assert.equal(clearCooldown('zai:a', 'w'), `${clear} zai:a --agent w`);
  assert.equal(clearCooldown('a b', 'main'), `${clear} 'a b' --agent main`);
  assert.equal(clearCooldown('--all', 'main'), `${clear} --agent main -- --all`);
  assert.equal(clearCooldowns('zai', 'main'), `${clear} --provider zai --agent main`);
});

test('every command a hint names exists', () => {
  const types = ['api_key', 'token', 'oauth'] as const;
  const hints = [
    ...types.flatMap((type) =>
      [true, false].map((refreshable) => renewal(facts('a:1', { type, refreshable }), 'w')),
    ),
    firstCredential('a', 'w'),
    clearOrder('a', 'main'),
    clearCooldown('a:1', 'w'),
    clearCooldowns('a', 'w'),
  ];
  const named = hints.flatMap((hint) => /epiloop ([a-z -]+?)(?= --| a:|$)/.exec(hint)?.[1] ?? []);
  assert.ok(named.length >= 8, hints.join('; '));
  for (const name of named) assert.equal(findCommand(name.split(' ')).kind, 'command', name);
});

test('an order hint names main too, a paste hint does not', () => {
  assert.match(clearOrder('zai', 'main'), / --agent main$/);
  assert.doesNotMatch(renewal(facts('a:1'), 'main'), /--agent/);
});
