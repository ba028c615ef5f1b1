import { providersWithKeys, variablesOf } from '../domain/env-keys.ts';
import { columns } from './columns.ts';
import { checkLines, exitCodeLines } from './help-codes.ts';

/** One page of `epiloop help <topic>`. */
export interface Topic {
  readonly name: string;
  readonly summary: string;
  lines(): readonly string[] | Promise<readonly string[]>;
}

export const topics: readonly Topic[] = [
  { name: 'exit-codes', summary: 'what each exit code means', lines: exitCodeLines },
  { name: 'check', summary: 'how models status --check judges', lines: checkLines },
  { name: 'files', summary: 'what is read and written, and where', lines: fileLines },
  { name: 'environment', summary: 'the variables that count', lines: environmentLines },
  { name: 'sync', summary: 'how the store and the files are kept the same', lines: syncLines },
  { name: 'history', summary: 'what can be undone, and what cannot', lines: historyLines },
  { name: 'agents', summary: 'which agents there are, and what they share', lines: agentLines },
  {
    name: 'auth',
    summary: 'entering, ordering and removing credentials',
    lines: async () => (await import('./topics/auth.ts')).authText.split('\n'),
  },
  {
    name: 'using',
    summary: 'handing a secret to programs, and refreshing logins',
    lines: async () => (await import('./topics/using.ts')).usingText.split('\n'),
  },
  {
    name: 'model',
    summary: 'the model and the profile of a chat session',
    lines: async () => (await import('./topics/model.ts')).modelText.split('\n'),
  },
  {
    name: 'config',
    summary: 'what is changed in epiloop.json, and the copies of it',
    lines: async () => (await import('./topics/config.ts')).configText.split('\n'),
  },
  {
    name: 'air-gapped',
    summary: 'on a host without internet',
    lines: async () => (await import('./topics/air-gapped.ts')).airGappedText.split('\n'),
  },
  {
    name: 'migrating',
    summary: 'from the gateway: what is the same, what differs and why',
    lines: async () => (await import('./topics/migrating.ts')).migratingText.split('\n'),
  },
  {
    name: 'security',
    summary: 'what is promised, and what is out of scope',
    lines: async () => (await import('./topics/security.ts')).securityText.split('\n'),
  },
];

function fileLines(): readonly string[] {
  return [
    'Ours, in the state directory (~/.epiloop):',
    ...columns([
      ['auth.sqlite', 'every credential, order, rest and change'],
      ['auth.sqlite-wal, -shm', "SQLite's own, while it runs"],
    ]),
    '',
    "The gateway's, read and kept true:",
    ...columns([
      ['agents/<id>/agent/auth-profiles.json', "an agent's profiles"],
      ['auth-profiles.json.lock', 'while one of us writes that file'],
      ['auth-profiles.json.damaged-<ms>', 'what was damaged, the last five'],
      ['epiloop.json', 'the config; seldom written (help config)'],
      ['epiloop.json.bak', 'the config before our last edit'],
      ['.env', 'variables; onboard can set one'],
      ['agents/<id>/sessions/sessions.json', 'what a session is pinned to'],
    ]),
    '',
    "Other clients' logins, read only but for a refreshed one of Claude Code:",
    ...columns([
      ['~/.claude/.credentials.json', 'Claude Code; given what we refresh (help using)'],
      ['~/.codex/auth.json', 'Codex'],
      ['~/.qwen/oauth_creds.json', 'Qwen Code'],
      ['agents/<id>/agent/auth.json', 'the gateway as it was, imported once'],
      ['credentials/oauth.json', 'the same'],
    ]),
    '',
    'Never touched: models.json, transcripts, and whatever else is not named here.',
    "Each file of the gateway's that a run wrote is named on standard error. To have",
    'them elsewhere: --state-dir, --profile, and the variables of help environment.',
  ];
}

function environmentLines(): readonly string[] {
  return [
    'Where things are:',
    ...columns([
      ['EPILOOP_STATE_DIR', 'the state directory'],
      ['EPILOOP_CONFIG_PATH', 'the config'],
      ['EPILOOP_AGENT_DIR, PI_CODING_AGENT_DIR', "main's agent directory"],
      ['CLAUDE_CONFIG_DIR', "Claude Code's directory"],
      ['CLAUDE_SECURESTORAGE_CONFIG_DIR', 'where Claude Code keeps its login'],
      ['CODEX_HOME', "Codex's directory"],
      ['QWEN_HOME', "Qwen Code's directory"],
      ['EPILOOP_OAUTH_DIR', 'where the oauth.json of old is'],
    ]),
    '',
    'What happens:',
    ...columns([
      ['EPILOOP_NIX_MODE', '1: never write the config'],
      ['EPILOOP_LOAD_SHELL_ENV', '1: ask the login shell for missing keys'],
      ['EPILOOP_DEFER_SHELL_ENV_FALLBACK', '1: do not'],
      ['EPILOOP_SHELL_ENV_TIMEOUT_MS', 'how long the login shell may take'],
      ['EPILOOP_HTTPS_PROXY, EPILOOP_CA_FILE', 'for refreshing logins (help using)'],
      ['NO_COLOR', 'no colour'],
    ]),
    '',
    'Keys of providers, the first that is set:',
    ...columns(
      providersWithKeys.map((provider) => [provider, variablesOf(provider).join(', ')] as const),
    ),
    '',
    'google-vertex needs GOOGLE_CLOUD_PROJECT, GOOGLE_CLOUD_LOCATION and the file of',
    'gcloud or GOOGLE_APPLICATION_CREDENTIALS; Bedrock takes the AWS variables.',
  ];
}

function syncLines(): readonly string[] {
  return [
    'The store is the truth. auth-profiles.json is the copy that the gateway reads',
    'and writes too, so both are compared with what stood there last, entry by entry:',
    'what changed there is taken over, what changed here is written, and nothing is',
    'lost when both did.',
    '',
    'A login that another client renewed is taken from that client. An older, blanked',
    'or broken file never replaces a newer credential; a damaged one is put aside and',
    'written again.',
    '',
    'models status does this first: for the agent asked about, for main, and for',
    'those that share a login with them. models sync, doctor and --all-agents do it',
    'for all. With --no-sync it is done in memory only: the answer is the same, and',
    'nothing is written. models auth list, models auth cooldown list, models explain',
    'and models history never write.',
    '',
    'doctor also compares what each file says with the store, entry by entry, and',
    'doctor --fix writes those again that differ (mirror_drift).',
  ];
}

function historyLines(): readonly string[] {
  return [
    'models history numbers every change, and undo takes one back: profiles that were',
    'entered, replaced or removed, orders, cooldowns, and edits of the config, which',
    'is put back to the byte where nothing else in it has changed since, otherwise',
    'item by item. A login comes back with the pair that its program has now. An undo',
    'is a change too: undoing it does again what it undid.',
    '',
    'Refused (77):',
    ...columns([
      ['a thing that changed since', 'undo the change that is named first'],
      ['a refreshed login', 'its earlier refresh token is used up'],
      ['what another program brought', 'change it there, or remove it'],
      ['a change that was undone already', 'undo that undo instead'],
    ]),
    '',
    'What was replaced or removed is kept for 30 days; after that, and once it was',
    'erased with models auth remove --purge, nobody can bring it back (66). The',
    'erasing itself cannot be undone (77).',
  ];
}

function agentLines(): readonly string[] {
  return [
    'Agents are main, those of agents.list in the config, and those with a folder in',
    'agents/ of the state directory. One directory is one agent, whatever links lead',
    'there; a list that names one for two agents is refused (78).',
    '',
    "An agent sees main's profiles with its own over them, key by key. What it only",
    'inherits is never written into its own file. A login that several hold is one:',
    'refreshed in one of them, it is refreshed in all. Where nothing proves that two',
    'are one they stay apart, and doctor tells (maybe_same_login).',
    '',
    '--agent names one. Without it:',
    ...columns([
      ['models status, what enters or removes', 'main'],
      ['models auth order, cooldown, mark', 'the default agent of the config'],
      ['models auth refresh, token, models exec', 'the same'],
      ['models explain, chat', 'the same'],
      ['models sync, doctor, models auth list', 'all of them'],
    ]),
    '',
    'EPILOOP_AGENT_DIR is where main is, but not for --agent main. An agent that does',
    'not exist is answered with what it would inherit; what writes refuses it (66).',
  ];
}
