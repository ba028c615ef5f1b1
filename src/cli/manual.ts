/** All of it as one man page, from the command table and the topics. */
import { catalogue, type Listed, usageOf } from './catalogue.ts';
import type { Option } from './command.ts';
import { globalOptions } from './globals.ts';
import { topics } from './help-topics.ts';
import { escaped, literal, paragraphs, term, title } from './roff.ts';
import { version } from './version.ts';

/** roff of the man macros, one line each; nothing in it depends on the day it was made. */
export async function manualLines(): Promise<readonly string[]> {
  const commands = await catalogue();
  const pages = await Promise.all(topics.map(topicLines));
  return [
    `.TH EPILOOP 1 "" "epiloop ${escaped(version)}" "Epiloop manual"`,
    ...['.SH NAME', "epiloop \\- the credentials of a gateway host's models"],
    ...['.SH SYNOPSIS', '.B epiloop', '[options] <command> [options]'],
    ...title('SH', 'DESCRIPTION'),
    ...paragraphs(description),
    ...title('SH', 'COMMANDS'),
    ...commands.flatMap(commandLines),
    ...title('SH', 'OPTIONS'),
    ...paragraphs(['Before or after the command:']),
    ...globalOptions.flatMap(optionLines),
    ...pages.flat(),
  ];
}

const description = [
  'Knows every API key, token and login of a gateway host, keeps them in one SQLite',
  'file, keeps the auth-profiles.json files of all agents true, and says whether each',
  'one still works. It opens no network connection unless a command is about that.',
];

async function topicLines({ name, lines }: (typeof topics)[number]): Promise<string[]> {
  const heading = name === 'exit-codes' ? 'exit status' : name;
  return [...title('SH', heading.toUpperCase()), ...paragraphs(await lines())];
}

function commandLines(listed: Listed): string[] {
  const { command, entry } = listed;
  return [
    ...title('SS', usageOf(listed)),
    ...paragraphs(command.description?.split('\n') ?? [entry.summary]),
    ...command.options.flatMap(optionLines),
    ...['.PP', 'Examples:', ...literal(command.examples)],
  ];
}

function optionLines({ flags, summary, repeat }: Option): string[] {
  return term(flags, [repeat ? `${summary} (may be repeated)` : summary]);
}
