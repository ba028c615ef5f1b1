import { holdsSecret, pastedSecret } from '../domain/secret-marks.ts';
import { EpiloopError } from '../errors.ts';
import { clients } from '../sources/clients.ts';
import * as mirrors from '../store/mirrors.ts';
import * as profiles from '../store/profiles.ts';
import { type Agent, agentByKey } from './agents.ts';
import type { RemoveOutcome, RemoveRequest } from './app.ts';
import { applyDecision } from './apply.ts';
import type { Host } from './host.ts';
import type { Situation } from './situation.ts';
import { changeAgent } from './writing.ts';

/** `models auth remove`: one profile of main's or the named agent's, not to be brought back. */
export async function remove(host: Host, request: RemoveRequest): Promise<RemoveOutcome> {
  const target = { agent: request.agent, otherwise: 'main' } as const;
  const { agent, value } = await changeAgent(host, target, (situation, from) =>
    bury(situation, from, request),
  );
  return {
    agentId: agent.id,
    agentDir: agent.dir,
    path: agent.path,
    profileId: request.id,
    keptIn: value,
    findings: host.findings,
    notices: host.notices,
    home: host.paths.home,
  };
}

function bury(situation: Situation, agent: Agent, { id, keepOut }: RemoveRequest): string[] {
  const { host, main } = situation;
  const { db } = host.store;
  const ours = profiles.list(db, agent.key).find((each) => each.id === id);
  if (ours === undefined) throw missing(host, agent, id, main);
  if (!keepOut) refuseIfItReturns(host, id);
  applyDecision(host, agent, { kind: 'remove' }, undefined, ours);
  mirrors.bump(db, [agent.key]);
  return profiles
    .holders(db, ours.credentialId)
    .filter((key) => key !== agent.key)
    .map((key) => agentByKey(situation, key).id);
}

/** The program whose login it is still has it, so that the next run would bring it back. */
function refuseIfItReturns(host: Host, id: string): void {
  const source = clients.find(({ profile }) => profile.id === id);
  const path = source?.path(host.effects.env, host.effects.home);
  if (source === undefined || path === undefined || host.files.stamp(path) === undefined) return;
  throw new EpiloopError('refused', `${id} comes from ${source.label}, which still has ${path}`, {
    path,
    hint: `log out there first, or add --keep-out to leave it there and keep it out here`,
  });
}

function missing(host: Host, agent: Agent, id: string, main: Agent): EpiloopError {
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
