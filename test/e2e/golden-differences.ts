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

const mirror = '.epiloop/agents/main/agent/auth-profiles.json';
const modelsJson = 'file:.epiloop/agents/main/agent/models.json';

const neverWritten =
  "models.json is the gateway's: we never write it, keys are read from the config";
const shortKey = 'a secret of 16 characters or fewer would be printed whole: it is masked whole';
const damaged = 'a damaged file that was never read before is left alone: it is not an empty one';
const invalid = 'could not tell is never 1: one line names the file and the place';
const configDir = 'Claude Code keeps its login in CLAUDE_CONFIG_DIR, so that is where it is read';
const allDisabled = 'the only profile of a provider in use is disabled: nothing can be used';
const usageError = 'the command line is wrong: 1 means that the answer is no';
const codex = 'pending: Codex is not read yet';
const qwen = 'pending: Qwen is not read yet';
const legacy = 'pending: auth.json is not imported yet';

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
const noLogin = JSON.stringify([{ provider: 'anthropic', status: 'missing', profiles: [] }]);
const nothingStored = `Providers w/ OAuth/tokens (0): -

Missing auth
- anthropic Run \`claude setup-token\` or \`epiloop configure\`.

OAuth/token status
- none`;
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

type Row = readonly [runs: string, where: string, ours: string, why: string];

const byCase: Readonly<Record<string, readonly Row[]>> = {
  '05-bad-json': [
    ['01 02 03', 'exit', '65', damaged],
    ['01 02 03', 'failure', damagedFailure, damaged],
  ],
  '10-disabled-billing': [['04 05', 'exit', '1', allDisabled]],
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
    ['01', 'auth.providersWithOAuth', '[]', codex],
    ['01', 'auth.providers', '[]', codex],
    ['01', 'auth.oauth.profiles', '[]', codex],
    ['01', 'auth.oauth.providers', noLogin, codex],
    ['02', 'text', nothingStored, codex],
    ['01 02 03', `file:${mirror}`, 'absent', codex],
  ],
  '15-qwen-cli-sync': [
    ['01', 'auth.providersWithOAuth', '[]', qwen],
    ['01', 'auth.providers', '[]', qwen],
    ['01', 'auth.oauth.profiles', '[]', qwen],
    ['01', 'auth.oauth.providers', noLogin, qwen],
    ['02', 'text', nothingStored, qwen],
    ['01 02 03', `file:${mirror}`, 'absent', qwen],
    ['01 02 03', modelsJson, 'absent', neverWritten],
  ],
  '16-legacy-auth-json': [
    ['01', 'auth.providersWithOAuth', '[]', legacy],
    ['01', 'auth.missingProvidersInUse', '["anthropic"]', legacy],
    ['01', 'auth.providers', '[]', legacy],
    ['01', 'auth.oauth.profiles', '[]', legacy],
    ['01', 'auth.oauth.providers', noLogin, legacy],
    ['01', `file:${mirror}`, 'absent', legacy],
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
    ['01 02', 'exit', '78', invalid],
    ['01 02', 'failure', invalidFailure, invalid],
  ],
  '18b-config-unparsable': [
    ['01', 'exit', '78', invalid],
    ['01', 'failure', unparsableFailure, invalid],
  ],
  '19-models-json-key': [['01 02 03', modelsJson, 'absent', neverWritten]],
  '20-errors': [
    ['01 09 10 11', 'exit', '64', usageError],
    ['01', 'failure', 'epiloop: --plain and --json exclude each other', usageError],
    [
      '09 10 11',
      'failure',
      "epiloop: no command models auth; this executable is epiloop's authentication part",
      'pending: the group models auth comes with its first command, and says then what it has',
    ],
  ],
};

export const differences: readonly ListedDifference[] = Object.entries(byCase).flatMap(
  ([name, rows]) =>
    rows.map(([runs, where, ours, why]) => ({ name, runs: runs.split(' '), where, ours, why })),
);

const doctor = 'doctor is a later issue';
const order = 'models auth order is a later issue';

const pendingByCase: Readonly<Record<string, readonly (readonly [runs: string, why: string])[]>> = {
  '00-empty': [['06', doctor]],
  '01-token-expired': [['06', doctor]],
  '02-token-expiring-2h': [['06', doctor]],
  '02b-oauth-expiring-2h': [['06', doctor]],
  '02c-oauth-expired-refreshable': [['03', doctor]],
  '04-oauth-no-refresh': [['06', doctor]],
  '05-bad-json': [
    ['04', order],
    ['05', doctor],
  ],
  '06-unknown-type': [['03', order]],
  '07-config-token-stored-oauth': [['06', doctor]],
  '08-order-missing-id': [['01 02 03 04 05 06 07 08 09 10 11 12 13 14', order]],
  '09-cooldown': [['06', doctor]],
  '10-disabled-billing': [['06', doctor]],
  '11-agents-list-default': [['03 04 05', order]],
  '12-state-dir': [['03', order]],
  '12b-agent-dir-env': [['02', order]],
  '13-claude-cli-sync': [['04', doctor]],
  '14-codex-cli-sync': [['04', doctor]],
  '18-config-invalid': [['03', doctor]],
  '18b-config-unparsable': [['02', doctor]],
  '20-errors': [
    ['02 03', 'models status --probe is a later issue'],
    ['04 05', 'models auth paste-token is a later issue'],
    ['06 07', 'models auth setup-token is a later issue'],
    ['08', 'models auth login is a later issue'],
    ['12', order],
  ],
};

export const pending: readonly PendingCommand[] = Object.entries(pendingByCase).flatMap(
  ([name, rows]) => rows.map(([runs, why]) => ({ name, runs: runs.split(' '), why })),
);
