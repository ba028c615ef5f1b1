import type { Secret } from '../domain/secret.ts';
import { holdsSecret, pastedSecret } from '../domain/secret-marks.ts';
import { EpiloopError } from '../errors.ts';
import { type Desk, openDesk, secretFor } from './hand-out.ts';
import { heldLogins } from './held-logins.ts';
import type { Host } from './host.ts';
import type { SecretsOutcome, SecretsRequest } from './uses.ts';

const PROVIDER = 'provider:';

/** `epiloop secrets`: one secret per id, or why there is none; one that fails keeps no other. */
export async function secrets(host: Host, request: SecretsRequest): Promise<SecretsOutcome> {
  const desk = await openDesk(host, request.agent);
  const answers = new Map<string, Secret | EpiloopError>();
  for (const id of new Set(request.ids)) {
    try {
      answers.set(id, await one(desk, id, request));
    } catch (error) {
      if (!(error instanceof EpiloopError)) throw error;
      answers.set(id, error);
    }
  }
  return { answers, findings: host.findings, notices: host.notices, home: host.paths.home };
}

async function one(desk: Desk, id: string, request: SecretsRequest): Promise<Secret> {
  const wanted = id.startsWith(PROVIDER)
    ? { provider: id.slice(PROVIDER.length), profileId: undefined }
    : { provider: providerOf(desk, id), profileId: id };
  return (await secretFor(desk, { ...request, ...wanted })).secret;
}

function providerOf({ situation, agent }: Desk, id: string): string {
  const held = heldLogins(situation, agent).get(id);
  if (held !== undefined) return held.profile.provider;
  if (holdsSecret(id)) throw pastedSecret('an id');
  throw new EpiloopError('not_found', `no profile ${id} for agent ${agent.id}`);
}
