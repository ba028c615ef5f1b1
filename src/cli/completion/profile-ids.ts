/**
 * Prints the profile ids of all agents, from their `auth-profiles.json` as everybody writes them
 * (two blanks of indentation): quick, without running epiloop. What a shell would have to quote is
 * left out. For sh, so that bash, zsh and fish can call it alike.
 */
export function profileIds(files: string): string {
  const id = '[A-Za-z0-9._@+-]*:[A-Za-z0-9._@+:-]*';
  return `sed -n 's/^    "\\(${id}\\)": {.*/\\1/p' ${files} 2>/dev/null | sort -u`;
}
