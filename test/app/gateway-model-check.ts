/** Runs histories by the thousand, with a seed to repeat them by. */
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import fc, { seed } from '../property.ts';
import { World } from './gateway-model.ts';
import { histories, live } from './gateway-model-run.ts';
import { freshStore, ours, type Subject } from './gateway-model-subject.ts';

/** Of each kind; EPILOOP_RUNS makes it more. */
const numRuns = Number(process.env['EPILOOP_RUNS'] ?? 1000);

/** Memory where there is some: no history needs to outlive the test. */
export function scratchFolder(t: TestContext): string {
  const base = fs.existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const folder = fs.realpathSync(fs.mkdtempSync(join(base, 'epiloop-model-')));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function assertHistories(
  t: TestContext,
  options: { readonly disturbed: boolean },
): Promise<void> {
  const folder = scratchFolder(t);
  const fresh = await freshStore(folder, new World(fs.mkdtempSync(join(folder, 'fresh-')), 0));
  const begin = (world: World): Subject => {
    fs.copyFileSync(fresh, join(world.state, 'auth.sqlite'));
    fs.chmodSync(join(world.state, 'auth.sqlite'), 0o600);
    return ours(world);
  };
  t.diagnostic(`seed ${seed}, ${numRuns} histories`);
  const property = fc.asyncProperty(histories(options.disturbed), (history) =>
    live(folder, history, begin),
  );
  await fc.assert(property, { numRuns, seed });
}
