import { EpiloopError } from '../errors.ts';
import type { ConfigChange, EnterOutcome, EnterRequest } from './changes.ts';
import { takeOverClient } from './client-entry.ts';
import { enter } from './enter.ts';
import { setVariables, type VariableItem } from './env-entry.ts';
import { shadowNotes } from './env-shadow.ts';
import type { Host } from './host.ts';
import { oncePerText } from './judging.ts';
import { listStored } from './listed.ts';
import type { OnboardItem, OnboardOutcome, OnboardRequest, OnboardResult } from './onboarding.ts';
import { cannotWrite } from './sync.ts';

type ProfileItem = Exclude<OnboardItem, VariableItem>;

/** One that was carried out, and what it changed in the config. */
export interface Carried {
  readonly result: OnboardResult;
  readonly config: readonly ConfigChange[];
}

/**
 * `onboard`: stores what was entered, variables first (they are one file), then one profile after
 * the other. What was stored before one fails stays, and the error tells what was and what was not.
 */
export async function onboard(host: Host, request: OnboardRequest): Promise<OnboardOutcome> {
  if (!host.writes) throw cannotWrite(host);
  const { items } = request;
  const variables = items.filter((item): item is VariableItem => item.kind === 'variable');
  const results = variables.length === 0 ? [] : setVariables(host, variables);
  const others = items.filter((item): item is ProfileItem => item.kind !== 'variable');
  const config: ConfigChange[] = [];
  const left = [...others];
  try {
    for (const item of others) {
      left.shift();
      const carried = await carryOut(host, request, item);
      results.push(carried.result);
      config.push(...carried.config);
    }
    host.notices.push(...(await shadowNotes(host, variables)));
  } catch (error) {
    throw amidSeveral(error, results, left);
  }
  return {
    results,
    config,
    findings: oncePerText(host.findings),
    notices: [...new Set(host.notices)],
    home: host.paths.home,
  };
}

async function carryOut(
  host: Host,
  { agent }: OnboardRequest,
  item: ProfileItem,
): Promise<Carried> {
  const { provider } = item;
  switch (item.kind) {
    case 'client':
      return takeOverClient(host, item);
    case 'stored':
      return listStored(host, item, agent);
    case 'key': {
      const credential = { type: 'api_key', key: item.key } as const;
      return entered(item, await enter(host, { provider, agent, credential }));
    }
    case 'token': {
      const { profileId, token, expiresInMs } = item;
      const credential = { type: 'token', token, expiresInMs } as const;
      const asked: EnterRequest = { provider, profileId, agent, credential };
      return entered(item, await enter(host, asked));
    }
  }
}

function entered({ choice }: OnboardItem, outcome: EnterOutcome): Carried {
  const { provider, profileId, path, agentId, fingerprint, replaced, config } = outcome;
  const action = replaced ? 'replaced' : 'stored';
  return { result: { choice, provider, profileId, path, agentId, fingerprint, action }, config };
}

/** Says what is stored already and what was not tried any more. */
function amidSeveral(
  error: unknown,
  results: readonly OnboardResult[],
  left: readonly ProfileItem[],
): unknown {
  if (!(error instanceof EpiloopError) || results.length + left.length === 0) return error;
  const { code, message, hint, path } = error;
  const done = results.map(({ profileId, variable }) => profileId ?? variable);
  const undone = left.map((each) =>
    each.kind === 'key' ? `${each.provider}:default` : each.profileId,
  );
  const parts = [
    message,
    ...(done.length === 0 ? [] : [`stored before it: ${done.join(', ')}`]),
    ...(undone.length === 0 ? [] : [`not stored: ${undone.join(', ')}`]),
  ];
  return new EpiloopError(code, parts.join('; '), { hint, path, cause: error });
}
