import { type Credential, sameGeneration } from './credential.ts';
import { laterExpiry, mayReplace } from './generation.ts';
import type { KnownPair } from './joining.ts';

export interface SourceInput {
  /** what the other tool's file says now */
  readonly theirs: Credential;
  /** what we hold under that tool's profile id */
  readonly ours: Credential | undefined;
  /** what we know of their pair */
  readonly known: KnownPair['standing'] | undefined;
  /** this login was removed here, and is to stay away */
  readonly buried: boolean;
  /** we have read a login from this file before: then an unknown one came after it */
  readonly seenBefore: boolean;
  readonly now: number;
}

export type SourceDecision =
  | { readonly kind: 'add' | 'take' | 'same' }
  | {
      readonly kind: 'ignore';
      readonly why:
        | 'buried'
        | 'stale_copy'
        | 'token_after_oauth'
        | 'expired_there'
        | 'copy_is_newer';
    };

/** Does another tool's login replace ours? Pure. */
export function decideSource(input: SourceInput): SourceDecision {
  const { theirs, ours, now } = input;
  if (ours === undefined) return input.buried ? { kind: 'ignore', why: 'buried' } : { kind: 'add' };
  if (sameGeneration(theirs, ours)) return { kind: 'same' };
  if (input.known === 'earlier') return { kind: 'ignore', why: 'stale_copy' };
  if (theirs.type !== 'oauth' && ours.type === 'oauth') {
    return { kind: 'ignore', why: 'token_after_oauth' };
  }
  const upgrade = theirs.type === 'oauth' && ours.type !== 'oauth';
  if (!mayReplace(theirs, ours, now)) return { kind: 'ignore', why: 'expired_there' };
  const newerCopy = laterExpiry(theirs, ours, now) === 'second';
  if (newerCopy && !input.seenBefore && !upgrade) return { kind: 'ignore', why: 'copy_is_newer' };
  return { kind: 'take' };
}
