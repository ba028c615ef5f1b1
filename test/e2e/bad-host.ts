/** A gateway host full of canaries, the ways in which its files go bad, and what no run may do. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  chownSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
} from 'node:fs';
import { basename, join, relative } from 'node:path';
import { GatewayHost, type Run, type RunOptions } from './host.ts';

/** Every secret of the fixtures: a run may print none of them, and not even their first letters. */
export const canaries = {
  token: 'CANARY-tk7Qw2Lm9XzR-4NbVc8PyHs',
  apiKey: 'CANARY-ak5Jd1Fg6TuW-0KqEr3MnBx',
  access: 'CANARY-ac8Zs4Hj2VpY-7LwUi6DfOe',
  refresh: 'CANARY-rf3Xn9Ck5GtB-1SaRm8QzTv',
  dotenv: 'CANARY-de6Pb7Mv1KyD-9JhNf2WcLu',
  config: 'CANARY-cf2Rt8Wq4EsN-5VgZa7BkXo',
  garbage: 'CANARY-gb9Lk3Yd7FhJ-6UoCp1TiMw',
} as const;

const day = 86_400_000;

/** Names below HOME. */
export const names = {
  state: '.epiloop',
  config: '.epiloop/epiloop.json',
  include: '.epiloop/extra.json5',
  dotenv: '.epiloop/.env',
  database: '.epiloop/auth.sqlite',
  agentDir: '.epiloop/agents/main/agent',
  mirror: '.epiloop/agents/main/agent/auth-profiles.json',
  lock: '.epiloop/agents/main/agent/auth-profiles.json.lock',
  claude: '.claude/.credentials.json',
} as const;

/** A host on which `models status --check` answers 0; a first run has something to write. */
export function furnish(host: GatewayHost): void {
  const later = Date.now() + 90 * day;
  host.write(names.mirror, {
    version: 1,
    profiles: {
      'anthropic:work': {
        type: 'token',
        provider: 'anthropic',
        token: canaries.token,
        expires: later,
      },
      'openai:default': { type: 'api_key', provider: 'openai', key: canaries.apiKey },
    },
  });
  host.write(
    names.config,
    `{ $include: './extra.json5', env: { vars: { XAI_API_KEY: '${canaries.config}' } } }\n`,
  );
  host.write(
    names.include,
    "{ agents: { defaults: { model: { primary: 'anthropic/claude-opus-4-5' } } } }\n",
  );
  host.write(names.dotenv, `GROQ_API_KEY=${canaries.dotenv}\n`);
  host.write(names.claude, {
    claudeAiOauth: {
      accessToken: canaries.access,
      refreshToken: canaries.refresh,
      expiresAt: later,
    },
  });
}

export async function onFurnishedHost(work: (host: GatewayHost) => Promise<void>): Promise<void> {
  const host = new GatewayHost();
  try {
    furnish(host);
    await work(host);
  } finally {
    host.remove();
  }
}

export const isRoot = process.getuid?.() === 0;
export const stranger = 65534;

/** The words that make the run another user's, and the host his. */
export const asStranger = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];

export function giveAway(host: GatewayHost, uid = stranger): void {
  chownSync(host.home, uid, uid);
  for (const entry of readdirSync(host.home, { recursive: true })) {
    lchownSync(join(host.home, String(entry)), uid, uid);
  }
}

export interface TimedRun extends Run {
  readonly ms: number;
}

/** Runs it, and asserts what holds of every run: it ends in time, tells no secret and no stack. */
export async function runSafely(
  host: GatewayHost,
  args: readonly string[],
  { withinMs = 2_000, ...options }: RunOptions & { readonly withinMs?: number } = {},
): Promise<TimedRun> {
  const start = performance.now();
  const run = await host.run(args, options);
  const ms = performance.now() - start;
  const said = `${run.stdout}${run.stderr}`;
  assert.equal(run.signal, null, `killed: ${said}`);
  for (const [name, canary] of Object.entries(canaries)) {
    assert.ok(!said.includes(canary.slice(0, 19)), `the secret ${name} is told`);
    assert.ok(!said.includes(canary.slice(7, 19)), `a part of the secret ${name} is told`);
  }
  assert.doesNotMatch(run.stderr, /^\s+at .*:\d+/m, 'a stack is told');
  assert.doesNotMatch(run.stderr, /internal error|\(node:\d+\)/, run.stderr);
  assert.ok(ms < withinMs, `took ${Math.round(ms)} ms`);
  return { ...run, ms };
}

/** A failed run says one line that names the place and one that names the remedy, and no more. */
export function assertFailure(run: Run, code: number, place: string): void {
  assert.equal(run.code, code, `${run.stderr}${run.stdout}`);
  assert.match(run.stderr, /^epiloop: [^\n]+\nhint: [^\n]+\n$/);
  assert.ok(run.stderr.includes(place), `${place} is not named in: ${run.stderr}`);
  assert.equal(run.stdout, '');
}

/** Secrets stand where they belong and nowhere else below HOME. */
export function assertNoLitter(host: GatewayHost): void {
  const homes = new Set<string>([names.config, names.dotenv, names.claude]);
  for (const name of inventory(host).keys()) {
    const file = basename(name, '.good');
    assert.doesNotMatch(file, /\.tmp$|\.lock$/, 'litter');
    if (homes.has(name.replace(/\.good$/, '')) || /^auth(\.sqlite|-profiles\.json)/.test(file))
      continue;
    const path = host.path(name);
    if (!lstatSync(path).isFile()) continue;
    assert.ok(!readFileSync(path, 'latin1').includes('CANARY-'), `${name} holds a secret`);
  }
}

/** Everything below HOME: kind, owner, mode, inode, time and bytes; small folders by name only. */
export function inventory(host: GatewayHost): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of readdirSync(host.home, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    found.set(relative(host.home, path), describe(path));
  }
  return found;
}

const HASHED_UP_TO = 4 * 1024 * 1024;

function describe(path: string): string {
  const stat = lstatSync(path, { bigint: true });
  const common = `${stat.uid}:${stat.gid} ${stat.mode.toString(8)}`;
  if (stat.isSymbolicLink()) return `${common} -> ${readlinkSync(path)}`;
  if (!stat.isFile()) return common;
  const bytes = stat.size > HASHED_UP_TO ? '' : readFileSync(path);
  const hash = createHash('sha256').update(bytes).digest('hex');
  return `${common} ${stat.ino} ${stat.size} ${stat.mtimeNs} ${hash}`;
}

/** Asserts that nothing below HOME changed but what matches `but`. */
export function assertUnchanged(
  host: GatewayHost,
  before: ReadonlyMap<string, string>,
  but: RegExp,
): void {
  const kept = (all: ReadonlyMap<string, string>) =>
    Object.fromEntries([...all].filter(([name]) => !but.test(name)).sort());
  assert.deepEqual(kept(inventory(host)), kept(before));
}

/** The names that a run may make or change although it fails: our own store. */
export const ownStore = /^\.epiloop\/auth\.sqlite/;
export const ownStoreAndMirror =
  /^\.epiloop\/(auth\.sqlite|agents\/main\/agent\/auth-profiles\.json)/;

export function makeFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
}
