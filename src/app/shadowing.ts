import { variablesOf } from '../domain/env-keys.ts';
import type { Finding } from '../domain/finding.ts';
import { providersInUse } from '../domain/in-use.ts';
import { normalizeProvider } from '../domain/provider.ts';
import { type EnvPlace, shadowedVariable } from '../domain/shadowed-env.ts';
import { EpiloopError } from '../errors.ts';
import type { Environment } from '../ports.ts';
import * as profiles from '../store/profiles.ts';
import { readEnvFile } from './environment.ts';
import type { Host } from './host.ts';
import type { Situation } from './situation.ts';

export interface Shadowing {
  readonly findings: readonly Finding[];
  /** what the gateway would see differently if it were started here */
  readonly notes: readonly Finding[];
}

/**
 * Variables of the providers concerned that have several values: every place, the winner and their
 * fingerprints. `./.env` counts with `--cwd-env` only; without it a note tells what it would change.
 */
export function shadowing(situation: Situation): Shadowing {
  const { host } = situation;
  const providers = providersConcerned(situation);
  const names = new Set([...providers].flatMap((provider) => variablesOf(provider)));
  const { path: cwdFile, values } = cwdEnv(host);
  const findings: Finding[] = [];
  const notes: Finding[] = [];
  for (const name of names) {
    const places = placesOf(situation, name, { path: cwdFile, values });
    const ours = host.options.cwdEnv ? places : places.filter(({ source }) => source !== 'cwd');
    const finding = shadowedVariable(name, ours);
    if (finding !== undefined) findings.push(finding);
    else if (!host.options.cwdEnv) notes.push(...wouldChange(name, places, cwdFile));
  }
  return { findings, notes };
}

/** Those that a configured model needs, and those that anything is stored or configured of. */
function providersConcerned({ host, config }: Situation): Set<string> {
  const all = [
    ...providersInUse(config).map(({ provider }) => provider),
    ...profiles
      .agentDirs(host.store.db)
      .flatMap((key) => profiles.facts(host.store.db, key).map(({ provider }) => provider)),
    ...[...config.auth.profiles.values()].map(({ provider }) => provider),
  ];
  return new Set(all.map(normalizeProvider));
}

/** What the gateway reads first of all files; one that may not be read changes nothing for us. */
function cwdEnv(host: Host): { readonly path: string; readonly values: Environment } {
  const path = `${host.effects.cwd}/.env`;
  try {
    const isStates = host.files.realPath(path) === host.files.realPath(host.paths.envFile);
    return { path, values: isStates ? {} : readEnvFile(host.files, path) };
  } catch (error) {
    if (!(error instanceof EpiloopError)) throw error;
    return { path, values: {} };
  }
}

function placesOf(
  { host, config }: Situation,
  name: string,
  cwd: { readonly path: string; readonly values: Environment },
): EnvPlace[] {
  const { effects, files, paths, store } = host;
  const place = (source: EnvPlace['source'], label: string, values: Environment): EnvPlace[] => {
    const text = Object.hasOwn(values, name) ? values[name]?.trim() : undefined;
    if (text === undefined) return [];
    return [{ source, label, blank: text === '', fingerprint: store.hash(text).slice(0, 8) }];
  };
  const configured = config.env.vars.get(name);
  return [
    ...place('process', 'the environment', effects.env),
    ...place('cwd', cwd.path, cwd.values),
    ...place('state', paths.envFile, readEnvFile(files, paths.envFile)),
    ...(configured === undefined
      ? []
      : [{ source: 'config' as const, label: `env of ${paths.configPath}`, ...configured }]),
  ];
}

function wouldChange(name: string, places: readonly EnvPlace[], path: string): Finding[] {
  const own = places.find(({ source }) => source === 'cwd');
  if (own === undefined || own.blank || places.some(({ source }) => source === 'process'))
    return [];
  const others = places.filter(({ source }) => source !== 'cwd');
  if (others.some(({ fingerprint }) => fingerprint === own.fingerprint)) return [];
  const message = `a gateway started here takes ${name} #${own.fingerprint} from ${path}`;
  const hint = 'epiloop reads that file with --cwd-env only';
  return [{ reason: 'env_shadowed', message, hint, path, exit: 0 }];
}
