import type { EnvLookup } from '../domain/agent-view.ts';
import { expiryStatus } from '../domain/health.ts';
import { keyOptions, keyVariables } from '../domain/onboarding.ts';
import { normalizeProvider } from '../domain/provider.ts';
import { askedAgent } from './agents.ts';
import type { Host } from './host.ts';
import type { Survey, SurveyedVariable, SurveyRequest } from './onboarding.ts';
import { readSituation } from './situation.ts';
import { syncAgents } from './sync-agents.ts';
import { viewOf } from './view.ts';

/** What ends within a day is `expiring`, as `models status` has it. */
const WARN_WITHIN_MS = 24 * 60 * 60 * 1000;

/** For what was due before, and can stay due if it must. */
const LOCK_WAIT_MS = 200;

/** What `onboard` begins with: the profiles that the agent can use, and keys in the environment. */
export async function survey(host: Host, request: SurveyRequest): Promise<Survey> {
  const situation = await readSituation(host, { secrets: true, pretend: true });
  const { config, environment, main } = situation;
  const agent = request.agent === undefined ? main : askedAgent(situation, request.agent);
  await syncAgents(situation, [agent], { waitMs: LOCK_WAIT_MS, strict: [agent] });
  const now = host.effects.now();
  return {
    agentId: agent.id,
    profiles: [...viewOf(host, agent, main).profiles.values()].map((facts) => ({
      id: facts.id,
      provider: normalizeProvider(facts.provider),
      type: facts.type,
      status: facts.blank ? 'missing' : expiryStatus(facts, now, WARN_WITHIN_MS),
      fingerprint: facts.fingerprint,
    })),
    variables: keysIn(environment.lookup(config)),
    findings: host.findings,
    notices: host.notices,
    home: host.paths.home,
  };
}

/** The first variable of each provider that is not blank. */
function keysIn(lookup: EnvLookup): SurveyedVariable[] {
  return keyOptions.flatMap(({ provider }) => {
    const name = keyVariables(provider).find((each) => lookup(each)?.secret.blank === false);
    const secret = name === undefined ? undefined : lookup(name)?.secret;
    return name === undefined || secret === undefined ? [] : [{ provider, name, secret }];
  });
}
