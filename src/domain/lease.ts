/** What is known of the redemption of one login's refresh token. */
export interface LeaseFacts {
  /** keyed hash of the refresh token that it is about */
  readonly refreshHash: string;
  readonly state: 'taken' | 'redeeming' | 'in_doubt' | 'refused' | 'write_back';
  /** an earlier redemption of this token was cut off before its answer */
  readonly doubtful: boolean;
  readonly ownerAlive: boolean;
}

export type LeaseVerdict =
  /** nobody redeems it, and nothing speaks against doing so */
  | 'free'
  /** a run that is alive is at it */
  | 'wait'
  /** the provider has refused this very token */
  | 'refused'
  /** somebody may have redeemed this very token and never heard the answer */
  | 'in_doubt'
  /** the client that shares the login has yet to be told of the last redemption */
  | 'unfinished';

/** May the login's current refresh token be redeemed now? */
export function judgeLease(lease: LeaseFacts | undefined, refreshHash: string): LeaseVerdict {
  if (lease === undefined) return 'free';
  const { state, ownerAlive, doubtful } = lease;
  const isHeld = state === 'taken' || state === 'redeeming' || state === 'write_back';
  if (isHeld && ownerAlive) return 'wait';
  const isCurrent = lease.refreshHash === refreshHash;
  // a login that came back under the token that was redeemed is an older copy of it
  if (state === 'write_back') return isCurrent ? 'refused' : 'unfinished';
  if (!isCurrent) return 'free';
  if (state === 'taken') return doubtful ? 'in_doubt' : 'free';
  return state === 'refused' ? 'refused' : 'in_doubt';
}

/** What a status may say of a refresh token; undefined: nothing speaks against it. */
export function standingOf(lease: LeaseFacts): 'in_doubt' | 'refused' | undefined {
  const verdict = judgeLease(lease, lease.refreshHash);
  return verdict === 'in_doubt' || verdict === 'refused' ? verdict : undefined;
}
