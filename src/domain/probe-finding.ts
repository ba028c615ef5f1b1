import type { AgentView } from './agent-view.ts';
import type { Finding } from './finding.ts';
import type { ProbeResult, ProbeStatus } from './probe.ts';
import { enterKey, loginAgain, renewal } from './remedy.ts';
import { targetOf } from './supply.ts';

/**
 * What probes say for `--check`: a credential that the provider refuses or wants money for has
 * exit 1; where no answer came that says anything of the credential, 69. A rate limit is no fault of
 * the credential, and what cannot be asked is judged by what is stored, as without probes.
 */
export function probeFindings(results: readonly ProbeResult[], view: AgentView): Finding[] {
  return results.flatMap((result) => {
    const weight = weights[result.status];
    // a login that has ended unasked is told as `expired` or `refresh_refused`
    const isTold = result.status === 'auth' && result.latencyMs === undefined;
    return weight === undefined || isTold ? [] : [{ ...weight, ...tell(result, view) }];
  });
}

const failed = { reason: 'probe_failed', exit: 1 } as const;
const unanswered = { reason: 'probe_unanswered', exit: 69 } as const;

const weights: Readonly<Record<ProbeStatus, typeof failed | typeof unanswered | undefined>> = {
  ok: undefined,
  auth: failed,
  billing: failed,
  timeout: unanswered,
  format: unanswered,
  unknown: unanswered,
  rate_limit: undefined,
  no_model: undefined,
  unsupported: undefined,
};

function tell(result: ProbeResult, view: AgentView): Omit<Finding, 'reason' | 'exit'> {
  const { provider, profileId, label, status, error = '' } = result;
  const refused = status === 'auth' || status === 'billing';
  const words = refused
    ? `${provider} ${refusal[status]} ${label}`
    : `${label} could not be probed`;
  return {
    message: `${words}: ${error}`,
    hint: hintOf(result, view),
    provider,
    profileId,
    agentId: view.agentId,
  };
}

const refusal = { auth: 'refuses', billing: 'wants payment for' } as const;

function hintOf(result: ProbeResult, view: AgentView): string | undefined {
  const { provider, profileId, label, status, source, error = '' } = result;
  if (status === 'billing') return `settle it with ${provider}, or use another credential`;
  if (status === 'format') return `check the model and models.providers.${provider} in the config`;
  if (status !== 'auth') return 'try again; nothing is known to be wrong with the credential';
  if (/only for use with Claude Code$/.test(error)) return enterKey(provider, view.agentId);
  if (source === 'models.json') return `mend models.providers.${provider}.apiKey in the config`;
  if (source === 'env') return `set ${label.replace(/^.*: /, '')} anew`;
  const facts = view.profiles.get(profileId ?? '');
  if (facts === undefined) return undefined;
  const target = targetOf(facts, view.agentId);
  return facts.refresh === 'refused' ? loginAgain(facts, target) : renewal(facts, target);
}
