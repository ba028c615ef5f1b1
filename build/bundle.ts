/** All of src and its dependencies as one CommonJS file, the only form a single executable takes. */
import { build } from 'esbuild';
import { commit } from './commit.ts';
import { root, version } from './targets.ts';

/** Bundles `entry` into `file`; the same sources give the same bytes in any folder. */
export async function bundle(entry: string, file: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    minify: true,
    legalComments: 'none',
    loader: { '.sql': 'text' },
    define: {
      EPILOOP_VERSION: JSON.stringify(version()),
      EPILOOP_COMMIT: JSON.stringify(commit()),
    },
    logLevel: 'warning',
  });
}
