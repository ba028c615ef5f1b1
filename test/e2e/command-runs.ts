/** How each command is run on a made-up host, so that its `--json` can be held to its schema. */
import { AgentsHost, apiKey, opaque } from './agents-host.ts';
import { HOUR, pair } from './seed-host.ts';

export interface CommandRuns {
  /** the words of each run, without `--json`; several where the answer has several forms */
  readonly runs: readonly (readonly string[])[];
  readonly stdin?: string;
  /** writes nothing: its examples are run too, and must come to an answer */
  readonly question?: true;
  /** its answer is a secret */
  readonly secret?: true;
  /** 0 where not given */
  readonly exit?: number;
}

const SECRET = 'sk-or-v1-RUNScanary0123456789abcdef0123456789\n';

/** By name; a command that has no row here fails the test. */
export const commandRuns: Readonly<Record<string, CommandRuns>> = {
  'models status': {
    runs: [
      ['models', 'status'],
      ['models', 'status', '--all-agents'],
      ['models', 'status', '--agent', 'work', '--compat-mask'],
    ],
    question: true,
  },
  'models history': { runs: [['models', 'history']], question: true },
  'models sync': { runs: [['models', 'sync']] },
  'models auth list': { runs: [['models', 'auth', 'list']], question: true },
  'models auth paste-token': {
    runs: [
      ['models', 'auth', 'paste-token', '--provider', 'openrouter', '--expires-in', '365d'],
      ['models', 'auth', 'paste-token', '--provider', 'openrouter'],
    ],
    stdin: SECRET,
  },
  'models auth paste-api-key': {
    runs: [['models', 'auth', 'paste-api-key', '--provider', 'openrouter']],
    stdin: SECRET,
  },
  // it needs a person at an OAuth server: test/cli/auth-login.test.ts holds its answer to the schema
  'models auth login': { runs: [] },
  'models auth refresh': {
    runs: [
      ['models', 'auth', 'refresh'],
      ['models', 'auth', 'refresh', '--agent', 'work'],
    ],
  },
  'models auth token': {
    runs: [
      ['models', 'auth', 'token', '--provider', 'openai'],
      ['models', 'auth', 'token', '--provider', 'venice'],
      ['models', 'auth', 'token', '--provider', 'xai'],
    ],
    secret: true,
  },
  'models exec': {
    runs: [['models', 'exec', '--json', '--dry-run', '--provider', 'openai', '--', 'true']],
  },
  secrets: {
    runs: [['secrets']],
    stdin: '{"protocolVersion":1,"ids":["openai:default","provider:xai","nobody:x"]}',
    secret: true,
  },
  'models auth setup-token': {
    runs: [['models', 'auth', 'setup-token', '--profile-id', 'anthropic:manual']],
    stdin: `sk-ant-oat01-${'RUNScanary'.repeat(9)}\n`,
  },
  // it asks on a terminal: test/cli/auth-add.test.ts holds its answer to the schema
  'models auth add': { runs: [] },
  'models auth remove': {
    runs: [
      ['models', 'auth', 'remove', 'openai:spare'],
      ['models', 'auth', 'remove', 'openai:default', '--purge'],
    ],
  },
  'models auth order get': {
    runs: [
      ['models', 'auth', 'order', 'get', '--provider', 'openai'],
      ['models', 'auth', 'order', 'get', '--provider', 'anthropic', '--agent', 'work'],
    ],
    question: true,
  },
  'models auth order set': {
    runs: [['models', 'auth', 'order', 'set', '--provider', 'openai', 'openai:spare']],
  },
  'models auth order clear': {
    runs: [['models', 'auth', 'order', 'clear', '--provider', 'openai']],
  },
  'models auth cooldown list': {
    runs: [
      ['models', 'auth', 'cooldown', 'list'],
      ['models', 'auth', 'cooldown', 'list', '--all-agents'],
    ],
    question: true,
  },
  'models auth cooldown clear': {
    runs: [
      ['models', 'auth', 'cooldown', 'clear', 'openai:default'],
      ['models', 'auth', 'cooldown', 'clear', '--provider', 'openai'],
    ],
  },
  'models auth mark': {
    runs: [
      ['models', 'auth', 'mark', 'openai:default', '--ok'],
      ['models', 'auth', 'mark', 'openai:default', '--failed', 'billing'],
    ],
  },
  'models explain': {
    runs: [
      ['models', 'explain', '--provider', 'openai'],
      ['models', 'explain', '--provider', 'openai', '--simulate', 'openai:default=billing,+5h'],
    ],
    question: true,
  },
  chat: {
    runs: [
      ['chat', '--session', 'agent:main:main', '/model', 'status'],
      ['chat', '--session', 'main', '/model openai/gpt-5@openai:spare'],
    ],
  },
  onboard: {
    runs: [
      ['onboard', '--auth-choice', 'openrouter-api-key'],
      ['onboard', '--auth-choice', 'openrouter-api-key', '--env-file'],
    ],
    stdin: SECRET,
  },
  // the sixth change of the host below: an order that its file brings
  undo: {
    runs: [
      ['undo', '6'],
      ['undo', '6', '--dry-run'],
    ],
  },
  doctor: { runs: [['doctor'], ['doctor', '--lint']], exit: 1 },
  help: { runs: [['help'], ['help', 'models', 'status'], ['help', '--man']], question: true },
  schema: { runs: [['schema'], ['schema', 'error']], question: true },
  completion: {
    runs: [
      ['completion', 'bash'],
      ['completion', 'fish'],
    ],
    question: true,
  },
};

/**
 * A host on which there is something of everything: logins of two agents, one that ends soon, a
 * profile that rests, an order, a key in the environment file, an entry that nobody understands.
 */
export function busyHost(): AgentsHost {
  const host = new AgentsHost();
  const soon = { type: 'token', provider: 'zai', token: 'RUNStoken-0123', expires: 2 * HOUR };
  host.has(
    'main',
    {
      'anthropic:default': { ...opaque(1), email: 'op@example.org' },
      'openai:default': apiKey('RUNSkey-0123456789-default'),
      'openai:spare': apiKey('RUNSkey-0123456789-spare'),
      'zai:manual': { ...soon, expires: Date.now() + soon.expires },
      'groq:default': apiKey('', 'groq'),
      odd: { type: 'certificate', provider: 'x' },
    },
    {
      order: { openai: ['openai:default', 'openai:spare'] },
      usageStats: { 'openai:default': { cooldownUntil: Date.now() + HOUR, errorCount: 1 } },
    },
  );
  host.has('work', { 'anthropic:default': opaque(1), 'openai:work': apiKey('RUNSkey-work-01234') });
  host.config({
    auth: { profiles: { 'openai:default': { provider: 'openai', mode: 'api_key' } } },
    agents: { defaults: { model: { primary: 'openai/gpt-5', fallbacks: ['mistral/large'] } } },
    models: { providers: { venice: { apiKey: 'RUNSkey-venice-0123456789' } } },
  });
  host.write('.epiloop/.env', 'XAI_API_KEY=RUNSkey-xai-0123456789\n');
  host.claudeWrites(pair(1));
  return host;
}
