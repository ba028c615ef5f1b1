import { EpiloopError } from '../errors.ts';
import * as profiles from '../store/profiles.ts';
import type { AdoptRequest, EnterOutcome } from './changes.ts';
import type { Host } from './host.ts';
import { listProfile } from './listing.ts';
import { changeAgent } from './writing.ts';

/**
 * Takes another program's login over by the ordinary sync, and lists it in the config as what a
 * person enters is. Throws `not_found` where that program has none that could be taken.
 */
export async function adopt(host: Host, { profileId }: AdoptRequest): Promise<EnterOutcome> {
  let config: EnterOutcome['config'] = [];
  let found: Found | undefined;
  const { agent, value } = await changeAgent(
    host,
    { otherwise: 'main' },
    (_situation, main) => {
      found = profiles.facts(host.store.db, main.key).find(({ id }) => id === profileId);
      if (found === undefined) throw noLogin(profileId, main.path);
      return found;
    },
    async () => {
      if (found === undefined) return;
      config = await listProfile(host, {
        id: profileId,
        provider: found.provider,
        type: found.type,
      });
    },
  );
  return {
    agentId: agent.id,
    agentDir: agent.dir,
    path: agent.path,
    profileId,
    provider: value.provider,
    type: value.type,
    expiresAt: value.expiresAt,
    fingerprint: value.fingerprint,
    replaced: false,
    config,
    findings: host.findings,
    notices: host.notices,
    home: host.paths.home,
  };
}

type Found = ReturnType<typeof profiles.facts>[number];

function noLogin(id: string, path: string): EpiloopError {
  return new EpiloopError('not_found', `there is no login to take over as ${id}`, { path });
}
