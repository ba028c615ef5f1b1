import type { Command } from './command.ts';
import { modelsStatus } from './commands/models-status.ts';

/** One name of the command line. Modules off the status path load when they are asked for. */
export interface Entry {
  readonly path: readonly string[];
  readonly summary: string;
  load(): Promise<Command>;
}

export const entries: readonly Entry[] = [
  {
    path: ['models', 'status'],
    summary: 'which credentials there are, and whether they work',
    load: async () => modelsStatus,
  },
  {
    path: ['models', 'history'],
    summary: 'every change that was made, newest first',
    load: async () => (await import('./commands/models-history.ts')).modelsHistory,
  },
  {
    path: ['models', 'sync'],
    summary: "bring the store and all agents' files together",
    load: async () => (await import('./commands/models-sync.ts')).modelsSync,
  },
  {
    path: ['models', 'auth', 'list'],
    summary: 'the profiles of every agent',
    load: async () => (await import('./commands/auth-list.ts')).authList,
  },
  {
    path: ['models', 'auth', 'paste-token'],
    summary: 'store a token, typed unseen or piped in',
    load: async () => (await import('./commands/auth-paste.ts')).pasteToken,
  },
  {
    path: ['models', 'auth', 'paste-api-key'],
    summary: 'store an API key, typed unseen or piped in',
    load: async () => (await import('./commands/auth-paste.ts')).pasteApiKey,
  },
  {
    path: ['models', 'auth', 'login'],
    summary: 'log in to a provider, with a browser anywhere',
    load: async () => (await import('./commands/auth-login.ts')).authLogin,
  },
  {
    path: ['models', 'auth', 'setup-token'],
    summary: 'have Claude Code make a token, and store it',
    load: async () => (await import('./commands/auth-setup-token.ts')).authSetupToken,
  },
  {
    path: ['models', 'auth', 'add'],
    summary: 'enter a credential, question by question',
    load: async () => (await import('./commands/auth-add.ts')).authAdd,
  },
  {
    path: ['models', 'auth', 'remove'],
    summary: 'take a profile away, and keep it away',
    load: async () => (await import('./commands/auth-remove.ts')).authRemove,
  },
  {
    path: ['models', 'auth', 'refresh'],
    summary: 'refresh OAuth logins, once for everybody',
    load: async () => (await import('./commands/auth-refresh.ts')).authRefresh,
  },
  {
    path: ['models', 'auth', 'token'],
    summary: 'the secret that is used now, alone on stdout',
    load: async () => (await import('./commands/auth-token.ts')).authToken,
  },
  {
    path: ['models', 'exec'],
    summary: 'run a program with the secret in its environment',
    load: async () => (await import('./commands/models-exec.ts')).modelsExec,
  },
  {
    path: ['secrets'],
    summary: 'answer one request of an exec secret provider',
    load: async () => (await import('./commands/secrets.ts')).secrets,
  },
  {
    path: ['models', 'auth', 'order', 'get'],
    summary: "an agent's own order of profiles",
    load: async () => (await import('./commands/auth-order.ts')).orderGet,
  },
  {
    path: ['models', 'auth', 'order', 'set'],
    summary: 'lock an agent to these profiles',
    load: async () => (await import('./commands/auth-order.ts')).orderSet,
  },
  {
    path: ['models', 'auth', 'order', 'clear'],
    summary: "take an agent's own order away",
    load: async () => (await import('./commands/auth-order.ts')).orderClear,
  },
  {
    path: ['models', 'auth', 'cooldown', 'list'],
    summary: 'which profiles rest after failures',
    load: async () => (await import('./commands/auth-cooldown.ts')).cooldownList,
  },
  {
    path: ['models', 'auth', 'cooldown', 'clear'],
    summary: 'end the rest of a profile',
    load: async () => (await import('./commands/auth-cooldown.ts')).cooldownClear,
  },
  {
    path: ['models', 'auth', 'mark'],
    summary: 'count a success or a failure of a profile',
    load: async () => (await import('./commands/auth-mark.ts')).authMark,
  },
  {
    path: ['models', 'explain'],
    summary: 'which credential is used, and why no other',
    load: async () => (await import('./commands/models-explain.ts')).modelsExplain,
  },
  {
    path: ['undo'],
    summary: 'take one change of the history back',
    load: async () => (await import('./commands/undo.ts')).undo,
  },
  {
    path: ['chat'],
    summary: 'pin a chat session to a model and a profile',
    load: async () => (await import('./commands/chat.ts')).chat,
  },
  {
    path: ['doctor'],
    summary: 'sync, then tell everything that is left to do',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  {
    path: ['onboard'],
    summary: 'set up the credentials of a new host',
    load: async () => (await import('./commands/onboard.ts')).onboard,
  },
  {
    path: ['help'],
    summary: 'this text, a command, or a topic',
    load: async () => (await import('./commands/help.ts')).help,
  },
  {
    path: ['schema'],
    summary: 'the JSON Schema of what --json prints',
    load: async () => (await import('./commands/schema.ts')).schema,
  },
  {
    path: ['completion'],
    summary: 'a script that completes commands in a shell',
    load: async () => (await import('./commands/completion.ts')).completion,
  },
];

/** What a group means on its own: `models` is `models status`. */
const groupDefaults: ReadonlyMap<string, readonly string[]> = new Map([
  ['models', ['models', 'status']],
]);

export type Found =
  | {
      readonly kind: 'command';
      readonly entry: Entry;
      /** the name as typed, which may be a group's with a default */
      readonly path: readonly string[];
      readonly rest: readonly string[];
    }
  | { readonly kind: 'group'; readonly path: readonly string[] }
  | { readonly kind: 'unknown'; readonly path: readonly string[] };

/**
 * Walks the names at the beginning of `words` (`models auth order set …`); cac knows no nested
 * commands. What follows the longest name is the command's own.
 */
export function findCommand(words: readonly string[]): Found {
  let depth = 0;
  while (isName(words[depth]) && entriesUnder(words.slice(0, depth + 1)).length > 0) depth += 1;
  const path = words.slice(0, depth);
  const entry = exactly(path);
  if (entry !== undefined) return { kind: 'command', entry, path, rest: words.slice(depth) };
  const next = words[depth];
  if (isName(next)) return { kind: 'unknown', path: [...path, next] };
  const fallback = exactly(groupDefaults.get(path.join(' ')) ?? []);
  if (fallback === undefined) return { kind: 'group', path };
  return { kind: 'command', entry: fallback, path, rest: words.slice(depth) };
}

/** The entries of a group, the whole table for none. */
export function entriesUnder(path: readonly string[]): readonly Entry[] {
  return entries.filter((entry) => path.every((word, at) => entry.path[at] === word));
}

function exactly(path: readonly string[]): Entry | undefined {
  return entries.find((entry) => entry.path.join(' ') === path.join(' '));
}

function isName(word: string | undefined): word is string {
  return word !== undefined && !word.startsWith('-');
}
