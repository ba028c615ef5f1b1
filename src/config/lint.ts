import type { Files } from '../ports.ts';
import { type AgentDirectory, lintAgents, lintModelRefs } from './lint-agents.ts';
import { configuredProviders, lintAuth } from './lint-auth.ts';
import { type LintedFile, LintFiles, type Visit } from './lint-files.ts';
import { levelFault } from './lint-level.ts';
import { lintSecrets } from './lint-secrets.ts';
import { kindFault, missingFaults, shapeAt, unknownFault } from './lint-shape.ts';
import { lintVariables } from './lint-variables.ts';
import type { Lookup } from './substitute.ts';

export interface ConfigRules {
  readonly path: string;
  readonly files: Files;
  readonly env: Lookup;
  /** does any agent have a profile of that id? */
  readonly isStored: (id: string) => boolean;
  readonly directoryOf: AgentDirectory;
}

/**
 * What is wrong in the config and in what it includes, by file. Undefined: there is no such file.
 * Throws EpiloopError where the config itself cannot be read.
 */
export function lintConfig(rules: ConfigRules): ReadonlyMap<string, LintedFile> | undefined {
  const files = new LintFiles(rules.files);
  if (!files.read(rules.path)) return undefined;
  files.visitFile(rules.path, [], [rules.path]);
  for (const visit of files.visits) noteShape(files, visit);
  const configured = configuredProviders(files);
  lintAuth(files, rules.isStored);
  lintAgents(files, rules.directoryOf);
  lintModelRefs(files, configured);
  lintSecrets(files);
  lintVariables(files, rules.env);
  return files.files;
}

function noteShape(files: LintFiles, { file, keys, at, value }: Visit): void {
  files.note(file, at, levelFault(keys));
  const parent = shapeAt(keys.slice(0, -1));
  const name = keys.at(-1) ?? 'the config';
  if (keys.length > 0) files.note(file, at, unknownFault(parent, name));
  const shape = shapeAt(keys);
  if (shape === undefined) return;
  files.note(file, value.at, kindFault(shape, name, value));
  // an included file may hold only a part of what it stands for
  const isPart = keys.length > 0 && value === files.files.get(file)?.root;
  if (isPart) return;
  for (const fault of missingFaults(shape, name, value)) files.note(file, at, fault);
}
