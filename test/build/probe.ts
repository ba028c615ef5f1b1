/** The main program of the executable that executable.test.ts makes and looks into. */
import fs from 'node:fs';
import Database from 'better-sqlite3';
import { loadSqliteAddon } from '../../src/platform/addon.ts';

/** better-sqlite3 takes the addon as an object, its typings only as a path. */
type Options = ConstructorParameters<typeof Database>[1];

function answer(): unknown {
  const options = { nativeBinding: loadSqliteAddon() } as unknown as Options;
  const database = new Database(':memory:', options);
  const maps = fs.readFileSync('/proc/self/maps', 'latin1').split('\n');
  return {
    sqlite: database.prepare('SELECT sqlite_version()').pluck().get(),
    from: maps.find((line) => line.includes('r-x') && line.includes('(deleted)'))?.trim(),
    execArgv: process.execArgv,
  };
}

/** Says every 100 ms that it lives, until its standard input ends. */
function wait(): void {
  setInterval(() => fs.writeSync(1, '.'), 100);
  fs.read(0, Buffer.alloc(1), () => process.exit(0));
}

const [command] = process.argv.slice(2);
if (command === 'wait') wait();
else if (command === 'warn') process.emitWarning('somebody should know');
else fs.writeSync(1, JSON.stringify(answer()));
