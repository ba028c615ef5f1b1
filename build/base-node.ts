/**
 * The Node that an executable is made from: the npm package's binary, smaller and deaf to the
 * variables that make Node write files of its own before any of our code runs.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dropUnloadedSections } from './elf.ts';
import { nodeBinary, type Target } from './targets.ts';

/**
 * NODE_COMPILE_CACHE creates a directory, NODE_V8_COVERAGE and NODE_REDIRECT_WARNINGS write files,
 * NODE_DEBUG prints what it sees: all from the environment of whoever starts us. A single executable has no option
 * against them, so their names are changed in the binary.
 */
export const deafTo = [
  'NODE_COMPILE_CACHE',
  'NODE_V8_COVERAGE',
  'NODE_DEBUG',
  'NODE_REDIRECT_WARNINGS',
] as const;

/** Writes the prepared Node for `target` to `file`, executable. */
export function writeBaseNode(target: Target, file: string): void {
  if (target.format !== 'elf') throw new Error(`${target.host} cannot be built yet`);
  const node = dropUnloadedSections(readFileSync(nodeBinary(target)));
  for (const name of deafTo) renameVariable(node, name);
  writeFileSync(file, node, { mode: 0o755 });
}

/**
 * Overwrites every occurrence of a variable's name in place with one of the same length, so that
 * no offset moves. Throws if there is none: then another Node hides it elsewhere.
 */
export function renameVariable(binary: Buffer, name: string): number {
  const replacement = Buffer.from(name.replace(/^NODE/, 'EPIL'), 'latin1');
  let found = 0;
  for (let at = binary.indexOf(name); at >= 0; at = binary.indexOf(name, at + name.length)) {
    replacement.copy(binary, at);
    found += 1;
  }
  if (found === 0) throw new Error(`${name} is not in the base Node, so it cannot be renamed`);
  return found;
}
