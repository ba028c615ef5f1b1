import { judgeLease, type LeaseVerdict } from '../domain/lease.ts';
import { EpiloopError } from '../errors.ts';
import * as credentials from '../store/credentials.ts';
import * as leases from '../store/leases.ts';
import type { Host } from './host.ts';

/** Another run may wait 15 s for locks and 10 s for an answer, and write after that. */
const PATIENCE_MS = 40_000;
const PAUSE_MS = 25;

export interface Lease {
  readonly credentialId: number;
  /** somebody may have redeemed this very token before, and never heard the answer */
  readonly inDoubt: boolean;
}

export interface LeaseWish {
  readonly credentialId: number;
  /** is a new pair still wanted? Asked again whenever the login changed */
  readonly isDue: (row: credentials.CredentialRow) => boolean;
  /** ask again for a token that the provider has refused before: a person said so */
  readonly insist: boolean;
  /** the client that shares the login cannot be told of the last redemption, whatever we do */
  readonly untold: boolean;
}

/**
 * Waits until nobody redeems this login's refresh token, and says that we do. Undefined: somebody
 * did meanwhile, or what we were to redeem is gone. Throws `busy`, and `refused` for a token that
 * the provider has refused before.
 */
export async function takeLease(host: Host, wish: LeaseWish): Promise<Lease | undefined> {
  const start = host.effects.now();
  for (;;) {
    // looking on costs no lock, so that many can wait for one
    const seen = look(host, wish);
    if (seen === undefined) return undefined;
    if (seen.verdict !== 'wait') {
      const taken = host.store.transaction(() => take(host, wish));
      if (taken !== 'wait') return taken;
    }
    const waited = host.effects.now() - start;
    if (waited > PATIENCE_MS || waited < 0) throw tooBusy();
    await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
}

interface Seen {
  readonly row: credentials.CredentialRow;
  readonly refreshHash: string;
  readonly verdict: LeaseVerdict;
}

/** Undefined: there is nothing to redeem. */
function look(host: Host, { credentialId, isDue }: LeaseWish): Seen | undefined {
  const { db } = host.store;
  const row = credentials.get(db, credentialId);
  if (row?.refreshHash === undefined || !isDue(row)) return undefined;
  const found = leases.get(db, credentialId);
  const facts = found && { ...found, ownerAlive: isAlive(host, found) };
  const { refreshHash } = row;
  return { row, refreshHash, verdict: judgeLease(facts, refreshHash) };
}

function take(host: Host, wish: LeaseWish): Lease | undefined | 'wait' {
  const { credentialId, insist, untold } = wish;
  const seen = look(host, wish);
  if (seen === undefined) return undefined;
  const { row, refreshHash, verdict } = seen;
  if (verdict === 'wait') return 'wait';
  if (verdict === 'refused' && !insist) throw alreadyRefused(row.provider);
  if (verdict === 'unfinished' && !untold) throw clientUntold();
  const inDoubt = verdict === 'in_doubt';
  markLease(host, credentialId, { refreshHash, state: 'taken', doubtful: inDoubt });
  return { credentialId, inDoubt };
}

/** Says how far we are with this refresh token, for whoever comes after a crash. */
export function markLease(
  host: Host,
  credential: number,
  mark: Pick<leases.LeaseRow, 'refreshHash' | 'state' | 'doubtful'>,
): void {
  const { pid, startedAt: processStarted, bootId } = host.effects.processes.self();
  const since = host.effects.now();
  const row = { credential, ...mark, since, pid, processStarted, bootId };
  host.store.transaction(() => leases.put(host.store.db, row));
}

export function isAlive(
  host: Host,
  {
    pid,
    processStarted: startedAt,
    bootId,
  }: Pick<leases.LeaseRow, 'pid' | 'processStarted' | 'bootId'>,
): boolean {
  return host.effects.processes.isAlive({ pid, startedAt, bootId });
}

/** Gives back what was only taken; what is known of the token besides stays. */
export function giveBackLease(host: Host, credentialId: number): void {
  host.store.transaction(() => {
    const found = leases.get(host.store.db, credentialId);
    const self = host.effects.processes.self();
    if (found?.state !== 'taken' || found.pid !== self.pid) return;
    if (found.doubtful) leases.put(host.store.db, { ...found, state: 'in_doubt' });
    else leases.remove(host.store.db, credentialId);
  });
}

function tooBusy(): EpiloopError {
  return new EpiloopError('busy', 'another run has been refreshing this login for too long', {
    hint: 'try again; if it hangs, end it',
  });
}

function clientUntold(): EpiloopError {
  return new EpiloopError('busy', 'Claude Code has yet to be given the login that it shares', {
    hint: 'try again when Claude Code is done',
  });
}

function alreadyRefused(provider: string): EpiloopError {
  return new EpiloopError('refused', `${provider} has refused this refresh token before`, {
    hint: 'log in again where the login came from',
  });
}
