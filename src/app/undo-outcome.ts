import type { Remarks } from './app.ts';
import type { ConfigChange } from './changes.ts';

export interface UndoRequest {
  /** of a change, as `models history` numbers them */
  readonly change: number;
  /** only say what would be done */
  readonly dryRun: boolean;
}

export interface UndoOutcome extends Remarks {
  readonly change: number;
  /** what the change was, as in the history */
  readonly event: string;
  readonly subject?: string | undefined;
  readonly dryRun: boolean;
  /** the numbers of the changes that this made; none for a dry run */
  readonly madeChanges: readonly number[];
  /** undefined: the change was one of the config */
  readonly agentId?: string | undefined;
  readonly agentDir?: string | undefined;
  /** the file that it concerned, absolute */
  readonly path: string;
  /** how it is now, for a person */
  readonly result: string;
  /** config files that were changed; a running gateway restarts on it */
  readonly config: readonly ConfigChange[];
  /** changes of the same command to the same thing, which still stand */
  readonly siblings: readonly number[];
}
