import { error, type Fault, warning } from '../domain/lint.ts';
import { membersOf, textIn } from '../domain/lint-tree.ts';
import type { LintFiles } from './lint-files.ts';
import type { Lookup } from './substitute.ts';
import { isMissing, variablesOf } from './template.ts';

/** `${VAR}` that is set nowhere, and what only looks like one. */
export function lintVariables(files: LintFiles, env: Lookup): void {
  const own = ownVariables(files);
  for (const { file, keys, value } of files.visits) {
    const text = textIn(value);
    if (!text?.includes('${')) continue;
    const source = files.files.get(file)?.text ?? '';
    const placeOf = (name: string) => {
      const at = source.indexOf(name, value.at);
      // the text may be written with escapes, or be of another line by now
      return at >= 0 && at <= value.at + text.length * 6 ? at : value.at;
    };
    for (const name of new Set(variablesOf(text))) {
      if (!isMissing(env(name)) || own.has(name)) continue;
      files.note(file, placeOf(`\${${name}}`), unset(name, keys));
    }
    const other = /(?<!\$)\$\{(?![A-Z_][A-Z0-9_]*\})[A-Za-z_][A-Za-z0-9_]*\}/.exec(text)?.[0];
    if (other === undefined) continue;
    const message = 'a variable with lower-case letters in its name is never replaced';
    const hint = 'write the name in capitals; $$ in place of $ keeps it literally';
    files.note(file, placeOf(other), warning('unreplaced-variable', message, hint));
  }
}

/** Outside our parts somebody else may set it, for example the unit that starts the gateway. */
function unset(name: string, keys: readonly string[]): Fault {
  const message = `the variable ${name} is not set: the gateway refuses the config without it`;
  const hint = `set ${name} in the environment or in the .env file of the state`;
  const isOurs = keys[0] === 'auth' || keys[0] === 'env';
  return isOurs ? error('unset-variable', message, hint) : warning('unset-variable', message, hint);
}

/** `env.vars.*` and `env.<KEY>` that are not blank. */
function ownVariables({ visits }: LintFiles): Set<string> {
  const sections = visits.filter(({ keys }) => {
    return keys[0] === 'env' && (keys.length === 1 || (keys.length === 2 && keys[1] === 'vars'));
  });
  const members = sections.flatMap(({ value }) => membersOf(value));
  return new Set(members.filter(({ value }) => !isMissing(textIn(value))).map(({ key }) => key));
}
