import * as v from 'valibot';
import { shown, usage } from '../argument.ts';
import { usageOf } from '../catalogue.ts';
import { columns } from '../columns.ts';
import { type Command, defineCommand, type Option } from '../command.ts';
import { globalOptions } from '../globals.ts';
import { topics } from '../help-topics.ts';
import { flag } from '../input.ts';
import { type Line, styled } from '../screen.ts';
import { strayWords } from '../stray.ts';
import { type Entry, entries, entriesUnder, findCommand } from '../table.ts';

/** A page on the whole, on a group, a command or a topic. */
export interface Page {
  readonly lines: readonly Line[];
  readonly value: { schemaVersion: 1; topic: string; text: readonly string[] };
}

const input = v.strictObject({ topic: v.optional(v.array(v.string()), []), man: flag });

export const help = defineCommand<v.InferOutput<typeof input>, Page>({
  description: 'Everything that there is to know, in this executable: no network, no other file.',
  options: [{ flags: '--man', summary: 'all of it as a man page (roff)' }],
  positionals: [{ name: 'topic', repeat: true }],
  input,
  examples: [
    'epiloop help',
    'epiloop help models status',
    'epiloop help air-gapped',
    'epiloop help --man > epiloop.1',
  ],
  run: ({ topic, man }) => (man ? manual(topic) : helpOn(topic)),
  render: ({ lines }) => lines,
  json: ({ value }) => value,
  output: async () => (await import('../schemas/help.ts')).help,
});

/** Throws EpiloopError `usage` for words that are neither a command, a group nor a topic. */
export async function helpOn(words: readonly string[]): Promise<Page> {
  const name = words.join(' ');
  return pageOf(name, await pageLines(name, words));
}

async function manual(words: readonly string[]): Promise<Page> {
  if (words.length > 0) throw usage('--man takes no topic: it is all of them');
  const { manualLines } = await import('../manual.ts');
  return pageOf('man', await manualLines());
}

function pageOf(topic: string, lines: readonly Line[]): Page {
  return { lines, value: { schemaVersion: 1, topic, text: lines.map(plain) } };
}

async function pageLines(name: string, words: readonly string[]): Promise<readonly Line[]> {
  if (name === '') return overview();
  const topic = topics.find((one) => one.name === name);
  if (topic !== undefined) return topic.lines();
  const entry = entries.find(({ path }) => path.join(' ') === name);
  if (entry !== undefined) return commandLines(entry, await entry.load());
  const group = entriesUnder(words);
  if (group.length > 0) return groupLines(name, group);
  const found = findCommand(words);
  if (found.kind === 'command')
    throw usage(`no help on ${words.map(shown).join(' ')}`, 'epiloop help lists what there is');
  throw strayWords(words);
}

function overview(): readonly Line[] {
  return [
    "epiloop: the credentials of a gateway host's models",
    '',
    ...section('Usage', ['  epiloop [options] <command> [options]']),
    ...section('Commands', columns(entries.map((entry) => [entry.path.join(' '), entry.summary]))),
    ...section('Options, before or after the command', optionLines(globalOptions)),
    ...section('Topics', columns(topics.map((topic) => [topic.name, topic.summary]))),
    'epiloop help <command or topic> tells more',
  ];
}

function groupLines(name: string, group: readonly Entry[]): readonly Line[] {
  const rows = group.map(({ path, summary }) => [path.join(' '), summary] as const);
  const own = findCommand(name.split(' '));
  const alone = own.kind === 'command' ? `${name} alone is ${own.entry.path.join(' ')}` : '';
  return [
    ...section('Commands', columns(rows)),
    ...(alone === '' ? [] : [alone, '']),
    `epiloop help ${name} <command> tells more`,
  ];
}

function commandLines(entry: Entry, command: Command): readonly Line[] {
  const name = entry.path.join(' ');
  const { description } = command;
  return [
    `epiloop ${name}: ${entry.summary}`,
    '',
    ...section('Usage', [`  ${usageOf({ name, command })}`]),
    ...(description === undefined ? [] : [...description.split('\n'), '']),
    ...(command.options.length === 0 ? [] : section('Options', optionLines(command.options))),
    ...section('Options of every command', optionLines(globalOptions)),
    ...section(
      'Examples',
      command.examples.map((example) => `  ${example}`),
    ).slice(0, -1),
  ];
}

function section(title: string, lines: readonly Line[]): readonly Line[] {
  return [[styled('heading', title)], ...lines, ''];
}

function optionLines(options: readonly Option[]): readonly string[] {
  return columns(
    options.map(({ flags, summary, repeat }) => [
      flags.startsWith('--') ? `    ${flags}` : flags,
      repeat ? `${summary} (may be repeated)` : summary,
    ]),
  );
}

function plain(line: Line): string {
  if (typeof line === 'string') return line;
  return line.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('');
}
