import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Names, modes, owners and contents of everything in a folder but SQLite's shared memory. */
export function picture(folder: string): Record<string, string> {
  const all = readdirSync(folder, { withFileTypes: true });
  const entries = all
    .filter(({ name }) => !name.endsWith('-shm'))
    .map((entry) => {
      const path = join(folder, entry.name);
      if (!entry.isFile()) return [entry.name, 'no file'];
      const { mode, uid, nlink } = statSync(path);
      const hash = createHash('sha256').update(readFileSync(path)).digest('hex');
      return [entry.name, `${mode.toString(8)} ${uid} ${nlink} ${hash}`];
    });
  return Object.fromEntries(entries);
}
