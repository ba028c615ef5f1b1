/** Hints are pasted into shells, and the names in them come from files that others may have written. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { splitGlobals } from '../../src/cli/globals.ts';
import { parse } from '../../src/cli/parse.ts';
import { findCommand } from '../../src/cli/table.ts';
import { AgentsHost, apiKey } from './agents-host.ts';
import { commandsIn, hintsIn } from './hint-words.ts';

const HOUR = 3_600_000;
const odd = [';touch x', '$(x)`y`', "it's", 'a\n"b', '-x', '!*\\'];

/** Logins that end, rest, are empty, stand twice; orders of what is gone; all with odd names. */
function oddHost(): AgentsHost {
  const host = new AgentsHost();
  const now = Date.now();
  const profiles = Object.fromEntries(
    odd.flatMap((name, n) => [
      [name, apiKey('', `p${name}`)],
      [`expired:${name}`, { type: 'token', provider: `p${name}`, token: `t-${n}`, expires: 1 }],
      [`rests:${name}`, apiKey(`HINTkey-${n}-0123456789`, 'openai')],
      [`login:${name}`, { ...login(n), expires: now + HOUR }],
      [`bad:${name}`, { type: 'certificate', provider: name }],
    ]),
  );
  const resting = odd.map((name) => [
    `rests:${name}`,
    { disabledUntil: now + HOUR, disabledReason: 'billing' },
  ]);
  const order = Object.fromEntries(
    odd.map((name) => [`p${name}`, [`gone:${name}`, `expired:${name}`]]),
  );
  host.has('main', profiles, {
    order: { ...order, openai: odd.map((name) => `rests:${name}`) },
    usageStats: Object.fromEntries(resting),
  });
  for (const name of odd) if (!name.startsWith('.')) host.has(`web${name}`, profiles, { order });
  host.config({
    auth: { order },
    agents: {
      defaults: { model: { primary: 'openai/gpt-5', fallbacks: odd.map((name) => `x${name}/m`) } },
    },
  });
  return host;
}

const login = (n: number) => ({
  ...{ type: 'oauth', provider: 'openai-codex' },
  ...{ access: `HINTaccess-${n}-0123456789`, refresh: `HINTrefresh-${n}-0123456789` },
});

/** What asks about everything, and what is refused. */
const lines: readonly (readonly string[])[] = [
  ['models', 'status', '--all-agents', '--check'],
  ['models', 'auth', 'list'],
  ['models', 'auth', 'cooldown', 'list', '--all-agents'],
  ['models', 'history'],
  ['doctor'],
  ['doctor', '--lint'],
  ['onboard'],
  ...odd.flatMap((name) => [
    ['models', 'explain', '--provider', `p${name}`],
    ['models', 'explain', '--provider', 'openai', `--profile-id=rests:${name}`],
    ['models', 'auth', 'remove', '--purge', '--', `login:${name}`],
    ['models', 'auth', 'remove', '--', `no:${name}`],
    ['models', 'auth', 'mark', '--ok', '--', `no:${name}`],
    ['models', 'auth', 'cooldown', 'clear', '--', `no:${name}`],
    ['models', 'auth', 'order', 'set', `--provider=p${name}`, '--', `no:${name}`],
    ['models', 'auth', 'order', 'get', `--provider=p${name}`, `--agent=web${name}`],
    ['models', 'status', `--agent=no${name}`],
    ['models', 'auth', 'paste-token', `--provider=p${name}`],
  ]),
  ...Array.from({ length: 12 }, (_, n) => ['undo', `${1 + n * 40}`, '--dry-run']),
];

/** Why a hint cannot be pasted, if so. */
async function whyNot(hint: string): Promise<string | undefined> {
  try {
    for (const { text, words } of commandsIn(hint)) {
      execFileSync('bash', ['-n', '-c', text]);
      const found = findCommand(splitGlobals(words.slice(1)).words);
      if (found.kind !== 'command') return `no command: ${hint}`;
      parse(await found.entry.load(), found.rest);
    }
  } catch (error) {
    return `${hint}: ${String(error)}`;
  }
  return undefined;
}

test('every command in a hint is one command to a shell, and one that we take', async () => {
  using host = oddHost();
  await host.run(['models', 'sync']);
  const hints = new Set<string>();
  for (const line of lines) {
    const { stdout } = await host.run(['--json', ...line]);
    for (const hint of hintsIn(JSON.parse(stdout))) hints.add(hint);
  }
  const wrong = await Promise.all([...hints].map(whyNot));
  assert.deepEqual(
    wrong.filter((why) => why !== undefined),
    [],
  );
  const commands = [...hints].flatMap(commandsIn);
  assert.ok(commands.length > 10 * odd.length, `${commands.length} commands`);
});
