/**
 * Makes the single executable with pkg's own pipeline for Node's SEA format. pkg's command line
 * cannot pass a code cache or assets on, so the pipeline is called directly (pkg is pinned).
 */
import childProcess from 'node:child_process';
import { createRequire } from 'node:module';
import { basename, dirname } from 'node:path';
import { promisify } from 'node:util';
import { addonFile, type Target } from './targets.ts';

type Sea = typeof import('@yao-pkg/pkg/lib-es5/sea.js');
type Run = (file: string, args: readonly string[], options?: object) => Promise<unknown>;

export interface Parts {
  /** what runs first */
  readonly main: string;
  /** the program that it runs */
  readonly program: string;
  readonly cache: string;
  /** the prepared Node */
  readonly node: string;
  /** where the executable goes */
  readonly output: string;
}

/** All parts must be in one folder that nobody else uses: pkg's temporary files go there too. */
export async function makeExecutable(target: Target, parts: Parts): Promise<void> {
  const { default: sea } = loadPipeline(dirname(parts.main));
  const seaConfig = {
    // Relative, because the path is stored in the executable.
    main: basename(parts.main),
    disableExperimentalSEAWarning: true,
    useSnapshot: false,
    useCodeCache: true,
    // NODE_OPTIONS must neither load code into us nor open an inspector.
    execArgvExtension: 'none',
    // SIGUSR1 must not open an inspector, nor OPENSSL_CONF load engines into a keeper of secrets.
    // A short run that allocates more than V8's smallest young generation (1 MB) spends a tenth of
    // its time on collecting next to nothing.
    execArgv: ['--disable-sigusr1', '--openssl-config=/dev/null', '--min-semi-space-size=4'],
    assets: {
      'better_sqlite3.node': addonFile(target),
      'epiloop.js': parts.program,
      'epiloop.cache': parts.cache,
    },
  };
  await quietly(() =>
    sea(parts.main, {
      nodePath: parts.node,
      signature: false,
      seaConfig,
      targets: [
        { nodeRange: 'node24', platform: target.platform, arch: target.arch, output: parts.output },
      ],
    }),
  );
}

/**
 * pkg with the two things its generator lacks for the same bytes in every run and folder: a fixed
 * seed, since the code cache holds V8's string hashes, and our folder as the working directory.
 * `--hash-seed` would do the same, but then V8 rejects the cache.
 */
function loadPipeline(folder: string): Sea {
  const original = childProcess.execFile;
  const run: Run = promisify(original);
  const seeded: Run = (file, args, options) => {
    if (args[0] !== '--experimental-sea-config') return run(file, args, options);
    return run(file, ['--random-seed=1', ...args], { ...options, cwd: folder });
  };
  const replacement = Object.assign(() => original, { [promisify.custom]: seeded });
  Object.assign(childProcess, { execFile: replacement });
  try {
    const load = createRequire(import.meta.url);
    // require() is untyped; the shape is that of the pinned package's own declaration.
    return load('@yao-pkg/pkg/lib-es5/sea.js') as Sea;
  } finally {
    Object.assign(childProcess, { execFile: original });
  }
}

/** Keeps pkg's progress to itself, unless it fails: then its last words belong to the error. */
async function quietly(work: () => Promise<void>): Promise<void> {
  const lines: string[] = [];
  const { log } = console;
  console.log = (...words: unknown[]) => lines.push(words.join(' '));
  try {
    await work();
  } catch (cause) {
    throw new Error(['pkg could not make the executable', ...lines].join('\n'), { cause });
  } finally {
    console.log = log;
  }
}
