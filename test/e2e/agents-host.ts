/** A host with several agents, whose files the gateway writes its own way. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import type { ListedAgent } from '../../src/app/app.ts';
import type { Finding } from '../../src/domain/finding.ts';
import type { MirrorState } from '../../src/domain/status-report.ts';
import type { Run, RunOptions } from './host.ts';
import { CONFIG, type Entry, HOUR, type MirrorFile, SeedHost } from './seed-host.ts';

export const SYNC = ['models', 'sync', '--json'];
export const LIST = ['models', 'auth', 'list', '--json'];
export const DOCTOR = ['doctor', '--json'];

/** What sync and doctor print with `--json`. */
export interface Synced {
  readonly schemaVersion: 1;
  readonly mirrors: readonly MirrorState[];
  readonly findings: readonly Finding[];
}

export interface Change {
  readonly event: string;
  readonly agentDir: string | null;
  readonly subject: string | null;
}

/** The nth pair of a login that tells nothing about whose it is. */
export function opaque(n: number, expires = Date.now() + 8 * HOUR, who = 'one'): Entry {
  const access = `sk-ant-oat01-AGENTaccess-${who}-${n}`;
  const refresh = `sk-ant-ort01-AGENTrefresh-${who}-${n}`;
  return { type: 'oauth', provider: 'anthropic', access, refresh, expires };
}

/** The nth pair of a login whose access token names its owner (a JWT with `sub`). */
export function owned(sub: string, n: number, expires = Date.now() + 8 * HOUR): Entry {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const access = `${part({ alg: 'none' })}.${part({ sub, n })}.AGENTsignature`;
  const refresh = `AGENTrefresh-${sub}-${n}`;
  return { type: 'oauth', provider: 'openai-codex', access, refresh, expires };
}

export function apiKey(key: string, provider = 'openai'): Entry {
  return { type: 'api_key', provider, key };
}

/** How an agent's file is called where nothing else is configured. */
export function fileOf(agent: string): string {
  return `.epiloop/agents/${agent}/agent/auth-profiles.json`;
}

export class AgentsHost extends SeedHost {
  /** Lays down `auth-profiles.json` of an agent, or of a folder below HOME if it has a slash. */
  has(agent: string, profiles: Readonly<Record<string, Entry>>, rest: Partial<MirrorFile> = {}) {
    const name = agent.includes('/') ? `${agent}/auth-profiles.json` : fileOf(agent);
    return this.write(name, { version: 1, profiles, ...rest });
  }

  fileIn(agent: string): MirrorFile {
    const name = agent.includes('/') ? `${agent}/auth-profiles.json` : fileOf(agent);
    return JSON.parse(this.read(name));
  }

  profile(agent: string, id: string): Entry | undefined {
    return this.fileIn(agent).profiles[id];
  }

  /** The gateway writes into the same file: one profile, everything else as it was. */
  gatewaySets(agent: string, id: string, entry: Entry): void {
    const file = this.fileIn(agent);
    file.profiles[id] = entry;
    writeFileSync(this.path(fileOf(agent)), `${JSON.stringify(file, null, 2)}\n`);
  }

  config(value: object): void {
    this.write(CONFIG, value);
  }

  async sync(args: readonly string[] = [], options: RunOptions = {}): Promise<Synced> {
    return JSON.parse((await this.succeed([...SYNC, ...args], options)).stdout);
  }

  async agents(args: readonly string[] = [], options: RunOptions = {}): Promise<ListedAgent[]> {
    return JSON.parse((await this.succeed([...LIST, ...args], options)).stdout).agents;
  }

  /** `1` is what doctor exits with while something is left; anything else must be asked for. */
  async doctor(code: 0 | 1, args: readonly string[] = []): Promise<readonly Finding[]> {
    const run = await this.run([...DOCTOR, ...args]);
    assert.equal(run.code, code, `${run.stdout}${run.stderr}`);
    return (JSON.parse(run.stdout) as Synced).findings;
  }

  /** every history row, oldest first */
  async changes(): Promise<readonly Change[]> {
    const { stdout } = await this.succeed(['models', 'history', '--json', '--limit', '1000']);
    return (JSON.parse(stdout) as { entries: Change[] }).entries.reverse();
  }
}

/** `agent state`, main's first */
export function statesOf({ mirrors }: Synced): readonly string[] {
  return mirrors.map(({ agentId, state }) => `${agentId} ${state}`);
}

/** What a failed run says as JSON. */
export function errorOf({ stdout }: Run): { code: string; message: string; path: string | null } {
  return JSON.parse(stdout).error;
}
