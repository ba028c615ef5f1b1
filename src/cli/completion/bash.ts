import type { Place } from './place.ts';
import { profileIds } from './profile-ids.ts';
import { type ValueRow, valueRows } from './value-rows.ts';

/** For bash 3.2 (macOS) and later, with or without the bash-completion package. */
export function bashScript(places: readonly Place[]): string {
  return [
    '# completion of epiloop for bash: eval "$(epiloop completion bash)" in ~/.bashrc,',
    '# or this file as ~/.local/share/bash-completion/completions/epiloop',
    '',
    '# sets what can follow a name: words and flags; false where there is no such name',
    '_epiloop_place() {',
    '  case $1 in',
    ...places.flatMap(placeLines),
    '    *) return 1 ;;',
    '  esac',
    '}',
    '',
    '# sets what the value of a flag is, given as name and flag; false where it takes none',
    '_epiloop_value() {',
    '  case $1 in',
    ...valueRows(places).map(valueLine),
    '    *) return 1 ;;',
    '  esac',
    '}',
    '',
    body,
  ].join('\n');
}

function placeLines({ path, words, takesProfiles, flags }: Place): string[] {
  const names = flags.map(({ name }) => name).join(' ');
  return [
    `    '${path}')`,
    `      words='${words.map(({ text }) => text).join(' ')}'`,
    ...(takesProfiles ? ['      behind=profile'] : []),
    `      flags='${names}' ;;`,
  ];
}

function valueLine({ flag, paths, value }: ValueRow): string {
  const pattern =
    paths === undefined ? `*' ${flag}'` : paths.map((path) => `'${path} ${flag}'`).join('|');
  const offered = value.kind === 'words' ? ` values='${value.words.join(' ')}'` : '';
  return `    ${pattern}) kind=${value.kind}${offered} ;;`;
}

/** `--flag=value` and `a:b` are one word or three, as COMP_WORDBREAKS has it. */
const body = `_epiloop() {
  local place='' flag='' open=1 words='' flags='' behind='' kind='' values='' word at
  local current=\${COMP_WORDS[COMP_CWORD]}
  COMPREPLY=()
  for ((at = 1; at < COMP_CWORD; at++)); do
    word=\${COMP_WORDS[at]}
    if [[ $word == '=' ]]; then continue; fi
    if [[ -n $flag ]]; then flag=''; continue; fi
    case $word in
      --) return 0 ;;
      -*=*) ;;
      -*) if _epiloop_value "$place $word"; then flag=$word; fi ;;
      *)
        if [[ -n $open ]] && _epiloop_place "\${place:+$place }$word"; then
          place="\${place:+$place }$word"
        else
          open=''
        fi ;;
    esac
  done
  if [[ $current == '=' ]]; then current=''; fi
  if [[ $current == -*=* ]]; then flag=\${current%%=*} current=\${current#*=}; fi
  _epiloop_place "$place"
  if [[ -n $flag ]]; then
    if _epiloop_value "$place $flag"; then _epiloop_offer; fi
  elif [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$current"))
  elif [[ -n $behind ]]; then
    kind=$behind
    _epiloop_offer
  elif [[ -n $open ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
}

# a word of what was found on this host; compgen -W would expand what is in it
_epiloop_found() {
  if [[ $1 == "$2$current"* && $1 =~ ^[A-Za-z0-9._@+:-]+$ ]]; then
    COMPREPLY+=("\${1#"$2"}")
  fi
}

_epiloop_offer() {
  local each before='' state=\${EPILOOP_STATE_DIR:-$HOME/.epiloop} IFS=$' \\t\\n'
  case $kind in
    words) COMPREPLY=($(compgen -W "$values" -- "$current")) ;;
    agent)
      for each in "$state"/agents/*/; do
        each=\${each%/}
        if [[ -d $each ]]; then _epiloop_found "\${each##*/}" ''; fi
      done ;;
    profile)
      if [[ $current == ':' ]]; then
        before=\${COMP_WORDS[COMP_CWORD - 1]}: current=''
      elif [[ \${COMP_WORDS[COMP_CWORD - 1]} == ':' ]]; then
        before=\${COMP_WORDS[COMP_CWORD - 2]}:
      fi
      for each in $(${profileIds('"$state"/agents/*/agent/auth-profiles.json')}); do
        _epiloop_found "$each" "$before"
      done ;;
    file|folder)
      compopt -o filenames 2>/dev/null
      IFS=$'\\n'
      if [[ $kind == file ]]; then
        COMPREPLY=($(compgen -f -- "$current"))
      else
        COMPREPLY=($(compgen -d -- "$current"))
      fi ;;
  esac
}

complete -F _epiloop epiloop`;
