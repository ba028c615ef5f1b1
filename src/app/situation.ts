import type { HostConfig } from '../domain/host-config.ts';
import { type Agent, mainAgent, refuseSharedDirectories } from './agents.ts';
import { loadConfig } from './config.ts';
import { type HostEnvironment, readEnvironment } from './environment.ts';
import type { Host } from './host.ts';
import { upgradeConfig } from './upgrade.ts';

/** What every use case starts from: the host with its environment and its config. */
export interface Situation {
  readonly host: Host;
  readonly environment: HostEnvironment;
  readonly config: HostConfig;
  /** the config's own file and those that it includes, absolute */
  readonly configFiles: readonly string[];
  /** whose file the others inherit */
  readonly main: Agent;
}

/**
 * Reads environment and config, and carries the config's mode upgrade out.
 * @param options.secrets the texts of secrets in the config are wanted
 * @param options.pretend the upgrade is only assumed, e.g. because the answer is about another time
 */
export async function readSituation(
  host: Host,
  options: { readonly secrets: boolean; readonly pretend: boolean },
): Promise<Situation> {
  const { effects, paths } = host;
  const environment = readEnvironment({
    env: effects.env,
    files: host.files,
    envFile: paths.envFile,
    cwdEnvFile: host.options.cwdEnv ? `${effects.cwd}/.env` : undefined,
  });
  const { config, upgrade, files } = await loadConfig(host, environment, options);
  refuseSharedDirectories({ host, config });
  return {
    host,
    environment,
    config: upgrade === undefined ? config : await upgradeConfig(host, config, upgrade, options),
    configFiles: files.map(({ path }) => path),
    main: mainAgent(paths, host.files),
  };
}
