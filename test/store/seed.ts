import type { Credential } from '../../src/domain/credential.ts';
import * as credentials from '../../src/store/credentials.ts';
import type { KeepReason } from '../../src/store/generations.ts';
import * as profiles from '../../src/store/profiles.ts';
import type { Store } from '../../src/store/store.ts';
import { now } from './state.ts';

export function insert({ db, hash }: Store, value: Credential, provider = 'anthropic'): number {
  return credentials.insert(db, {
    provider,
    credential: value,
    identity: {},
    source: 'file',
    hash,
    now,
  });
}

export function supersede(
  { db, hash }: Store,
  id: number,
  value: Credential,
  keep?: KeepReason,
): void {
  const at = now + 1;
  credentials.supersede(db, { id, credential: value, identity: {}, hash, now: at, keep });
}

export function point(
  { db }: Store,
  agentDir: string,
  id: string,
  credentialId: number,
  position = 0,
) {
  const provider = 'anthropic';
  profiles.upsert(db, agentDir, {
    id,
    provider,
    extra: {},
    credentialId,
    confirmed: false,
    position,
  });
}
