/** From a main program to an executable: bundle, Node, and both made one. */
import { join } from 'node:path';
import { writeBaseNode } from './base-node.ts';
import { bundle } from './bundle.ts';
import { makeExecutable } from './package.ts';
import { hostTarget } from './targets.ts';

/**
 * Makes the executable of `entry` for this machine in `folder`, which nobody else may use
 * meanwhile, and returns its path. Temporary files, pkg's too, stay in there.
 */
export async function assemble(entry: string, folder: string): Promise<string> {
  process.env['TMPDIR'] = folder;
  const target = hostTarget();
  const parts = {
    main: join(folder, 'epiloop.cjs'),
    node: join(folder, 'node'),
    output: join(folder, 'epiloop'),
  };
  await bundle(entry, parts.main);
  writeBaseNode(target, parts.node);
  await makeExecutable(target, parts);
  return parts.output;
}
