/** The others who refresh on a gateway host, as doubles: each with its own locks, files and habits. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { lock } from 'proper-lockfile';
import type { Issuer } from '../oauth/issuer.ts';
import type { GatewayHost } from './host.ts';

export interface Login {
  readonly type: string;
  readonly provider: string;
  readonly access: string;
  readonly refresh: string;
  readonly expires: number;
}

interface AgentFile {
  readonly version: number;
  readonly profiles: Record<string, Login>;
}

export type Ending = 'redeemed' | 'found it fresh' | 'was refused';

export const mirror = (agent: string) => `.epiloop/agents/${agent}/agent/auth-profiles.json`;
export const claudeFile = '.claude/.credentials.json';

const retries = { retries: 400, factor: 1, minTimeout: 50, maxTimeout: 50 };

/**
 * The gateway (2026.1.24): under the lock of the agent's own file it reads that and main's, redeems
 * what has expired, and writes into the agent's own file.
 */
export async function gatewayRefreshes(
  host: GatewayHost,
  issuer: Issuer,
  agent: string,
  id: string,
): Promise<Ending> {
  const path = host.path(mirror(agent));
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '{"version":1,"profiles":{}}\n');
  }
  const release = await lock(path, { stale: 30_000, retries });
  try {
    const own = JSON.parse(readFileSync(path, 'utf8')) as AgentFile;
    const mains = JSON.parse(host.read(mirror('main'))) as AgentFile;
    const login = own.profiles[id] ?? mains.profiles[id];
    if (login === undefined) throw new Error(`no ${id} for ${agent}`);
    if (login.expires > Date.now()) return 'found it fresh';
    const next = await redeem(issuer, login.refresh);
    if (next === undefined) return 'was refused';
    own.profiles[id] = { ...login, ...next };
    writeFileSync(path, `${JSON.stringify(own, null, 2)}\n`);
    return 'redeemed';
  } finally {
    await release();
  }
}

/** Claude Code (2.1.330): two locks to refresh, in this order, and a third one to write. */
export async function claudeRefreshes(host: GatewayHost, issuer: Issuer): Promise<Ending> {
  const file = host.path(claudeFile);
  const folder = dirname(file);
  const rule = { realpath: false, stale: 60_000, update: 5_000, retries };
  const releases = [await lock(`${folder}/.oauth_refresh`, rule), await lock(folder, rule)];
  try {
    const content = JSON.parse(readFileSync(file, 'utf8'));
    const login = content.claudeAiOauth;
    if (login.expiresAt > Date.now() + 300_000) return 'found it fresh';
    const next = await redeem(issuer, login.refreshToken);
    if (next === undefined) return 'was refused';
    const pair = { accessToken: next.access, refreshToken: next.refresh, expiresAt: next.expires };
    const claudeAiOauth = { ...login, ...pair };
    const write = await lock(`${folder}/.storage-write`, { ...rule, stale: 15_000 });
    writeFileSync(`${file}.tmp.0a1b2c3d`, JSON.stringify({ ...content, claudeAiOauth }), {
      mode: 0o600,
    });
    renameSync(`${file}.tmp.0a1b2c3d`, file);
    await write();
    return 'redeemed';
  } finally {
    for (const release of releases.reverse()) await release();
  }
}

async function redeem(
  issuer: Issuer,
  refresh: string,
): Promise<Pick<Login, 'access' | 'refresh' | 'expires'> | undefined> {
  const reply = await fetch(issuer.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      grant_type: 'refresh_token',
      refresh_token: refresh,
      client_id: issuer.env['EPILOOP_CLIENT_ID_ANTHROPIC'],
    }),
  });
  if (!reply.ok) return undefined;
  const tokens = await reply.json();
  return {
    access: tokens.access_token,
    refresh: tokens.refresh_token,
    expires: Date.now() + tokens.expires_in * 1000,
  };
}
