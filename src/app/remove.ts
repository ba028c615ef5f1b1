import type { Secret } from '../domain/secret.ts';
import { holdsSecret, pastedSecret } from '../domain/secret-marks.ts';
import { EpiloopError } from '../errors.ts';
import { clients } from '../sources/clients.ts';
import * as mirrors from '../store/mirrors.ts';
import * as profiles from '../store/profiles.ts';
import { type Agent, agentByKey } from './agents.ts';
import type { RemoveOutcome, RemoveRequest } from './app.ts';
import { applyDecision } from './apply.ts';
import type { Host } from './host.ts';
import { unlistProfile } from './listing.ts';
import { ordersNaming } from './order-gaps.ts';
import type { Situation } from './situation.ts';
import { changeAgent } from './writing.ts';

export interface Removed {
  /** ids of other agents that still have this login */
  readonly keptIn: readonly string[];
  /** what was erased */
  readonly secrets: readonly Secret[];
}

/**
 * `models auth remove`: one profile of main's or the named agent's, not to be brought back, and out
 * of the config's list. With `purge` its secrets are erased, so that nobody can bring it back.
 */
export async function remove(host: Host, request: RemoveRequest): Promise<RemoveOutcome> {
  const target = { agent: request.agent, otherwise: 'main' } as const;
  const work = request.purge ? (await import('./purge.ts')).purge : bury;
  const ends = new Ends(request);
  const { agent, value } = await changeAgent(
    host,
    target,
    (situation, from) => ends.begin(situation, from, work(situation, from, request)),
    () => ends.tie(),
  );
  return {
    agentId: agent.id,
    agentDir: agent.dir,
    path: agent.path,
    profileId: request.id,
    keptIn: value.keptIn,
    purged: request.purge,
    ...(await ends.finish(agent)),
    findings: host.findings,
    notices: host.notices,
    home: host.paths.home,
  };
}

/** What remains to be done once the store has forgotten the profile. */
class Ends {
  readonly #request: RemoveRequest;
  #situation: Situation | undefined;
  #secrets: readonly Secret[] = [];
  #config: RemoveOutcome['config'] = [];
  #cleaned: readonly string[] = [];
  #listed: EpiloopError | undefined;

  constructor(request: RemoveRequest) {
    this.#request = request;
  }

  begin(situation: Situation, from: Agent, removed: Removed): Removed {
    this.#situation = situation;
    situation.host.notices.push(...ordersNaming(situation, from, this.#request.id));
    this.#secrets = removed.secrets;
    return removed;
  }

  /** Before the agent's file is waited for. */
  async tie(): Promise<void> {
    const situation = this.#situation;
    if (situation === undefined) return;
    try {
      this.#config = await unlistProfile(situation, this.#request.id);
    } catch (error) {
      // it is removed by now, and has to go from the agent's file all the same
      if (!(error instanceof EpiloopError)) throw error;
      this.#listed = error;
    }
    if (!this.#request.purge) return;
    const { cleanCopies } = await import('./purge-copies.ts');
    this.#cleaned = cleanCopies(situation, this.#secrets);
  }

  /** @throws EpiloopError if it is still listed in the config */
  async finish(agent: Agent): Promise<Pick<RemoveOutcome, 'config' | 'cleaned' | 'stillIn'>> {
    const { id, purge } = this.#request;
    if (this.#listed !== undefined) throw removedButListed(id, this.#listed);
    const ends = { config: this.#config, cleaned: this.#cleaned };
    if (!purge || this.#situation === undefined) return { ...ends, stillIn: [] };
    const { stillHolding } = await import('./purge-copies.ts');
    return { ...ends, stillIn: stillHolding(this.#situation, agent, this.#secrets) };
  }
}

function removedButListed(id: string, cause: EpiloopError): EpiloopError {
  const { code, message, path, hint } = cause;
  const told = `removed ${id}, but the config still lists it: ${message}`;
  return new EpiloopError(code, told, { path, hint, cause });
}

function bury(situation: Situation, agent: Agent, { id, keepOut }: RemoveRequest): Removed {
  const { host, main } = situation;
  const { db } = host.store;
  const ours = profiles.list(db, agent.key).find((each) => each.id === id);
  if (ours === undefined) throw missing(host, agent, id, main);
  if (!keepOut) refuseIfItReturns(host, id);
  applyDecision(host, agent, { kind: 'remove', keepOut }, undefined, ours);
  mirrors.bump(db, [agent.key]);
  const keptIn = profiles
    .holders(db, ours.credentialId)
    .filter((key) => key !== agent.key)
    .map((key) => agentByKey(situation, key).id);
  return { keptIn, secrets: [] };
}

/** The program whose login it is still has it, so that the next run would bring it back. */
export function refuseIfItReturns(host: Host, id: string): void {
  const source = clients.find(({ profile }) => profile.id === id);
  const path = source?.path(host.effects.env, host.effects.home);
  if (source === undefined || path === undefined || host.files.stamp(path) === undefined) return;
  throw new EpiloopError('refused', `${id} comes from ${source.label}, which still has ${path}`, {
    path,
    hint: `log out there first, or add --keep-out to leave it there and keep it out here`,
  });
}

export function missing(host: Host, agent: Agent, id: string, main: Agent): EpiloopError {
  if (holdsSecret(id)) return pastedSecret('the profile id');
  const inherited = profiles.list(host.store.db, main.key).some((each) => each.id === id);
  const where = inherited ? `; it is inherited from main` : '';
  return new EpiloopError(
    'not_found',
    `agent ${agent.id} has no profile ${id} of its own${where}`,
    {
      path: agent.path,
      hint: inherited ? 'remove it there' : 'epiloop models auth list names them',
    },
  );
}
