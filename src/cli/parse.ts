import { cac } from 'cac';
import { shown, splitAtDashes, takeApart, usage } from './argument.ts';
import type { Command, Option, RawInput } from './command.ts';
import { globalOptions } from './globals.ts';
import { nearest } from './suggest.ts';

/**
 * Reads one command's options and positionals from the words after its name.
 *
 * cac turns every value that looks like a number into one (`--agent 007` → 7, `1e5` → 100000). So
 * it never sees a value: each stands in its argv as `w0`, `w1`, …, and is put back from our own
 * list afterwards. Only declared names reach it, which keeps its other readings of a name (dots as
 * paths, grouped letters, camel case) out as well. Throws EpiloopError `usage`.
 */
export function parse(
  command: Pick<Command, 'options' | 'positionals' | 'behind' | 'stray'>,
  words: readonly string[],
): RawInput {
  const { before, after } = splitAtDashes(words);
  const encoded = encode(before, command);
  const cli = cac('epiloop');
  const parser = cli.command('', '');
  for (const { flags, summary } of command.options) parser.option(flags, summary);
  const parsed = cli.parse(['', '', ...encoded.argv], { run: false });
  const decode = (word: unknown) => encoded.values.get(String(word)) ?? String(word);
  const { behind } = command;
  const positionals = [...parsed.args.map(decode), ...(behind === undefined ? after : [])];
  return {
    ...readOptions(command.options, parsed.options, decode),
    ...(behind !== undefined && after.length > 0 && { [behind]: after }),
    ...readPositionals(command, positionals),
  };
}

/** `--warn-within <duration>` → `--warn-within` */
export function longName({ flags }: Pick<Option, 'flags'>): string {
  return /--[a-z-]+/.exec(flags)?.[0] ?? flags;
}

/** `--warn-within <duration>` → `warnWithin`, the name in a command's input */
export function inputName(option: Pick<Option, 'flags'>): string {
  return camelCase(longName(option).slice(2));
}

function camelCase(text: string): string {
  return text.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function encode(argv: readonly string[], { options, stray }: Pick<Command, 'options' | 'stray'>) {
  const values = new Map<string, string>();
  const placeholder = (text: string) => {
    const name = `w${values.size}`;
    values.set(name, text);
    return name;
  };
  const known = new Map(options.map((option) => [longName(option), option]));
  const encoded = argv.map((text, at) => {
    const argument = takeApart(text);
    if (argument.kind === 'word') return placeholder(text);
    const option = known.get(argument.name);
    if (option === undefined)
      throw stray?.(argument.name) ?? unknownOption(argument.name, [...known.keys()]);
    checkValue(option, argument.value, argv[at + 1]);
    return argument.value === undefined
      ? argument.name
      : `${argument.name}=${placeholder(argument.value)}`;
  });
  return { argv: encoded, values };
}

function checkValue(option: Option, value: string | undefined, next: string | undefined): void {
  const name = longName(option);
  if (!option.flags.includes('<')) {
    if (value !== undefined) throw usage(`${name} takes no value`);
    return;
  }
  const given = value ?? (takeApart(next ?? '').kind === 'word' ? next : undefined);
  if (given === undefined || given === '') throw usage(`${name} needs a value`);
}

function unknownOption(name: string, known: readonly string[]) {
  const guess = nearest(name, [...known, ...globalOptions.map(longName)]);
  return usage(
    `no option ${shown(name)} here`,
    guess === undefined ? undefined : `did you mean ${guess}`,
  );
}

function readOptions(
  options: readonly Option[],
  parsed: Readonly<Record<string, unknown>>,
  decode: (word: unknown) => string,
): RawInput {
  const read: Record<string, string | true | readonly string[]> = {};
  for (const option of options) {
    const name = inputName(option);
    const found = given(name, parsed);
    if (found === undefined) continue;
    const values = Array.isArray(found) ? found.map(decode) : [decode(found)];
    if (!option.flags.includes('<')) read[name] = true;
    else if (option.repeat) read[name] = values;
    else if (values.length > 1) throw usage(`${longName(option)} is given twice`);
    else read[name] = values[0] ?? '';
  }
  return read;
}

/** cac keeps `--no-x` as `x`: true where it is absent, false where it is given. */
function given(name: string, parsed: Readonly<Record<string, unknown>>): unknown {
  if (!/^no[A-Z]/.test(name)) return parsed[name];
  const positive = name.charAt(2).toLowerCase() + name.slice(3);
  return [parsed[positive]].flat().includes(false) ? true : undefined;
}

function readPositionals(
  { positionals: declared, behind }: Pick<Command, 'positionals' | 'behind'>,
  words: readonly string[],
): RawInput {
  const read: Record<string, string | readonly string[]> = {};
  let rest = words;
  for (const { name, required, repeat } of declared) {
    if (required && rest.length === 0) throw usage(`<${name}> is missing`);
    if (rest.length === 0) break;
    read[name] = repeat ? rest : (rest[0] ?? '');
    rest = repeat ? [] : rest.slice(1);
  }
  const hint = behind === undefined ? undefined : `put -- before the ${behind}`;
  if (rest.length > 0) throw usage(`unexpected argument ${shown(rest[0] ?? '')}`, hint);
  return read;
}
