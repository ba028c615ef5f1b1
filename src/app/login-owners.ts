import { resolve } from 'node:path';
import { normalizeProvider } from '../domain/provider.ts';
import type { Secret } from '../domain/secret.ts';
import { EpiloopError } from '../errors.ts';
import { claude } from '../sources/claude.ts';
import { clients } from '../sources/clients.ts';
import type { Source } from '../sources/source.ts';
import type { Host } from './host.ts';

/** It is refreshed by whoever owns it, or by nobody; trying again changes nothing. */
export class NotOurs extends EpiloopError {}

/**
 * Codex locks its file with flock(2), which Node cannot take part in, and Qwen's is not ours to
 * write either: what they would redeem themselves is theirs. Throws `NotOurs` for such a token, and
 * what reading their file throws: it may hold anything.
 * @param provider any spelling
 */
export function refuseForeign(host: Host, provider: string, refresh: Secret): void {
  for (const source of clients) {
    if (source.kind === claude.kind) continue;
    if (source.profile.provider !== normalizeProvider(provider)) continue;
    const path = pathOf(host, source);
    if (path === undefined || !refresh.equals(refreshIn(host, source, path))) continue;
    throw new NotOurs('refused', `this login is ${source.label}'s own, in ${path}`, {
      path,
      hint: `run ${source.renew.split(' ')[0]} once on this host: it refreshes it, and we take it over`,
    });
  }
}

/**
 * A login that came from Codex or Qwen stays theirs while nobody can see that they have another one
 * by now: their file may be half written, gone for a moment, or where another run's environment
 * looks for it. Throws `NotOurs`.
 */
export function refuseTaken(
  host: Host,
  { profileId, origin, refresh }: { profileId: string; origin: string; refresh: Secret },
): void {
  for (const source of clients) {
    if (source.kind === claude.kind) continue;
    if (profileId !== source.profile.id && origin !== source.origin) continue;
    const path = pathOf(host, source);
    const theirs = path === undefined ? undefined : refreshIn(host, source, path);
    if (theirs !== undefined && !refresh.equals(theirs)) continue;
    throw new NotOurs(
      'refused',
      `this login came from ${source.label}, which refreshes it itself`,
      {
        path,
        hint: `run ${source.renew.split(' ')[0]} once on this host, then epiloop models sync`,
      },
    );
  }
}

/** Claude Code's credentials file, where it has one at all; absolute. */
export function claudePath(host: Host): string | undefined {
  const path = pathOf(host, claude);
  return path !== undefined && host.files.stamp(path) !== undefined ? path : undefined;
}

/** The refresh token of Claude Code's login as its file has it now. Throws what reading throws. */
export function claudesRefresh(host: Host, path: string): Secret | undefined {
  return refreshIn(host, claude, path);
}

export function isClaudesProvider(provider: string): boolean {
  return normalizeProvider(provider) === claude.profile.provider;
}

function pathOf(host: Host, source: Source): string | undefined {
  const { env, home, cwd } = host.effects;
  const path = source.path(env, home);
  return path === undefined ? undefined : resolve(cwd, path);
}

function refreshIn(host: Host, source: Source, path: string): Secret | undefined {
  const content = host.files.read(path, { maxBytes: source.maxBytes, followLink: true });
  if (content === undefined) return undefined;
  const login = source.parse(content.text);
  return login.kind === 'login' && login.credential.type === 'oauth'
    ? login.credential.refresh
    : undefined;
}
