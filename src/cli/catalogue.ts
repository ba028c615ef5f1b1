import type { Command } from './command.ts';
import { type Entry, entries } from './table.ts';

/** One command with everything that is known of it. */
export interface Listed {
  /** as it is typed: `models auth order set` */
  readonly name: string;
  readonly entry: Entry;
  readonly command: Command;
}

/** Every command, in the table's order; loads all of them. */
export function catalogue(): Promise<readonly Listed[]> {
  return Promise.all(
    entries.map(async (entry) => ({
      name: entry.path.join(' '),
      entry,
      command: await entry.load(),
    })),
  );
}

/** `epiloop models auth remove [options] <id>` */
export function usageOf({ name, command }: Pick<Listed, 'name' | 'command'>): string {
  const words = command.positionals.map((positional) => {
    const word = `${positional.name}${positional.repeat ? '…' : ''}`;
    return positional.required ? ` <${word}>` : ` [${word}]`;
  });
  const behind = command.behind === undefined ? '' : ` -- <${command.behind}>…`;
  const options = command.options.length === 0 ? '' : ' [options]';
  return `epiloop ${name}${options}${words.join('')}${behind}`;
}
