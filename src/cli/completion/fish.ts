import type { Flag, Place, Value } from './place.ts';
import { profileIds } from './profile-ids.ts';

/** For fish 3 and later, which walks the values of flags by itself. */
export function fishScript(places: readonly Place[]): string {
  const withValue = places.flatMap(({ flags }) => flags.filter(({ value }) => value !== undefined));
  const names = [...new Set(withValue.map(({ name }) => name))];
  return [
    '# completion of epiloop for fish: this file as',
    '# ~/.config/fish/completions/epiloop.fish',
    '',
    '# true where the name before the cursor is the given one',
    'function __epiloop_at',
    '  set -l words (commandline -opc)',
    '  set -e words[1]',
    '  set -l place',
    '  set -l flag',
    '  for word in $words',
    '    if test -n "$flag"',
    '      set flag',
    `    else if contains -- $word ${names.join(' ')}`,
    '      set flag $word',
    "    else if not string match -q -- '-*' $word",
    "      set -l next (string join ' ' $place $word)",
    `      if not contains -- $next ${named(places)}`,
    '        break',
    '      end',
    "      set place (string split ' ' $next)",
    '    end',
    '  end',
    '  test "$argv" = "$place"',
    'end',
    '',
    found,
    '',
    'complete -c epiloop -f',
    ...places.flatMap(placeLines),
  ].join('\n');
}

/** What there is on this host. */
const found = `function __epiloop_agents
  set -l state $EPILOOP_STATE_DIR
  test -n "$state"; or set state $HOME/.epiloop
  for each in $state/agents/*/
    string match -r '(?<=/)[A-Za-z0-9._-]+(?=/$)' -- $each
  end
end

function __epiloop_profiles
  set -l state $EPILOOP_STATE_DIR
  test -n "$state"; or set state $HOME/.epiloop
  set -l files $state/agents/*/agent/auth-profiles.json
  test -n "$files"; and ${profileIds('$files')}
end`;

function named(places: readonly Place[]): string {
  return places.flatMap(({ path }) => (path === '' ? [] : [quoted(path)])).join(' ');
}

function placeLines({ path, words, takesProfiles, flags }: Place): string[] {
  const start = `complete -c epiloop -n "__epiloop_at ${path}"`;
  return [
    ...words.map(({ text, summary }) => `${start} -a ${text} -d ${quoted(summary)}`),
    ...(takesProfiles ? [`${start} -a '(__epiloop_profiles)'`] : []),
    ...flags.map((flag) => `${start} ${flagWords(flag)}`),
  ];
}

function flagWords({ name, summary, value }: Flag): string {
  const taking = value === undefined ? '' : ` ${valueWords(value)}`;
  return `-l ${name.slice(2)}${taking} -d ${quoted(summary)}`;
}

/** `-x` takes a value that is no file, `-r` one that is. */
function valueWords(value: Value): string {
  switch (value.kind) {
    case 'words':
      return `-x -a ${quoted(value.words.join(' '))}`;
    case 'agent':
      return `-x -a '(__epiloop_agents)'`;
    case 'folder':
      return `-x -a '(__fish_complete_directories)'`;
    case 'file':
      return '-r -F';
    case 'any':
      return '-x';
  }
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
