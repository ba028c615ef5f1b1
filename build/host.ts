/**
 * A made-up gateway host in a temporary folder, for rehearsals and the bench: a commented config of 11 KB with one include, a
 * `.env`, models.json, the files of Claude Code and Codex, and agents with profiles that are good.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Host {
  readonly home: string;
  /** main's `auth-profiles.json` */
  readonly mirror: string;
  /** what stands in it once another of its profiles has been used; each time a later one */
  usedAgain(): string;
  remove(): void;
}

export interface Size {
  /** profiles in each agent */
  readonly profiles: number;
  /** 1: main alone */
  readonly agents: number;
}

type Entry = Readonly<Record<string, string | number>>;

export interface AgentFile {
  version: number;
  profiles: Record<string, Entry>;
  usageStats: Record<string, Record<string, number>>;
}

const day = 86_400_000;
const providers = ['anthropic', 'openai', 'openai-codex', 'google', 'openrouter', 'groq'];

/** An `auth-profiles.json` as the gateway writes it: a third keys, a third tokens, a third logins. */
export function agentFile(profiles: number, now: number, agent = 'main'): AgentFile {
  const ids = Array.from({ length: profiles }, (_, index) => profileId(index));
  return {
    version: 1,
    profiles: Object.fromEntries(ids.map((id, index) => [id, entry(index, now, agent)])),
    usageStats: Object.fromEntries(
      ids.map((id, index) => [id, { lastUsed: now - index * 60_000, errorCount: 0 }]),
    ),
  };
}

export function profileId(index: number): string {
  return `${providers[index % providers.length]}:account-${index}`;
}

function entry(index: number, now: number, agent: string): Entry {
  const provider = providers[index % providers.length] ?? '';
  const secret = `${agent}-${index}-`.padEnd(96, 'x0Y1z2');
  if (index % 3 === 0) return { type: 'api_key', provider, key: `sk-${secret}` };
  const expires = now + 90 * day + index * 1000;
  if (index % 3 === 1) return { type: 'token', provider, token: `sk-ant-oat01-${secret}`, expires };
  const login = { access: `at-${secret}`, refresh: `rt-${secret}`, expires };
  return { type: 'oauth', provider, ...login, email: `operator-${index}@example.com` };
}

/** Writes everything; nothing of it is younger than an hour, so that every stamp is trusted. */
export function makeHost(size: Size): Host {
  const now = Date.now();
  const home = mkdtempSync(join(tmpdir(), 'epiloop-bench-'));
  const write = (name: string, text: string) => writeOld(join(home, name), text, now);
  write('.epiloop/epiloop.json', config());
  write('.epiloop/agents.json5', include());
  write('.epiloop/.env', envFile());
  write('.claude/.credentials.json', json(claudeFile(now)));
  write('.codex/auth.json', json(codexFile(now)));
  for (let index = 0; index < size.agents; index += 1) {
    const agent = index === 0 ? 'main' : `agent-${index}`;
    const folder = `.epiloop/agents/${agent}/agent`;
    write(`${folder}/auth-profiles.json`, json(agentFile(size.profiles, now, agent)));
    if (index === 0) write(`${folder}/models.json`, json(modelsFile()));
  }
  const mirror = join(home, '.epiloop/agents/main/agent/auth-profiles.json');
  let file: AgentFile | undefined;
  return {
    home,
    mirror,
    usedAgain: () => {
      // read late: by now it holds what others have brought into it
      file ??= JSON.parse(readFileSync(mirror, 'utf8')) as AgentFile;
      return use(file);
    },
    remove: () => rmSync(home, { recursive: true, force: true }),
  };
}

function writeOld(path: string, text: string, now: number): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, text, { mode: 0o600 });
  utimesSync(path, (now - 3_600_000) / 1000, (now - 3_600_000) / 1000);
}

/** The first profile is used, a moment after the last use of any. */
function use(file: AgentFile): string {
  const [first, ...others] = Object.values(file.usageStats);
  const last = Math.max(...others.map(({ lastUsed = 0 }) => lastUsed), first?.['lastUsed'] ?? 0);
  if (first !== undefined) first['lastUsed'] = last + 1;
  return json(file);
}

/** Two-space JSON, as the gateway writes it. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function config(): string {
  const channels = Array.from({ length: 50 }, (_, index) => channel(index)).join('');
  return `// the gateway of this host; edited by hand
{
  "$include": "./agents.json5",
  /* credentials stand in auth-profiles.json, their kinds and order here */
  auth: {
    profiles: {
      'anthropic:claude-cli': { provider: 'anthropic', mode: 'oauth' },
      'anthropic:account-0': { provider: 'anthropic', mode: 'api_key' },
      'openai:account-1': { provider: 'openai', mode: 'token' },
    },
    order: { anthropic: ['anthropic:account-0', 'anthropic:account-18'] },
    cooldowns: { billingBackoffHours: 5, failureWindowHours: 24 },
  },
  models: {
    providers: {
      local: { baseUrl: 'http://127.0.0.1:11434/v1', apiKey: '\${BENCH_LOCAL_KEY}', models: [] },
    },
  },
  channels: {
${channels}  },
}
`;
}

function channel(index: number): string {
  return `    // room ${index}: answers only where it is mentioned, and never at night
    'room-${index}': {
      enabled: true, mention: 'required', // as agreed
      retries: ${index % 5}, topic: 'deployments and alerts',
    },
`;
}

function include(): string {
  return `// one agent answers, the others work
{
  agents: {
    defaults: {
      model: { primary: 'anthropic/claude-opus-4-5', fallbacks: ['openai/gpt-5.2'] },
      models: { 'anthropic/claude-opus-4-5': { alias: 'opus' }, 'openai/gpt-5.2': {} },
    },
    list: [{ id: 'main', default: true, name: 'Main' }],
  },
}
`;
}

function envFile(): string {
  const lines = Array.from({ length: 12 }, (_, index) => `SERVICE_${index}="value ${index}"`);
  return ['# read by the service', 'BENCH_LOCAL_KEY=none', ...lines, ''].join('\n');
}

function modelsFile() {
  return { providers: { local: { baseUrl: 'http://127.0.0.1:11434/v1', models: [] } } };
}

function claudeFile(now: number) {
  const tokens = { accessToken: `sk-ant-oat01-${'c'.repeat(95)}`, refreshToken: 'r'.repeat(108) };
  return {
    claudeAiOauth: { ...tokens, expiresAt: now + 30 * day, scopes: ['user:inference'] },
  };
}

function codexFile(now: number) {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = part({ exp: Math.trunc(now / 1000) + 864_000, email: 'operator@example.com' });
  const token = `${part({ alg: 'RS256' })}.${claims}.${'s'.repeat(342)}`;
  return {
    OPENAI_API_KEY: null,
    tokens: { id_token: token, access_token: token, refresh_token: 'rt_bench', account_id: 'a-1' },
    last_refresh: new Date(now - 3_600_000).toISOString(),
  };
}
