import type { EpiloopError } from '../errors.ts';
import { shown, usage } from './argument.ts';
import { nearest } from './suggest.ts';
import { entries } from './table.ts';

/** First words of the gateway's own commands (2026.1.24): known, and not ours. */
const gatewayCommands: ReadonlySet<string> = new Set(
  (
    'acp agent agents approvals browser channels config configure cron daemon dashboard devices ' +
    'directory dns docs gateway health hooks logs memory message node nodes pairing plugins ' +
    'reset sandbox security sessions setup skills system tui uninstall update voicecall webhooks'
  ).split(' '),
);

/**
 * The one line for words that name no command. `path` is empty where there were none, and a
 * group's own name where more should have followed.
 */
export function strayWords(path: readonly string[]): EpiloopError {
  const name = path.map(shown).join(' ');
  if (name === '') return usage('a command is missing', 'epiloop help lists them');
  const known = entries.map((entry) => entry.path.join(' '));
  if (known.some((command) => command.startsWith(`${name} `))) {
    return usage(`${name} needs one more word`, `epiloop help ${name} lists them`);
  }
  const [first = ''] = path;
  if (gatewayCommands.has(first)) return usage(`${first} is a command of the gateway; ${role}`);
  const guess = nearestCommand(path, known);
  const aside = guess === undefined ? '' : `, did you mean ${guess}`;
  return usage(`no command ${name}${aside}; ${role}`);
}

const role = "this executable is epiloop's authentication part";

/** A slip of the keys in the whole name or a group's, or a command without its group. */
function nearestCommand(path: readonly string[], known: readonly string[]): string | undefined {
  const name = path.join(' ');
  const groups = known.map((command) => command.split(' ').slice(0, path.length).join(' '));
  return (
    nearest(name, [...known, ...groups]) ?? known.find((command) => command.endsWith(` ${name}`))
  );
}
