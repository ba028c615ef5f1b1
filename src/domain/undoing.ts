import { isJsonObject, type Json } from './json.ts';
import { removeProfile } from './remedy.ts';

/** A remembered change, as far as undoing it is concerned. */
export interface Change {
  readonly id: number;
  readonly event: string;
  readonly agentDir?: string | undefined;
  readonly subject?: string | undefined;
  readonly path?: string | undefined;
  readonly before?: Json | undefined;
  readonly after?: Json | undefined;
}

/** What kind of thing a change was about. */
export type ChangeKind = 'profile' | 'order' | 'usage' | 'session' | 'config';

const kinds: ReadonlyMap<string, ChangeKind> = new Map([
  ['profile_added', 'profile'],
  ['profile_removed', 'profile'],
  ['replaced', 'profile'],
  ['login_replaced', 'profile'],
  ['described', 'profile'],
  ['order_changed', 'order'],
  ['order_removed', 'order'],
  ['cooldown_cleared', 'usage'],
  ['marked', 'usage'],
  ['usage_restored', 'usage'],
  ['session_pinned', 'session'],
  ['session_unpinned', 'session'],
]);

/** What a change is about, whether it can be undone or not; undefined: nothing that anybody undoes. */
export function kindOf({ event }: Pick<Change, 'event'>): ChangeKind | undefined {
  if (event === 'rotated' || event === 'profile_purged') return 'profile';
  return event.startsWith('config_') ? 'config' : kinds.get(event);
}

/** Where the secrets that a person enters come from, or the gateway's own file. */
const ownSources: ReadonlySet<Json | undefined> = new Set([undefined, 'operator', 'file']);

export interface Refusal {
  readonly why: string;
  readonly hint?: string | undefined;
}

/** Why nobody can undo such a change, whatever the state is now; undefined: it depends on that. */
export function whyLasting(change: Change): Refusal | undefined {
  const { event, subject = '', before } = change;
  if (event === 'rotated') {
    return {
      why: 'a refreshed login cannot go back: its earlier refresh token is used up',
      hint: 'if it does not work, log in again',
    };
  }
  if (event === 'profile_purged') {
    return { why: `${subject} was erased for good`, hint: 'enter it again' };
  }
  if (event === 'mirror_repaired') {
    const copy = isJsonObject(before) ? before['copy'] : undefined;
    const hint = typeof copy === 'string' ? `the damaged bytes are kept in ${copy}` : undefined;
    return { why: 'the repair of a damaged file is not taken back', hint };
  }
  if (kindOf(change) === undefined) return { why: `${event} cannot be undone` };
  return kindOf(change) === 'profile' ? whyForeign(change) : undefined;
}

function whyForeign({ event, subject = '', agentDir, after }: Change): Refusal | undefined {
  const source = isJsonObject(after) ? after['source'] : undefined;
  const isAdded = event === 'profile_added';
  const isForeign = !ownSources.has(source) || (isAdded && source === 'file');
  if (!isForeign) return undefined;
  const origin = source === 'file' ? 'auth-profiles.json' : `another program (${String(source)})`;
  const hint = isAdded ? removal(subject, agentDir) : 'change it there';
  return { why: `it was taken over from ${origin}`, hint };
}

/** Without an agent's name the command would mean another's: where none is known, none is given. */
function removal(subject: string, agentDir = ''): string {
  const agentId = /[\\/]agents[\\/]([^\\/]+)[\\/]agent[\\/]?$/.exec(agentDir)?.[1];
  if (agentId !== undefined) return removeProfile(subject, agentId);
  return 'find its agent with epiloop models auth list, and remove it there';
}

/** The number of the change that this one undid. */
export function undoneIn({ after }: Pick<Change, 'after'>): number | undefined {
  const undoes = isJsonObject(after) ? after['undoes'] : undefined;
  return typeof undoes === 'number' ? undoes : undefined;
}

/**
 * Which change undid this one and still stands; an undo that was undone does not count.
 * @param undoings undone → the latest that undid it
 */
export function undoneBy(id: number, undoings: ReadonlyMap<number, number>): number | undefined {
  const by = undoings.get(id);
  return by === undefined || undoneBy(by, undoings) !== undefined ? undefined : by;
}

/**
 * Of the changes after this one the last that is to be undone first: those that were taken back, and
 * what took them back, cancel each other out.
 */
export function lastingChange(
  id: number,
  later: readonly Change[],
  undoings: ReadonlyMap<number, number>,
): Change | undefined {
  return later.findLast((change) => {
    const undoes = undoneIn(change);
    if (undoneBy(change.id, undoings) !== undefined) return false;
    return undoes === undefined || undoes <= id;
  });
}
