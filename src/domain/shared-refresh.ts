import type { Finding } from './finding.ts';
import { removeProfile } from './remedy.ts';

/** A refresh token under one profile of one agent. */
export interface RefreshHolder {
  /** the token's keyed hash */
  readonly refreshHash: string;
  readonly agentId: string;
  readonly id: string;
  /** normalised */
  readonly provider: string;
}

/** The same in another program's own file. */
export interface ForeignRefresh {
  readonly refreshHash: string;
  /** for a person */
  readonly label: string;
  readonly path: string;
  /** the profile that stands for this file */
  readonly id: string;
}

/**
 * Refresh tokens that are redeemed in more than one place: the first to do so ends the others. One
 * profile in several agents is one login that we keep in step, and no such case; nor is the profile
 * that stands for another program's file.
 */
export function sharedRefresh(
  holders: readonly RefreshHolder[],
  foreign: readonly ForeignRefresh[],
): Finding[] {
  const groups = Map.groupBy(holders, ({ refreshHash }) => refreshHash);
  return [...groups].flatMap(([refreshHash, group]) => {
    const keeper = keeperOf(group, foreign);
    const others = new Map(group.map((each) => [`${each.provider} ${each.id}`, each]));
    const file = foreign.find((each) => each.refreshHash === refreshHash);
    const isFiles = file !== undefined && group.some(({ id }) => id === file.id);
    const inFile = [...others.values()].flatMap((each) =>
      file === undefined || isFiles ? [] : [shared(each, `${file.path} of ${file.label}`)],
    );
    const twice = [...others.values()].filter((each) => !sameProfile(each, keeper));
    return inFile.length > 0 ? inFile : twice.map((each) => shared(each, keeper.id));
  });
}

type Group = readonly [RefreshHolder, ...RefreshHolder[]];

/** What stands for another program's file is renewed there, and stays. */
function keeperOf(
  group: readonly RefreshHolder[],
  foreign: readonly ForeignRefresh[],
): RefreshHolder {
  const [first] = group as Group; // groups are never empty
  return group.find(({ id }) => foreign.some((each) => each.id === id)) ?? first;
}

function sameProfile(a: RefreshHolder, b: RefreshHolder): boolean {
  return a.id === b.id && a.provider === b.provider;
}

function shared({ id, agentId, provider }: RefreshHolder, where: string): Finding {
  return {
    reason: 'refresh_shared',
    message: `${id} of agent ${agentId} has the refresh token of ${where}: one use ends the other`,
    hint: removeProfile(id, agentId),
    provider,
    profileId: id,
    agentId,
    exit: 0,
  };
}
