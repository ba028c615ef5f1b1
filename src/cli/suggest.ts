/** What the command line takes for a misspelling is what the rules for files do, too. */
export { editDistance, nearest } from '../domain/nearest.ts';
