import { fromExtract } from '../config/extract.ts';
import type { ModeUpgrade } from '../config/read.ts';
import { emptyHostConfig, type HostConfig } from '../domain/host-config.ts';
import { EpiloopError } from '../errors.ts';
import * as sources from '../store/sources.ts';
import type { HostEnvironment } from './environment.ts';
import type { Host } from './host.ts';
import { trustedStamp } from './stamp.ts';

export interface LoadedConfig {
  readonly config: HostConfig;
  /** the `token` → `oauth` mode upgrade that this config still waits for */
  readonly upgrade?: ModeUpgrade | undefined;
  /** the config and what it includes; none where there is no config */
  readonly files: readonly { readonly path: string }[];
}

const KIND = 'config';

/**
 * The host's config. Unchanged files are answered from the store's extract without a parser;
 * `secrets` asks for the texts of secrets written into the config, which no extract holds.
 */
export async function loadConfig(
  host: Host,
  environment: HostEnvironment,
  { secrets }: { readonly secrets: boolean },
): Promise<LoadedConfig> {
  return (
    (secrets ? undefined : fromStore(host, environment)) ?? (await fromFile(host, environment))
  );
}

function fromStore(host: Host, environment: HostEnvironment): LoadedConfig | undefined {
  const row = sources.get(host.store.db, KIND, host.paths.configPath);
  if (row?.stamp === undefined) return undefined;
  const extract = fromExtract(row.extract, environment.raw, host.store.hash);
  if (extract === undefined) return undefined;
  const unchanged = extract.files.every(({ path, stamp }) => look(host, path) === stamp);
  return unchanged ? extract : undefined;
}

async function fromFile(host: Host, environment: HostEnvironment): Promise<LoadedConfig> {
  const { paths, store } = host;
  if (look(host, paths.configPath) === undefined) return { config: emptyHostConfig, files: [] };
  const { readConfig } = await import('../config/read.ts');
  const read = readConfig({
    path: paths.configPath,
    files: host.files,
    env: environment.raw,
    hash: store.hash,
  });
  if (read === undefined) return { config: emptyHostConfig, files: [] };
  if (host.writes) await remember(host, read);
  return read;
}

/** The file's stamp; a link to nothing is `broken`, and reading it tells why. */
function look(host: Host, path: string): string | undefined {
  try {
    return host.files.stamp(path)?.id;
  } catch (error) {
    if (error instanceof EpiloopError && error.code === 'bad_data') return 'broken';
    throw error;
  }
}

type Read = NonNullable<ReturnType<typeof import('../config/read.ts')['readConfig']>>;

async function remember(host: Host, read: Read): Promise<void> {
  const { toExtract } = await import('../config/extract.ts');
  const now = host.effects.now();
  const trusted = read.files.every(({ stamp }) => trustedStamp(stamp, now) !== undefined);
  host.store.transaction(() => {
    sources.save(host.store.db, {
      kind: KIND,
      path: host.paths.configPath,
      stamp: trusted ? read.files[0]?.stamp.id : undefined,
      extract: toExtract(read),
      readAt: now,
    });
  });
}
