import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChatHost, KEY } from './chat-host.ts';

const entry = { sessionId: 's1', n: 12 };

/** The number of the last change. */
async function last(host: ChatHost): Promise<string> {
  const { stdout } = await host.succeed(['models', 'history', '--json', '--limit', '1']);
  return String(JSON.parse(stdout).entries[0].id);
}

test('a choice is undone here and in the gateway’s file, and so is the undoing', async () => {
  using host = new ChatHost({ [KEY]: entry });
  await host.told('/model sonnet@anthropic:b');
  const before = host.sessions();
  await host.told('/model openai/gpt-5.2');
  const after = host.sessions();
  const change = await last(host);
  const { stdout: dry } = await host.succeed(['undo', change, '--dry-run']);
  assert.match(
    dry,
    /^would undo #\d+: session agent:main:main is pinned to anthropic\/claude-sonnet/,
  );
  assert.deepEqual(host.sessions(), after);
  const { stdout } = await host.succeed(['undo', change]);
  assert.match(stdout, /is pinned to anthropic\/claude-sonnet-4-5 and anthropic:b again/);
  assert.deepEqual(host.sessions(), before);
  await host.succeed(['undo', await last(host)]);
  assert.deepEqual(host.sessions(), after);
  assert.equal((await host.told('/model')).pin?.['model'], 'gpt-5.2');
});

test('the first choice is undone to none', async () => {
  using host = new ChatHost();
  await host.told('/model sonnet');
  const { stdout } = await host.succeed(['undo', await last(host)]);
  assert.match(stdout, /session agent:main:main is no longer pinned/);
  assert.equal((await host.told('/model')).pin, null);
});

test('what somebody chose since is not undone, and who it was is named', async () => {
  using host = new ChatHost({ [KEY]: entry });
  await host.told('/model sonnet');
  const change = await last(host);
  await host.told('/model openai/gpt-5.2');
  const { code, stderr } = await host.run(['undo', change]);
  assert.equal(code, 77);
  assert.match(
    stderr,
    /\(session_pinned\) changed agent:main:main since .*\nhint: undo that first: epiloop undo/,
  );
  const newest = await last(host);
  const chosen = {
    ...entry,
    authProfileOverride: 'anthropic:a',
    authProfileOverrideSource: 'user',
  };
  host.gatewaySaves({ [KEY]: chosen });
  assert.equal((await host.run(['undo', newest])).code, 77);
  assert.deepEqual(host.sessions(), { [KEY]: chosen });
});
