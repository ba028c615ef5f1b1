import { looksSecret, pastedSecret } from '../domain/secret-marks.ts';
import { splitAtDashes, takeApart, usage } from './argument.ts';
import type { Option } from './command.ts';
import type { Globals } from './effects.ts';

/** Known before and after the command; read without cac, which `--version` must not load. */
export const globalOptions: readonly Option[] = [
  { flags: '--json', summary: 'one JSON value on standard output, errors too' },
  { flags: '--agent <id>', summary: 'the agent meant' },
  { flags: '--state-dir <dir>', summary: 'in place of ~/.epiloop' },
  { flags: '--profile <name>', summary: 'use ~/.epiloop-<name>' },
  { flags: '--dev', summary: 'the same as --profile dev' },
  { flags: '--offline', summary: 'open no network connection, whatever happens' },
  { flags: '--no-color', summary: 'plain text, as NO_COLOR does' },
  { flags: '--no-sync', summary: 'write nothing: neither store, files nor config' },
  { flags: '--cwd-env', summary: 'honour ./.env of the working directory' },
  { flags: '-h, --help', summary: 'this text' },
  { flags: '-V, --version', summary: 'the version; with --json how it was built' },
];

const letters: ReadonlyMap<string, string> = new Map([
  ['-h', '--help'],
  ['-V', '--version'],
]);

/** State directories are named after it, as the gateway does (2026.1.24, cli/profile.ts). */
const profileName = /^[a-z0-9][a-z0-9_-]{0,63}$/i;

/** Global options as typed, and every other word in its order. */
export interface Split {
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  /** the rest, `--` and what follows it included */
  readonly words: readonly string[];
}

/** Takes the global options out of `argv`. Throws EpiloopError `usage`. */
export function splitGlobals(argv: readonly string[]): Split {
  const { before, after } = splitAtDashes(argv);
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const words: string[] = [];
  const queue = before.values();
  for (const text of queue) {
    const option = globalOption(text);
    if (option === undefined) words.push(text);
    else if (!option.takesValue) flags.add(withoutValue(option));
    else {
      const next = option.value ?? queue.next().value;
      setOnce(values, option.name, next, option.value !== undefined);
    }
  }
  const dashes = before.length < argv.length ? ['--', ...after] : [];
  return { flags, values, words: [...words, ...dashes] };
}

/** Judges what `splitGlobals` found. Throws EpiloopError `usage`. */
export function readGlobals({ flags, values }: Split): Globals {
  const profile = values.get('--profile');
  if (profile !== undefined && flags.has('--dev')) {
    throw usage('--profile and --dev exclude each other', '--dev is --profile dev');
  }
  if (profile !== undefined && !profileName.test(profile)) {
    throw usage('--profile takes letters, digits, - and _, at most 64, a letter or digit first');
  }
  if (profile !== undefined && looksSecret(profile)) throw pastedSecret('--profile');
  if (looksSecret(values.get('--state-dir') ?? '')) throw pastedSecret('--state-dir');
  return {
    json: flags.has('--json'),
    agent: values.get('--agent'),
    stateDir: values.get('--state-dir'),
    profile: flags.has('--dev') ? 'dev' : profile,
    offline: flags.has('--offline'),
    color: !flags.has('--no-color'),
    sync: !flags.has('--no-sync'),
    cwdEnv: flags.has('--cwd-env'),
  };
}

interface GlobalOption {
  readonly name: string;
  readonly value: string | undefined;
  readonly takesValue: boolean;
}

function globalOption(text: string): GlobalOption | undefined {
  const argument = takeApart(text);
  if (argument.kind === 'word') return undefined;
  const name = letters.get(argument.name) ?? argument.name;
  const option = globalOptions.find(({ flags }) => flags.split(/[ ,]+/).includes(name));
  if (option === undefined) return undefined;
  return { name, value: argument.value, takesValue: option.flags.includes('<') };
}

function withoutValue({ name, value }: GlobalOption): string {
  if (value !== undefined) throw usage(`${name} takes no value`);
  return name;
}

function setOnce(
  values: Map<string, string>,
  name: string,
  value: string | undefined,
  attached: boolean,
): void {
  const isOption = !attached && value !== undefined && takeApart(value).kind === 'option';
  if (value === undefined || value === '' || isOption) throw usage(`${name} needs a value`);
  if (values.has(name)) throw usage(`${name} is given twice`);
  values.set(name, value);
}
