import type { Place } from './place.ts';
import { profileIds } from './profile-ids.ts';
import { type ValueRow, valueRows } from './value-rows.ts';

/** For zsh 5 with its completion system (`compinit`). */
export function zshScript(places: readonly Place[]): string {
  return [
    '#compdef epiloop',
    '# completion of epiloop for zsh: this file as _epiloop in a folder of $fpath,',
    '# or source <(epiloop completion zsh) behind compinit in ~/.zshrc',
    '',
    '# sets what can follow a name: offers and flags; false where there is no such name',
    '_epiloop_place() {',
    '  case $1 in',
    ...places.flatMap(placeLines),
    '    (*) return 1 ;;',
    '  esac',
    '}',
    '',
    '# sets what the value of a flag is, given as name and flag; false where it takes none',
    '_epiloop_value() {',
    '  case $1 in',
    ...valueRows(places).map(valueLine),
    '    (*) return 1 ;;',
    '  esac',
    '}',
    '',
    body,
  ].join('\n');
}

function placeLines({ path, words, takesProfiles, flags }: Place): string[] {
  return [
    `    ('${path}')`,
    '      offers=(',
    ...words.map(({ text, summary }) => `        ${described(text, summary)}`),
    '      )',
    ...(takesProfiles ? ['      behind=profile'] : []),
    '      flags=(',
    ...flags.map(({ name, summary }) => `        ${described(name, summary)}`),
    '      ) ;;',
  ];
}

/** `word:what it is`, as _describe takes it; a colon or backslash in the word would need care. */
function described(text: string, summary: string): string {
  return quoted(`${text.replace(/[\\:]/g, '\\$&')}:${summary}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function valueLine({ flag, paths, value }: ValueRow): string {
  const pattern =
    paths === undefined ? `*' ${flag}'` : paths.map((path) => `'${path} ${flag}'`).join('|');
  const offered = value.kind === 'words' ? ` allowed=(${value.words.join(' ')})` : '';
  return `    (${pattern}) kind=${value.kind}${offered} ;;`;
}

/** `words`, `path` and `status` mean something else to zsh. */
const body = `_epiloop() {
  local place='' flag='' word='' kind='' behind='' open=1
  local -a offers flags allowed
  integer at
  for ((at = 2; at < CURRENT; at++)); do
    word=\${words[at]}
    if [[ -n $flag ]]; then flag=''; continue; fi
    case $word in
      (--) return 1 ;;
      (-*=*) ;;
      (-*) if _epiloop_value "$place $word"; then flag=$word; fi ;;
      (*)
        if [[ -n $open ]] && _epiloop_place "\${place:+$place }$word"; then
          place="\${place:+$place }$word"
        else
          open=''
        fi ;;
    esac
  done
  word=\${words[CURRENT]}
  if [[ -z $flag && $word == -*=* ]]; then
    flag=\${word%%=*}
    compset -P '*='
  fi
  _epiloop_place "$place"
  if [[ -n $flag ]]; then
    if _epiloop_value "$place $flag"; then _epiloop_offer; fi
  elif [[ $word == -* ]]; then
    _describe -o option flags
  elif [[ -n $behind ]]; then
    kind=$behind
    _epiloop_offer
  elif [[ -n $open ]]; then
    _describe word offers
  fi
}

_epiloop_offer() {
  local state=\${EPILOOP_STATE_DIR:-$HOME/.epiloop}
  local -a found
  case $kind in
    (words) compadd -- $allowed ;;
    (agent)
      found=($state/agents/*(N/:t))
      compadd -- \${(M)found:#[A-Za-z0-9]*} ;;
    (profile)
      found=($state/agents/*/agent/auth-profiles.json(N))
      if (( $#found )); then found=(\${(f)"$(${profileIds('$found')})"}); fi
      compadd -- $found ;;
    (file) _files ;;
    (folder) _files -/ ;;
  esac
}

compdef _epiloop epiloop
if [[ \${funcstack[1]} == _epiloop ]]; then _epiloop "$@"; fi`;
