import { join, resolve } from 'node:path';
import { EpiloopError } from '../errors.ts';
import type { Environment } from '../ports.ts';

/** Where everything is (gateway 2026.1.24, config/paths.ts). All absolute. */
export interface Paths {
  readonly home: string | undefined;
  readonly stateDir: string;
  readonly configPath: string;
  /** our own database */
  readonly database: string;
  /** `<state>/.env` */
  readonly envFile: string;
  /** the directory of agent `main` for `models status`, entering credentials and inheritance */
  readonly mainAgentDir: string;
}

export interface PathOptions {
  readonly env: Environment;
  readonly home: string | undefined;
  readonly cwd: string;
  /** `--state-dir` */
  readonly stateDir?: string | undefined;
  /** `--profile`, or `dev` for `--dev`; `default` has no suffix */
  readonly profile?: string | undefined;
}

export function findPaths(options: PathOptions): Paths {
  const { env, home } = options;
  const stateDir = findStateDir(options);
  const configured = filled(env.EPILOOP_CONFIG_PATH);
  const agentDir = filled(env.EPILOOP_AGENT_DIR) ?? filled(env.PI_CODING_AGENT_DIR);
  return {
    home,
    stateDir,
    configPath:
      configured === undefined ? join(stateDir, 'epiloop.json') : absolute(configured, options),
    database: join(stateDir, 'auth.sqlite'),
    envFile: join(stateDir, '.env'),
    mainAgentDir:
      agentDir === undefined ? agentDirIn(stateDir, 'main') : absolute(agentDir, options),
  };
}

export function agentDirIn(stateDir: string, agentId: string): string {
  return join(stateDir, 'agents', agentId, 'agent');
}

/** `~` and `~/…` from home, else relative to the working directory. */
export function absolute(
  path: string,
  { home, cwd }: { home: string | undefined; cwd: string },
): string {
  if (path !== '~' && !path.startsWith('~/')) return resolve(cwd, path);
  if (home === undefined) throw noHome(`${path} needs a home directory and there is none`);
  return resolve(home, path.slice(2));
}

function findStateDir(options: PathOptions): string {
  const explicit = filled(options.stateDir) ?? filled(options.env.EPILOOP_STATE_DIR);
  if (explicit !== undefined) return absolute(explicit, options);
  if (options.home === undefined) {
    throw noHome('no home directory: HOME is not absolute and the user has no passwd entry');
  }
  const { profile } = options;
  const suffix = profile === undefined || profile.toLowerCase() === 'default' ? '' : `-${profile}`;
  return join(options.home, `.epiloop${suffix}`);
}

function noHome(message: string): EpiloopError {
  return new EpiloopError('no_home', message, {
    hint: 'name the state directory with --state-dir or EPILOOP_STATE_DIR',
  });
}

function filled(value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed === undefined || trimmed === '' ? undefined : trimmed;
}
