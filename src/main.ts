/** The process edge: argv, environment, streams, exit code. */
import type { AppEffects } from './app/effects.ts';
import type { Effects, EnteredText, Globals, SecretFrom } from './cli/effects.ts';
import { run } from './cli/run.ts';
import { version } from './cli/version.ts';
import { loadSqliteAddon } from './platform/addon.ts';
import { now } from './platform/clock.ts';
import { realFiles } from './platform/files.ts';
import { findHome } from './platform/home.ts';
import { loginShellEnv } from './platform/login-shell.ts';
import { writeAll } from './platform/output.ts';
import { isAlive, ownMark } from './platform/processes.ts';
import { ownerFor } from './platform/state-owner.ts';
import { isTerminal } from './platform/terminal.ts';

const effects: Effects = {
  env: process.env,
  out: (text) => writeAll(1, text),
  err: (text) => writeAll(2, text),
  isTTY: isTerminal,
  now,
  readSecret,
  async readLines(otherwise) {
    const { readLines } = await import('./platform/line-input.ts');
    return readLines(otherwise);
  },
  async dialogue(otherwise) {
    const { openDialogue } = await import('./platform/dialogue.ts');
    return openDialogue(otherwise);
  },
  async programs() {
    const { realPrograms } = await import('./platform/programs.ts');
    return realPrograms(process.env);
  },
  async readStdin(maxBytes) {
    const { readStdin } = await import('./platform/standard-input.ts');
    return readStdin(maxBytes);
  },
  async runProgram(words, env) {
    const { runProgram } = await import('./platform/program.ts');
    return runProgram(words, env);
  },
  async browse(url) {
    const { openBrowser } = await import('./platform/browser.ts');
    return openBrowser(url, process.env);
  },
  async openApp(globals, command) {
    const { openApp } = await import('./app/open.ts');
    return openApp(appEffects(), { ...globals, command });
  },
};

/** Whose file it may be depends on whose state directory it is for. */
async function readSecret(from: SecretFrom, globals: Globals): Promise<EnteredText> {
  const [paths, input] = await Promise.all([
    import('./app/paths.ts'),
    import('./platform/secret-input.ts'),
  ]);
  const { env, cwd, home, filesFor } = appEffects();
  const { stateDir } = paths.findPaths({ ...globals, env, cwd, home });
  const named =
    from.kind === 'file' ? { ...from, path: paths.absolute(from.path, { home, cwd }) } : from;
  return input.readSecret(named, { env, files: filesFor(stateDir) });
}

function appEffects(): AppEffects {
  return {
    env: process.env,
    cwd: process.cwd(),
    home: findHome(process.env),
    filesFor: (stateDir) => realFiles(ownerFor(stateDir)),
    sqliteAddon: loadSqliteAddon,
    now,
    hostname: () => process.getBuiltinModule('node:os').hostname(),
    build: version,
    loginShellEnv: (timeoutMs) => loginShellEnv(process.env, timeoutMs),
    processes: { self: ownMark, isAlive },
  };
}

// what we make for ourselves alone has to be open to ourselves: a umask may not take that away
process.umask(process.umask() & 0o077);
// nothing left to wait for, and no answer: that is no success
process.exitCode = 70;
// `exit` instead of a natural end: tearing the heap down would cost more than a short answer
void run(process.argv.slice(2), effects).then((code) => process.exit(code));
