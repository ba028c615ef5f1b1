import { isAbsolute } from 'node:path';
import { EpiloopError } from '../errors.ts';
import { byHand, type Edit, type Reading } from './edit-change.ts';
import type { Draft } from './edit-draft.ts';
import { moveToFront, removeFromOrder } from './edit-order.ts';
import { removeProfile, setProfile } from './edit-profile.ts';
import { renameInOrder, renameProfile } from './edit-rename.ts';

/**
 * Makes the edit in the texts that own its places; nothing where they say so already.
 * @throws EpiloopError `config_invalid` where that takes a person; the hint says what to do
 */
export function applyEdit(draft: Draft, edit: Edit, reading: Reading): void {
  try {
    make(draft, edit, reading);
  } catch (cause) {
    if (!(cause instanceof EpiloopError)) throw cause;
    const { code, message, path = draft.root } = cause;
    throw new EpiloopError(code, message, {
      path: isAbsolute(path) ? path : undefined,
      hint: byHand(edit, path),
      cause,
    });
  }
}

function make(draft: Draft, edit: Edit, reading: Reading): void {
  if (edit.kind === 'move_to_front') {
    moveToFront(draft, edit, reading);
  } else if (edit.kind === 'set_profile') {
    setProfile(draft, edit, reading);
  } else if (edit.kind === 'rename_profile') {
    renameProfile(draft, edit);
    renameInOrder(draft, edit, reading);
  } else {
    removeProfile(draft, edit);
    removeFromOrder(draft, edit, reading);
  }
}
