/** Reads a recorded run of the gateway (test/golden) into the values that the domain works on. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentView, EnvLookup } from '../../src/domain/agent-view.ts';
import type { CredentialType } from '../../src/domain/credential.ts';
import { type ConfigMode, emptyHostConfig, type HostConfig } from '../../src/domain/host-config.ts';
import type { ProfileFacts, Usage } from '../../src/domain/profile.ts';
import { Secret } from '../../src/domain/secret.ts';
import { maskKey, type StatusInput } from '../../src/domain/status.ts';

const folder = join(import.meta.dirname, '..', 'golden');

export const goldenCases: readonly string[] = readdirSync(folder)
  .filter((name) => !name.includes('.'))
  .sort();

export interface Inputs {
  readonly frozenClockMs: number;
  readonly HOME: string;
  readonly env: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
}

interface Run {
  readonly args: readonly string[];
  readonly exit: number;
  readonly stdout: string;
  readonly filesChanged: Readonly<Record<string, { readonly text: string } | null>>;
}

export interface StatusRun {
  readonly args: readonly string[];
  readonly inputs: Inputs;
  /** path under home → text, after this run: what the gateway synced itself is there */
  readonly files: ReadonlyMap<string, string>;
  readonly exit: number;
  /** what it printed, without the log lines before it */
  readonly json: string | undefined;
}

/** Every `models status` of a case, in the order of the recording. */
export function statusRuns(name: string): StatusRun[] {
  const read = (file: string): string => readFileSync(join(folder, name, file), 'utf8');
  const inputs: Inputs = JSON.parse(read('inputs.json'));
  const { results }: { results: readonly Run[] } = JSON.parse(read('case.json'));
  let files = new Map(Object.entries(inputs.files));
  const runs: StatusRun[] = [];
  for (const run of results) {
    files = new Map(files);
    for (const [path, change] of Object.entries(run.filesChanged)) {
      if (change === null) files.delete(path);
      else files.set(path, change.text);
    }
    if (run.args[0] !== 'models' || run.args[1] !== 'status') continue;
    const json = /^\{$.*/ms.exec(read(run.stdout))?.[0];
    runs.push({ args: run.args, inputs, files, exit: run.exit, json });
  }
  return runs;
}

/** The domain's input for a run, secrets shown as `--compat-mask` shows them. */
export function statusInput({ inputs, files }: StatusRun): StatusInput {
  const state = inputs.env.EPILOOP_STATE_DIR ?? join(inputs.HOME, '.epiloop');
  const agentDir = inputs.env.EPILOOP_AGENT_DIR ?? join(state, 'agents', 'main', 'agent');
  const [configPath, storePath] = [
    join(state, 'epiloop.json'),
    join(agentDir, 'auth-profiles.json'),
  ];
  const text = (path: string): string | undefined => files.get(path.slice(inputs.HOME.length + 1));
  const { view, secrets } = readStore(text(storePath), agentDir, storePath);
  return {
    paths: { configPath, agentDir, storePath, home: inputs.HOME },
    view,
    config: readConfig(text(configPath)),
    env: lookupOf(inputs.env, text(join(state, '.env')) ?? ''),
    fileExists: () => false,
    shellEnv: { enabled: false, appliedKeys: [] },
    now: inputs.frozenClockMs,
    warnWithin: 86_400_000,
    display: {
      profile: (facts) => maskKey(secrets.get(facts.id) ?? ''),
      secret: (secret) => maskKey(secret.reveal()),
      config: (secret) => maskKey(secret.secret?.reveal() ?? ''),
    },
  };
}

type StoredProfile = Readonly<Record<string, string | number | undefined>>;

function readStore(text: string | undefined, agentDir: string, storePath: string) {
  const file = parsed(text);
  const stored: [string, StoredProfile][] = Object.entries(file.profiles ?? {});
  const known = stored.filter(([, entry]) => factsType(entry.type) && entry.provider);
  const secrets = new Map(known.map(([id, entry]) => [id, String(entry.key ?? entry.token ?? '')]));
  const view: AgentView = {
    agentId: 'main',
    agentDir,
    storePath,
    profiles: new Map(known.map(([id, entry]) => [id, factsOf(id, entry)])),
    order: new Map(Object.entries(file.order ?? {})),
    usage: new Map<string, Usage>(Object.entries(file.usageStats ?? {})),
    lastGood: new Map(Object.entries(file.lastGood ?? {})),
  };
  return { view, secrets };
}

function factsOf(id: string, entry: StoredProfile): ProfileFacts {
  const text = (key: string): string => String(entry[key] ?? '').trim();
  const type = factsType(entry.type) ?? 'api_key';
  return {
    id,
    provider: String(entry.provider),
    type,
    expiresAt: typeof entry.expires === 'number' ? entry.expires : undefined,
    blank: `${text('key')}${text('token')}${text('access')}${text('refresh')}` === '',
    refreshable: type === 'oauth' && text('refresh') !== '',
    fingerprint: '00000000',
    email: typeof entry.email === 'string' ? entry.email : undefined,
    inherited: false,
  };
}

function factsType(value: unknown): CredentialType | undefined {
  return value === 'api_key' || value === 'token' || value === 'oauth' ? value : undefined;
}

interface ConfigText {
  readonly auth?: { profiles?: Record<string, { provider: string; mode: ConfigMode }> };
  readonly models?: { providers?: Record<string, { baseUrl: string; apiKey: string }> };
}

function readConfig(text: string | undefined): HostConfig {
  const { auth, models }: ConfigText = parsed(text);
  const providers = Object.entries(models?.providers ?? {}).map(([id, { baseUrl, apiKey }]) => {
    const secret = new Secret(apiKey);
    return [
      id,
      { baseUrl, apiKey: { blank: secret.blank, fingerprint: '00000000', secret } },
    ] as const;
  });
  const profiles = new Map(Object.entries(auth?.profiles ?? {}));
  const config = { ...emptyHostConfig, providers: new Map(providers) };
  return { ...config, auth: { ...emptyHostConfig.auth, profiles } };
}

/** Truncated files count as absent, as the gateway reads them. */
// biome-ignore lint/suspicious/noExplicitAny: recorded JSON; each caller states the shape it reads
function parsed(text: string | undefined): any {
  try {
    return JSON.parse(text ?? '{}');
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function lookupOf(env: Readonly<Record<string, string>>, dotenv: string): EnvLookup {
  const lines = dotenv.matchAll(/^([A-Z_]+)="?([^"\n]*)"?$/gm);
  const values = new Map([...lines].map(([, name = '', value = '']) => [name, value]));
  for (const [name, value] of Object.entries(env)) values.set(name, value);
  return (name) => {
    const value = values.get(name);
    return value === undefined ? undefined : { secret: new Secret(value), source: 'process' };
  };
}
