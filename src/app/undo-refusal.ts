import { type Change, lastingChange, whyLasting } from '../domain/undoing.ts';
import { EpiloopError } from '../errors.ts';
import * as history from '../store/history.ts';
import type { Host } from './host.ts';

/** What one undo came to. */
export interface Undone {
  /** the numbers of the changes that it made */
  readonly changes: readonly number[];
  /** how the thing is now, for a person */
  readonly result: string;
}

/** The thing is not as the change left it. `isSame` tells which later changes were about it. */
export function changedSince(
  host: Host,
  change: Change,
  isSame: (later: Change) => boolean,
): EpiloopError {
  const { db } = host.store;
  const later = history.since(db, change.id).filter(isSame);
  const by = lastingChange(change.id, later, history.undoings(db));
  const { subject = 'it', path } = change;
  if (by === undefined) {
    const message = `#${change.id} cannot be undone: ${subject} is not as it left it`;
    return new EpiloopError('refused', message, { path, hint: 'change it by hand where needed' });
  }
  const lasting = whyLasting(by);
  const hint =
    lasting === undefined
      ? `undo that first: epiloop undo ${by.id}`
      : `that one cannot be undone: ${lasting.why}`;
  const message = `#${change.id} cannot be undone: #${by.id} (${by.event}) changed ${subject} since`;
  return new EpiloopError('refused', message, { path, hint });
}

/** Nobody has what is to be brought back. */
export function nothingKept({ id, subject = 'it', path }: Change): EpiloopError {
  const message = `#${id} cannot be undone: what ${subject} was before is gone`;
  const hint = 'it was erased, or 30 days have passed; enter it again';
  return new EpiloopError('not_found', message, { path, hint });
}

/** To use it again would end the login, wherever it is used now. */
export function usedUp({ id, subject = 'it', path }: Change): EpiloopError {
  const message = `#${id} cannot be undone: the refresh token that ${subject} had is used up`;
  return new EpiloopError('refused', message, { path, hint: 'log in again' });
}
