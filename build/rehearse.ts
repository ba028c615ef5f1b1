/**
 * Runs a program in this process, once for each command line, and writes the code cache that V8 has
 * of it then: `node rehearse.ts <program> <addon> <cache> <command lines as JSON>`. What the program
 * answers, or whether it fails, is the business of its tests.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

const [program = '', addon = '', cache = '', lines = ''] = process.argv.slice(2);
const queue: string[][] = JSON.parse(lines);
/** They work on threads of their own and mark what they have reached: chance, in the cache's bytes. */
const compilers = ['sparkplug', 'maglev', 'turbofan'];
for (const compiler of compilers) setFlagsFromString(`--no-${compiler}`);

const script = new Script(readFileSync(program, 'latin1'), { filename: 'epiloop.js' });
const load = createRequire(import.meta.url);
const exit: (code: number) => never = process.exit.bind(process);

/** What the executable would find in itself. */
const assets = {
  isSea: () => true,
  getRawAsset: () => Uint8Array.from(readFileSync(addon)).buffer,
};

/** Stands for `process.exit`: the end of one command line is the beginning of the next. */
function next(): void {
  const words = queue.shift();
  if (words === undefined) exit(0);
  process.argv = [process.execPath, process.execPath, ...words];
  script.runInThisContext()((name: string) => (name === 'node:sea' ? assets : load(name)));
}

Object.assign(process, { exit: next });
process.on('beforeExit', next);
process.on('exit', () => {
  // a cache made under other flags than the reader's is refused
  for (const compiler of compilers) setFlagsFromString(`--${compiler}`);
  writeFileSync(cache, script.createCachedData());
});
next();
