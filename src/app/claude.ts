import { resolve } from 'node:path';
import * as v from 'valibot';
import type { Json } from '../domain/json.ts';
import type { Profile } from '../domain/profile.ts';
import { decideSource } from '../domain/source-login.ts';
import { EpiloopError } from '../errors.ts';
import { type ClaudeLogin, claudePath, claudeProfile, parseClaude } from '../sources/claude.ts';
import * as mirrors from '../store/mirrors.ts';
import * as profiles from '../store/profiles.ts';
import * as sources from '../store/sources.ts';
import type { Agent } from './agents.ts';
import { applyDecision } from './apply.ts';
import type { Host } from './host.ts';
import { isBuried, lookUp } from './lookup.ts';
import { trustedStamp } from './stamp.ts';

const KIND = 'claude';
const MAX_BYTES = 1024 * 1024;

/** What the store remembers of Claude Code's file. */
const remembered = v.object({
  /** it has held a login that we read */
  seen: v.boolean(),
  openTo: v.optional(v.picklist(['readable', 'writable'])),
});

type Remembered = v.InferOutput<typeof remembered>;

/**
 * Takes Claude Code's login into main's profiles, by the identity rules. An unchanged file costs
 * one stat. A file that cannot be read, or is broken, is a finding and never an absence.
 */
export async function syncClaude(host: Host, main: Agent): Promise<void> {
  const { effects } = host;
  const found = claudePath(effects.env, effects.home);
  if (found === undefined) {
    host.findings.push({
      reason: 'source_skipped',
      message: 'without a home directory the login of Claude Code is not looked for',
      exit: 0,
    });
    return;
  }
  const path = resolve(effects.cwd, found);
  const row = sources.get(host.store.db, KIND, path);
  const before = row === undefined ? { seen: false } : v.parse(remembered, row.extract);
  const stamp = attempt(host, path, () => host.files.stamp(path));
  if (stamp === undefined) return;
  if (stamp.id === row?.stamp) return remarkOpen(host, path, before);
  const read = attempt(host, path, () => readLogin(host, path));
  if (read === undefined) return;
  const after = { seen: before.seen || read.login.kind === 'login', openTo: read.openTo };
  remarkOpen(host, path, after);
  host.store.transaction(() => {
    if (read.login.kind === 'login') takeIn(host, main, read.login, path, before.seen);
    sources.save(host.store.db, {
      kind: KIND,
      path,
      stamp: trustedStamp(stamp, effects.now()),
      extract: JSON.parse(JSON.stringify(after)) as Json, // drops what is undefined
      readAt: effects.now(),
    });
  });
}

/** A file that cannot be read, or is broken, is told and left alone. */
function attempt<T>(host: Host, path: string, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    unreadable(host, path, error);
    return undefined;
  }
}

function readLogin(host: Host, path: string) {
  const content = host.files.read(path, { maxBytes: MAX_BYTES, followLink: true });
  if (content === undefined) return undefined;
  const login = parseClaude(content.text);
  if (login.kind === 'broken') {
    throw new EpiloopError('bad_data', `${path}: ${login.problem}`, {
      path,
      hint: 'run claude once on this host',
    });
  }
  return { login, openTo: content.openTo };
}

function remarkOpen(host: Host, path: string, { openTo }: Remembered): void {
  if (openTo === undefined) return;
  host.findings.push({
    reason: 'permissions',
    message: `${path} is ${openTo} by others`,
    hint: `chmod 600 '${path}'`,
    path,
    exit: 0,
  });
}

function unreadable(host: Host, path: string, error: unknown): void {
  if (!(error instanceof EpiloopError)) throw error;
  host.findings.push({
    reason: 'source_unreadable',
    message: error.message,
    hint: error.hint,
    path,
    exit: 0,
  });
}

function takeIn(
  host: Host,
  main: Agent,
  login: Extract<ClaudeLogin, { kind: 'login' }>,
  path: string,
  seenBefore: boolean,
): void {
  const { db } = host.store;
  const own = profiles.list(db, main.key);
  const ours = own.find(({ id }) => id === claudeProfile.id);
  const profile: Profile = {
    ...claudeProfile,
    credential: login.credential,
    email: ours?.email,
    extra: ours?.extra ?? {},
  };
  const known = lookUp(host, profile, ours);
  const decision = decideSource({
    theirs: login.credential,
    ours: ours?.credential,
    known: known?.standing,
    buried: isBuried(host, main, profile),
    seenBefore,
    now: host.effects.now(),
  });
  if (decision.kind === 'same' || decision.kind === 'ignore') return;
  if (mirrors.get(db, main.key) === undefined) {
    mirrors.save(db, { agentDir: main.key, path: main.path, extra: {}, findings: [] });
  }
  const join = known === undefined ? {} : { join: known.credentialId };
  const position = ours?.position ?? nextPosition(own);
  applyDecision(
    host,
    { ...main, path },
    ours === undefined
      ? { kind: 'add', ...join, ...(known?.standing === 'refreshed' && { rotate: true as const }) }
      : { kind: 'rotate', fork: false },
    {
      profile,
      source: 'claude-cli',
      at: host.effects.now(),
      position,
      confirmed: ours?.confirmed ?? false,
    },
    ours,
  );
  if (ours === undefined) mirrors.bump(db, [main.key]);
  host.notices.push(`took the login of Claude Code from ${path} as ${claudeProfile.id}`);
}

function nextPosition(own: readonly { readonly position: number }[]): number {
  return own.reduce((last, { position }) => Math.max(last, position + 1), 0);
}
