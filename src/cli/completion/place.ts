/** What can follow where on the command line: the one list that the scripts of all shells are made of. */
import { providersWithKeys } from '../../domain/env-keys.ts';
import { catalogue, type Listed } from '../catalogue.ts';
import type { Option, Positional } from '../command.ts';
import { globalOptions } from '../globals.ts';
import { topics } from '../help-topics.ts';
import { longName } from '../parse.ts';
import { entriesUnder, findCommand } from '../table.ts';

/** What an option's value is: offered words, or something that the shell itself can list. */
export type Value =
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'file' | 'folder' | 'agent' | 'any' };

export interface Flag {
  /** `--warn-within` */
  readonly name: string;
  readonly summary: string;
  /** undefined: it takes none */
  readonly value: Value | undefined;
}

export interface Word {
  readonly text: string;
  readonly summary: string;
}

/** Where one is after the words of a name, or of the first part of one. */
export interface Place {
  /** `models auth`; empty at the beginning */
  readonly path: string;
  /** what continues the name, or may stand as a word behind it */
  readonly words: readonly Word[];
  /** every word behind the name is the id of a profile */
  readonly takesProfiles: boolean;
  /** the command's own and the global ones */
  readonly flags: readonly Flag[];
}

/** Every place, the beginning first. */
export async function places(): Promise<readonly Place[]> {
  const commands = await catalogue();
  const behind = await wordsBehind(commands);
  const names = commands.flatMap(({ entry }) =>
    entry.path.map((_, at) => entry.path.slice(0, at + 1).join(' ')),
  );
  const groups = names.filter((name) => commands.every((each) => each.name !== name));
  const paths = new Set(['', ...names, ...groups.map((group) => `${HELP} ${group}`)]);
  return [...paths].map((path) => placeAt(path, commands, behind));
}

const HELP = 'help';

type Behind = ReadonlyMap<string, readonly Word[]>;

function placeAt(path: string, commands: readonly Listed[], behind: Behind): Place {
  const words = path === '' ? [] : path.split(' ');
  // help takes the names of all others
  const asked = words[0] === HELP && words.length > 1 ? words.slice(1) : words;
  const found = findCommand(words);
  const own = commands.find(({ entry }) => found.kind === 'command' && entry === found.entry);
  const options = [...(own?.command.options ?? []), ...globalOptions];
  return {
    path,
    words: [...continuations(asked), ...(behind.get(path) ?? [])],
    takesProfiles: own?.name === path && own.command.positionals.some(isProfile),
    flags: options.map(flagOf),
  };
}

/** The next word of every name that begins so. */
function continuations(words: readonly string[]): Word[] {
  const deeper = entriesUnder(words).filter(({ path }) => path.length > words.length);
  const byNext = Map.groupBy(deeper, ({ path }) => path[words.length] ?? '');
  return [...byNext].map(([text, under]) => {
    const own = under.find(({ path }) => path.length === words.length + 1);
    return { text, summary: own?.summary ?? `${text} commands` };
  });
}

/** What can stand behind a whole name, by that name. */
async function wordsBehind(commands: readonly Listed[]): Promise<Behind> {
  const { answers } = await import('../answers.ts');
  const firsts = new Set(commands.map(({ entry }) => entry.path[0] ?? ''));
  const named = commands.map(({ name, command }): readonly [string, readonly Word[]] => {
    const [first] = command.positionals;
    return [name, (first?.values ?? []).map((text) => ({ text, summary: first?.name ?? '' }))];
  });
  return new Map([
    ...named,
    [
      'help',
      [
        ...topics.map(({ name, summary }) => ({ text: name, summary })),
        ...[...firsts].map((text) => ({ text, summary: 'the command' })),
      ],
    ],
    ['schema', (await answers()).map(({ name, title }) => ({ text: name, summary: title }))],
  ]);
}

/** By its name, as in `models auth remove <id>`; a number, as of a change, is called otherwise. */
function isProfile({ name }: Positional): boolean {
  return name === 'id' || name === 'ids';
}

function flagOf(option: Option): Flag {
  return { name: longName(option), summary: option.summary, value: takenBy(option) };
}

/** By its own list, else by its name, else by what stands between the angle brackets. */
function takenBy(option: Option): Value | undefined {
  const placeholder = /<(.+)>/.exec(option.flags)?.[1];
  if (placeholder === undefined) return undefined;
  if (option.values !== undefined) return { kind: 'words', words: option.values };
  const name = longName(option);
  if (name === '--provider') return { kind: 'words', words: providersWithKeys };
  if (name === '--agent') return { kind: 'agent' };
  if (placeholder === 'dir') return { kind: 'folder' };
  return { kind: placeholder === 'path' || placeholder === 'file' ? 'file' : 'any' };
}
