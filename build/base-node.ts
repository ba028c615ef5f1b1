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

/**
 * Node loads the file behind these wherever they stand on the command line, before any of our code
 * runs and in a single executable too: whoever can choose our arguments would choose our
 * environment, and an option of ours could not have the name.
 */
const envFileOptions = [
  '--env-file',
  '--env-file=',
  '--env-file-if-exists',
  '--env-file-if-exists=',
];

/** Writes the prepared Node for `target` to `file`, executable. */
export function writeBaseNode(target: Target, file: string): void {
  if (target.format !== 'elf') throw new Error(`${target.host} cannot be built yet`);
  const node = dropUnloadedSections(readFileSync(nodeBinary(target)));
  for (const name of deafTo) renameVariable(node, name);
  hideOptions(node, envFileOptions);
  writeFileSync(file, node, { mode: 0o755 });
}

/**
 * Changes the beginning of these C strings, which stand behind each other, into one that nobody
 * types, and where the compiler made numbers of them in x86-64 code, there too. Where their text
 * stands otherwise, in Node's own scripts and their snapshot, it does no harm. Throws unless the
 * strings stand there exactly once.
 */
export function hideOptions(binary: Buffer, options: readonly string[]): void {
  const row = Buffer.from(`\0${options.join('\0')}\0`, 'latin1');
  const start = binary.indexOf(row);
  if (start < 0 || binary.indexOf(row, start + 1) >= 0) {
    throw new Error(`${options[0]} is not once in the base Node, so it cannot be hidden`);
  }
  const head = options[0]?.slice(0, 8) ?? '';
  for (let at = binary.indexOf(head); at >= 0; at = binary.indexOf(head, at + 1)) {
    const isInRow = at > start && at < start + row.length;
    if (isInRow || isNumber(binary, at)) binary.write('\x01\x01', at, 'latin1');
  }
}

/** Are the eight bytes here what a `mov r64, imm64` loads? */
function isNumber(binary: Buffer, at: number): boolean {
  const [prefix = 0, opcode = 0] = binary.subarray(at - 2, at);
  return (prefix === 0x48 || prefix === 0x49) && opcode >= 0xb8 && opcode <= 0xbf;
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
