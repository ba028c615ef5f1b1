import type { Description } from './description.ts';

/** What is to become of one profile of an agent's file. */
export type Decision =
  /** both say the same */
  | { readonly kind: 'same' }
  /**
   * the file should carry ours (or, for a removed profile, nothing); `fork`: theirs is worth keeping;
   * `describe`: what it says around the secrets counts all the same
   */
  | {
      readonly kind: 'keep';
      readonly why: KeepReason;
      readonly fork?: true;
      readonly describe?: Description;
    }
  /**
   * new here; `join`: the credential it already is; `rotate`: and its pair is the newer one;
   * `fork`: of the two pairs the one that loses is kept whole
   */
  | {
      readonly kind: 'add';
      readonly join?: number;
      readonly rotate?: true;
      readonly fork?: true;
    }
  /**
   * the same login with its next pair: every agent of the credential gets it; `sooner`: it expires
   * before ours, which is kept as the fork
   */
  | { readonly kind: 'rotate'; readonly fork: boolean; readonly sooner?: true }
  /** another secret: a new key or another login; `join` and `rotate` as above */
  | {
      readonly kind: 'replace';
      readonly join?: number;
      readonly rotate?: true;
      readonly fork: boolean;
    }
  /** the same secret with other fields around it */
  | { readonly kind: 'describe' }
  /** `keepOut`: no other program may bring a login back under its id */
  | { readonly kind: 'remove'; readonly keepOut?: boolean };

export type KeepReason =
  | 'changed_here'
  | 'new_here'
  | 'stale_copy'
  | 'stale_rewrite'
  | 'blanked'
  | 'expired_there'
  | 'older_copy'
  | 'accident'
  | 'buried';

/**
 * The same for a file that is an older copy: what it says around the secrets is older too, and so is
 * a pair of our login that expires before ours.
 */
export function asOlderCopy(decision: Decision): Decision {
  if (decision.kind === 'describe') return { kind: 'keep', why: 'older_copy' };
  if (decision.kind === 'rotate' && decision.sooner === true) {
    return { kind: 'keep', why: 'older_copy', fork: true };
  }
  if (decision.kind !== 'keep') return decision;
  const { describe: _, ...rest } = decision;
  return rest;
}
