/** From a main program to an executable: bundle, code cache, Node, and all made one. */
import { join } from 'node:path';
import { writeBaseNode } from './base-node.ts';
import { bundle, bundleProgram } from './bundle.ts';
import { makeExecutable } from './package.ts';
import { rehearse } from './rehearsal.ts';
import { hostTarget, root } from './targets.ts';

/**
 * Makes the executable of `entry` for this machine in `folder`, which nobody else may use
 * meanwhile, and returns its path. Temporary files, pkg's too, stay in there.
 */
export async function assemble(entry: string, folder: string): Promise<string> {
  process.env['TMPDIR'] = folder;
  const target = hostTarget();
  const parts = {
    main: join(folder, 'boot.cjs'),
    program: join(folder, 'epiloop.js'),
    cache: join(folder, 'epiloop.cache'),
    node: join(folder, 'node'),
    output: join(folder, 'epiloop'),
  };
  await bundle(join(root, 'build', 'boot.ts'), parts.main);
  await bundleProgram(entry, parts.program);
  writeBaseNode(target, parts.node);
  rehearse({ target, ...parts });
  await makeExecutable(target, parts);
  return parts.output;
}
