/**
 * Everything in which we differ from the gateway's recorded runs, and why that is meant. What is
 * not listed must be the same; what is listed must occur.
 */
export interface ListedDifference {
  readonly name: string;
  /** the commands of the case, by their two digits */
  readonly runs: readonly string[];
  /** as in `Difference` */
  readonly where: string;
  readonly ours: string;
  readonly why: string;
}

/** Commands that a later issue brings: today they are refused as unknown (64). */
export interface PendingCommand {
  readonly name: string;
  readonly runs: readonly string[];
  readonly why: string;
}

const mirrorOf = (agent: string) => `.epiloop/agents/${agent}/agent/auth-profiles.json`;
const mirror = mirrorOf('main');
const modelsJson = 'file:.epiloop/agents/main/agent/models.json';

const neverWritten =
  "models.json is the gateway's: we never write it, keys are read from the config";
const shortKey = 'a secret of 16 characters or fewer would be printed whole: it is masked whole';
const damaged = 'a damaged file that was never read before is left alone: it is not an empty one';
const invalid = 'could not tell is never 1: one line names the file and the place';
const configDir = 'Claude Code keeps its login in CLAUDE_CONFIG_DIR, so that is where it is read';
const allDisabled = 'the only profile of a provider in use is disabled: nothing can be used';
const usageError = 'the command line is wrong: 1 means that the answer is no';
const upgraded =
  'the mode is really upgraded on load (status does so too, but not about another time)';
const unmodelled = 'what we do not model is not ours to throw away';
const noProfile = 'no such profile is a reason of its own: 1 means that the answer is no';
const question = 'a question writes nothing, least of all a copy of the secrets of main';
const onlyTheOrder = 'the order is all that is written: the secrets of main stay in its file';
const codexExpiry = 'the access token of Codex says when it expires; its file says nothing of it';

const claudeHealth = JSON.stringify({
  profileId: 'anthropic:claude-cli',
  provider: 'anthropic',
  type: 'oauth',
  status: 'expiring',
  expiresAt: 1_795_197_600_000,
  remainingMs: 21_600_000,
  source: 'claude-cli',
  label: 'anthropic:claude-cli',
});
const claudeOverview = JSON.stringify({
  provider: 'anthropic',
  effective: { kind: 'profiles', detail: `~/${mirror}` },
  profiles: { count: 1, oauth: 1, token: 0, apiKey: 0, labels: ['anthropic:claude-cli=OAuth'] },
});
const claudeMirror = `{
  "version": 1,
  "profiles": {
    "anthropic:claude-cli": {
      "type": "oauth",
      "provider": "anthropic",
      "access": "sk-ant-oat01-FAKEclaudecode",
      "refresh": "sk-ant-ort01-FAKEclaudecode",
      "expires": 1795197600000
    }
  }
}
`;
const codexMirror = `{
  "version": 1,
  "profiles": {
    "openai-codex:codex-cli": {
      "type": "oauth",
      "provider": "openai-codex",
      "access": "eyJhbGciOiJub25lIn0.eyJleHAiOjE3OTYwNDAwMDB9.c2ln",
      "refresh": "rt-FAKE",
      "expires": 1796040000000,
      "accountId": "acct-FAKE"
    }
  }
}
`;
const fakeToken = {
  ...{ type: 'token', provider: 'anthropic' },
  token: 'sk-ant-oat01-FAKEtokenFAKEtoken',
};
const yearAhead = { ...fakeToken, expires: 1_800_360_000_000 };
const apiKey = (provider: string, key: string) => ({ type: 'api_key', provider, key });
const unmodelledMirror = fileText({
  version: 1,
  profiles: {
    'weird:one': { type: 'mystery', provider: 'weird', secret: 'x' },
    'anthropic:noprov': { type: 'token', token: 'sk-ant-oat01-FAKEnoprov' },
    'anthropic:manual': { ...fakeToken, note: 'extra-field-kept?' },
  },
  futureTop: { keep: true },
  order: { anthropic: ['anthropic:manual'] },
});
const workMirror = fileText({
  version: 1,
  profiles: {
    'anthropic:work': yearAhead,
    'openai:default': apiKey('openai', 'sk-proj-FAKEworkkey'),
  },
  order: { anthropic: ['anthropic:default', 'anthropic:work'] },
});
const shortKeyLines = [
  `- openai effective=profiles:~/${mirror} | profiles=1 (oauth=0, token=0, api_key=1) | openai:default=…`,
  `- openrouter effective=profiles:~/${mirror} | profiles=1 (oauth=0, token=1, api_key=0) | openrouter:manual=token:…`,
  `- qwen effective=profiles:~/${mirror} | profiles=1 (oauth=0, token=0, api_key=1) | qwen:x=…`,
].join('\n');
const damagedFailure = `epiloop: /home/operator/${mirror} is damaged: not JSON at line 1 column 61
hint: mend it or move it away; nothing was changed, and no good version of it is known`;
const invalidFailure = `epiloop: /home/operator/.epiloop/epiloop.json is invalid: auth.profiles.anthropic:x.mode: expected api_key | oauth | token
hint: mend the file and run the command again`;
const unparsableFailure = `epiloop: /home/operator/.epiloop/epiloop.json:2:1 is not valid JSON5
hint: mend the file at that place and run the command again`;

const noCommandFailure =
  "epiloop: no command models auth nosuch; this executable is epiloop's authentication part";

const probeTimeoutFailure = 'epiloop: --probe-timeout takes a whole number of ms from 1 to 600000';

function groupFailure(group: string): string {
  return `epiloop: ${group} needs one more word\nhint: epiloop help ${group} lists them`;
}

function noProfileFailure(id: string): string {
  return `epiloop: no profile ${id} for agent main (/home/operator/${mirror})
hint: epiloop models auth list --agent main names them`;
}

/** As its recorded host has it, with this mode. */
function configWith(mode: string): string {
  const profiles = { 'anthropic:claude-cli': { provider: 'anthropic', mode } };
  return fileText({ auth: { profiles } });
}

/** As the gateway and we write JSON files. */
function fileText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

const nothingPiped = 'a pipe without a secret stores nothing, and says so instead of exiting 0';
const nothingPipedFailure = `epiloop: the token is empty, nothing was stored
hint: type it on a terminal, pipe it in, or name --from-file or --from-env`;

const onlyAnthropicFailure = `epiloop: setup-token is for anthropic alone: it runs claude setup-token
hint: epiloop models auth paste-token --provider openai takes a token`;
const needsTerminal =
  'nobody can log in there: 77 is refused, and the hint is the way without a browser';
const needsTerminalFailure = `epiloop: setup-token needs a terminal, or the token on standard input
hint: run claude setup-token on a machine with a browser, then here epiloop models auth paste-token --provider anthropic --profile-id anthropic:claude-cli --expires-in 365d`;

type Row = readonly [runs: string, where: string, ours: string, why: string];

const byCase: Readonly<Record<string, readonly Row[]>> = {
  '05-bad-json': [
    ['01 02 03 04', 'exit', '65', damaged],
    ['01 02 03 04', 'failure', damagedFailure, damaged],
  ],
  '06-unknown-type': [['03 04', `file:${mirror}`, unmodelledMirror, unmodelled]],
  '07-config-token-stored-oauth': [
    ['06', 'file:.epiloop/epiloop.json', configWith('oauth'), upgraded],
    ['06', 'file:.epiloop/epiloop.json.bak', configWith('token'), upgraded],
  ],
  '08-order-missing-id': [
    ['03', 'exit', '66', noProfile],
    ['03', 'failure', noProfileFailure('anthropic:ghost'), noProfile],
    ['04 05 11', 'exit', '64', usageError],
    ['04', 'failure', 'epiloop: profile openai:default is for openai, not anthropic', usageError],
    ['05', 'failure', 'epiloop: <ids> is missing', usageError],
    ['11', 'failure', 'epiloop: --provider is missing', usageError],
    ['14', `file:${mirrorOf('ops-team')}`, 'absent', question],
  ],
  '10-disabled-billing': [['04 05', 'exit', '1', allDisabled]],
  '11-agents-list-default': [['04 05 06', `file:${mirrorOf('work')}`, workMirror, onlyTheOrder]],
  '13d-claude-config-dir': [
    ['01', 'auth.providersWithOAuth', '["anthropic (1)"]', configDir],
    ['01', 'auth.missingProvidersInUse', '[]', configDir],
    ['01', 'auth.providers', `[${claudeOverview}]`, configDir],
    ['01', 'auth.oauth.profiles', `[${claudeHealth}]`, configDir],
    ['01', 'auth.oauth.providers[0].status', '"expiring"', configDir],
    ['01', 'auth.oauth.providers[0].profiles', `[${claudeHealth}]`, configDir],
    ['01', 'auth.oauth.providers[0].expiresAt', '1795197600000', configDir],
    ['01', 'auth.oauth.providers[0].remainingMs', '21600000', configDir],
    ['01', `file:${mirror}`, claudeMirror, configDir],
  ],
  '14-codex-cli-sync': [
    ['01', 'auth.oauth.profiles[0].status', '"ok"', codexExpiry],
    ['01', 'auth.oauth.profiles[0].expiresAt', '1796040000000', codexExpiry],
    ['01', 'auth.oauth.profiles[0].remainingMs', '864000000', codexExpiry],
    ['01', 'auth.oauth.providers[1].status', '"ok"', codexExpiry],
    ['01', 'auth.oauth.providers[1].profiles[0].status', '"ok"', codexExpiry],
    ['01', 'auth.oauth.providers[1].profiles[0].expiresAt', '1796040000000', codexExpiry],
    ['01', 'auth.oauth.providers[1].profiles[0].remainingMs', '864000000', codexExpiry],
    ['01', 'auth.oauth.providers[1].expiresAt', '1796040000000', codexExpiry],
    ['01', 'auth.oauth.providers[1].remainingMs', '864000000', codexExpiry],
    ['02', 'text', '  - openai-codex:codex-cli ok expires in 10d (codex-cli)', codexExpiry],
    ['01 02 03 04', `file:${mirror}`, codexMirror, codexExpiry],
  ],
  '15-qwen-cli-sync': [['01 02 03', modelsJson, 'absent', neverWritten]],
  '16-legacy-auth-json': [
    [
      '01',
      'file:.epiloop/agents/main/agent/auth.json',
      '{"anthropic":{"type":"oauth","access":"sk-ant-oat01-FAKElegacy","refresh":"sk-ant-ort01-FAKElegacy","expires":1795197600000},"openai":{"type":"api_key","key":"sk-proj-FAKElegacy"}}',
      'a legacy file is never deleted',
    ],
  ],
  '17-static-mix': [
    ['01', 'auth.providers[1].profiles.labels[0]', '"openai:default=…"', shortKey],
    ['01', 'auth.providers[2].profiles.labels[0]', '"openrouter:manual=token:…"', shortKey],
    ['01', 'auth.providers[3].profiles.labels[0]', '"qwen:x=…"', shortKey],
    ['02', 'text', shortKeyLines, shortKey],
    ['01 02 03', modelsJson, 'absent', neverWritten],
  ],
  '18-config-invalid': [
    ['01 02 03', 'exit', '78', invalid],
    ['01 02 03', 'failure', invalidFailure, invalid],
  ],
  '18b-config-unparsable': [
    ['01 02', 'exit', '78', invalid],
    ['01 02', 'failure', unparsableFailure, invalid],
  ],
  '19-models-json-key': [['01 02 03', modelsJson, 'absent', neverWritten]],
  '20-errors': [
    ['01 02 03 05 06 09 10 11', 'exit', '64', usageError],
    ['04', 'exit', '65', nothingPiped],
    ['04', 'failure', nothingPipedFailure, nothingPiped],
    ['05', 'failure', 'epiloop: --provider is missing', usageError],
    ['06', 'failure', onlyAnthropicFailure, usageError],
    ['07', 'exit', '77', needsTerminal],
    ['07', 'failure', needsTerminalFailure, needsTerminal],
    ['01', 'failure', 'epiloop: --plain and --json exclude each other', usageError],
    ['02', 'failure', 'epiloop: --probe cannot be used with --plain output', usageError],
    ['03', 'failure', probeTimeoutFailure, usageError],
    ['09', 'failure', noCommandFailure, usageError],
    ['10', 'failure', groupFailure('models auth'), usageError],
    ['11', 'failure', groupFailure('models auth order'), usageError],
    ['12', 'exit', '66', noProfile],
    ['12', 'failure', noProfileFailure('anthropic:x'), noProfile],
  ],
};

export const differences: readonly ListedDifference[] = Object.entries(byCase).flatMap(
  ([name, rows]) =>
    rows.map(([runs, where, ours, why]) => ({ name, runs: runs.split(' '), where, ours, why })),
);

const pendingByCase: Readonly<Record<string, readonly (readonly [runs: string, why: string])[]>> = {
  '20-errors': [['08', 'models auth login is a later issue']],
};

export const pending: readonly PendingCommand[] = Object.entries(pendingByCase).flatMap(
  ([name, rows]) => rows.map(([runs, why]) => ({ name, runs: runs.split(' '), why })),
);
