/** The others on a gateway host, as doubles: Claude Code and the gateway, each writing its own way. */
import assert from 'node:assert/strict';
import { renameSync, statSync, writeFileSync } from 'node:fs';
import type { Finding } from '../../src/domain/finding.ts';
import type { StatusReport } from '../../src/domain/status-report.ts';
import { GatewayHost, type Run, type RunOptions } from './host.ts';

export const HOUR = 3_600_000;
export const MIRROR = '.epiloop/agents/main/agent/auth-profiles.json';
export const CONFIG = '.epiloop/epiloop.json';
const CLAUDE = '.claude/.credentials.json';

export interface Entry {
  readonly [field: string]: unknown;
}

/** `auth-profiles.json` as the gateway writes it. */
export interface MirrorFile {
  version?: number;
  profiles: Record<string, Entry>;
  order?: Record<string, readonly string[]> | undefined;
  lastGood?: Record<string, string> | undefined;
  usageStats?: Record<string, Entry> | undefined;
}

/** Read once: a run over the full hour must not change what is expected. */
const start = Math.trunc(Date.now() / HOUR) * HOUR;

/** The nth pair of tokens of one login; later ones expire later. */
export function pair(n: number) {
  return {
    access: `sk-ant-oat01-SEEDaccess-${n}`,
    refresh: `sk-ant-ort01-SEEDrefresh-${n}`,
    expires: start + (48 + n) * HOUR,
  };
}

/** How that pair stands in the mirror. */
export function claudeEntry(tokens: ReturnType<typeof pair>): Entry {
  return { type: 'oauth', provider: 'anthropic', ...tokens };
}

export class SeedHost extends GatewayHost {
  [Symbol.dispose](): void {
    this.remove();
  }

  /** Claude Code 2.1.330 writes a temporary file 0600 beside it and renames: compact, no newline. */
  claudeWrites({ access, refresh, expires }: ReturnType<typeof pair>): void {
    const claudeAiOauth = {
      accessToken: access,
      refreshToken: refresh,
      expiresAt: expires,
      refreshTokenExpiresAt: expires + 720 * HOUR,
      scopes: ['user:inference', 'user:profile'],
      subscriptionType: 'max',
      rateLimitTier: 'default_claude_max_5x',
    };
    const temporary = this.write(`${CLAUDE}.tmp.0a1b2c3d`, JSON.stringify({ claudeAiOauth }));
    renameSync(temporary, this.path(CLAUDE));
  }

  /** What it leaves after the provider refused to refresh. */
  claudeBlanks(): void {
    this.claudeWrites({ access: '', refresh: '', expires: 0 });
  }

  mirror(): MirrorFile {
    return JSON.parse(this.read(MIRROR));
  }

  /**
   * The gateway reads, drops what it does not model (types, top-level keys), changes and writes into
   * the same file.
   */
  gatewayWrites(change: (file: MirrorFile) => void): void {
    const { profiles, order, lastGood, usageStats } = this.mirror();
    const known = Object.entries(profiles).filter(([, { type, provider }]) => {
      return /^(api_key|token|oauth)$/.test(String(type)) && Boolean(provider);
    });
    const file = { version: 1, profiles: Object.fromEntries(known), order, lastGood, usageStats };
    change(file);
    writeFileSync(this.path(MIRROR), `${JSON.stringify(file, null, 2)}\n`);
  }

  /** Which file that is and when it was last written: equal means that nobody wrote it. */
  identity(name: string): string {
    const { ino, mtimeNs, mode } = statSync(this.path(name), { bigint: true });
    return `${ino} ${mtimeNs} ${(mode & 0o777n).toString(8)}`;
  }

  /** A run that has to succeed. */
  async succeed(args: readonly string[], options: RunOptions = {}): Promise<Run> {
    const run = await this.run(args, options);
    assert.equal(run.code, 0, `${args.join(' ')}: ${run.stderr}`);
    return run;
  }

  async report(args: readonly string[] = [], options: RunOptions = {}): Promise<StatusReport> {
    const { stdout } = await this.succeed(['models', 'status', '--json', ...args], options);
    return JSON.parse(stdout);
  }

  /** `event subject`, oldest first */
  async history(): Promise<readonly string[]> {
    const { stdout } = await this.succeed(['models', 'history', '--json', '--limit', '1000']);
    const { entries }: { entries: { event: string; subject: string | null }[] } =
      JSON.parse(stdout);
    return entries.map(({ event, subject }) => `${event} ${subject}`).reverse();
  }

  /** Everything below HOME except our database. */
  files(): Map<string, string> {
    return new Map([...this.snapshot()].filter(([path]) => !path.includes('/auth.sqlite')));
  }
}

export function reasonsOf(findings: readonly Finding[]): readonly string[] {
  return findings.map(({ reason }) => reason);
}
