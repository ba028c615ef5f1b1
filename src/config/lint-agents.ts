import { normalizeAgentId } from '../domain/agent-id.ts';
import { error, warning } from '../domain/lint.ts';
import { didYouMean, guessProvider } from '../domain/lint-names.ts';
import { memberOf, named, textIn } from '../domain/lint-tree.ts';
import type { LintFiles, Visit } from './lint-files.ts';

/** The directory of an agent, as configured or of the id's own; never looks at the disk. */
export type AgentDirectory = (id: string, agentDir: string | undefined) => string;

/** Agents of the list that are one and the same. */
export function lintAgents(files: LintFiles, directoryOf: AgentDirectory): void {
  const ids = new Map<string, string>();
  const owners = new Map<string, string>();
  const isEntry = ({ keys }: Visit) =>
    keys.length === 3 && keys[0] === 'agents' && keys[1] === 'list';
  for (const { file, value } of files.visits.filter(isEntry)) {
    const member = memberOf(value, 'id');
    const typed = textIn(member?.value);
    if (member === undefined || typed === undefined || typed.includes('${')) continue;
    const id = normalizeAgentId(typed);
    const earlier = ids.get(id);
    if (earlier !== undefined) {
      const message = `${named(typed)} and ${named(earlier)} are one agent, ${id}; the first one counts`;
      files.note(file, member.value.at, warning('agent-id', message));
      continue;
    }
    ids.set(id, typed);
    const folder = memberOf(value, 'agentDir');
    const text = textIn(folder?.value);
    if (text?.includes('${')) continue;
    const dir = directoryOf(id, text);
    const owner = owners.get(dir);
    owners.set(dir, owner ?? id);
    if (owner === undefined) continue;
    const message = `agents ${owner} and ${id} have one directory: the gateway refuses the config`;
    const hint = 'give each of them an agentDir of its own';
    files.note(file, (folder ?? member).value.at, error('agent-directory', message, hint));
  }
}

/** Model references whose provider is nearly a known one. */
export function lintModelRefs(files: LintFiles, configured: ReadonlySet<string>): void {
  for (const { file, keys, at, value } of files.visits) {
    const place = keys[0] === 'agents' ? refPlace(keys) : undefined;
    if (place === undefined) continue;
    const ref = place === 'key' ? (keys.at(-1) ?? '') : (textIn(value) ?? '');
    noteProvider(files, file, place === 'key' ? at : value.at, ref, configured);
  }
  for (const { file, keys, at } of files.visits) {
    if (keys.length !== 3 || keys[0] !== 'models' || keys[1] !== 'providers') continue;
    const others = [...configured].filter((each) => each !== keys[2]);
    noteProvider(files, file, at, `${keys[2]}/`, new Set(others));
  }
}

function noteProvider(
  files: LintFiles,
  file: string,
  at: number,
  ref: string,
  configured: ReadonlySet<string>,
): void {
  const slash = ref.indexOf('/');
  const typed = ref.slice(0, slash).trim();
  if (slash <= 0 || typed.includes('$')) return;
  const guess = guessProvider(typed, configured);
  if (guess === undefined) return;
  const message = `${named(typed)} is no provider that is known`;
  files.note(file, at, warning('provider-spelling', message, didYouMean(guess)));
}

/** `model`, `imageModel` with their `primary` and `fallbacks`, of the defaults or of an agent; the keys of `models`. */
function refPlace(keys: readonly string[]): 'key' | 'value' | undefined {
  const path = keys.join('\n');
  if (/^agents\ndefaults\nmodels\n[^\n]+$/.test(path)) return 'key';
  const value =
    /^agents\n(?:defaults|list\n\d+)\n(?:model|imageModel)(?:\n(?:primary|fallbacks\n\d+))?$/;
  return value.test(path) ? 'value' : undefined;
}
