/** All of a program and its dependencies as one CommonJS file, the only form an executable takes. */
import { readFileSync, writeFileSync } from 'node:fs';
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
    // Otherwise /\p{…}/u becomes `new RegExp`, made at start-up and never left out.
    // And `import()` becomes `require()`: a script has nobody to ask for modules.
    supported: { 'regexp-unicode-property-escapes': true, 'dynamic-import': false },
    loader: { '.sql': 'text' },
    define: {
      EPILOOP_VERSION: JSON.stringify(version()),
      EPILOOP_COMMIT: JSON.stringify(commit()),
    },
    logLevel: 'warning',
  });
}

/** The same as one expression, a function of `require`, so that it can be run as a script. */
export async function bundleProgram(entry: string, file: string): Promise<void> {
  await bundle(entry, file);
  const text = readFileSync(file, 'utf8');
  // it is stored and read with one byte per character
  if (/[^\0-\x7f]/.test(text)) throw new Error(`${file} is not plain ASCII`);
  writeFileSync(file, `(function(require){const module={exports:{}},{exports}=module;${text}})`);
}
