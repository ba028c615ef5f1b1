import { parse } from 'dotenv';
import type { EnvLookup, EnvValue } from '../domain/agent-view.ts';
import type { HostConfig } from '../domain/host-config.ts';
import { Secret } from '../domain/secret.ts';
import type { Environment, Files } from '../ports.ts';

const MAX_ENV_FILE = 1024 * 1024;

/** One layer of variables; an earlier layer that has the name at all hides later ones. */
interface Layer {
  readonly source: EnvValue['source'];
  readonly values: Environment;
}

export interface HostEnvironment {
  /** a variable's raw text wherever it is set, blank or not; not for secrets' display */
  raw(name: string): string | undefined;
  /** with the config's `env` section behind it, for blank variables only */
  lookup(config: HostConfig, shell?: Environment): EnvLookup;
}

/**
 * The environment as the gateway builds it (2026.1.24, infra/dotenv.ts): our own, then `./.env`
 * where that is asked for, then `<state>/.env`; neither file overrides what is set before it.
 */
export function readEnvironment(options: {
  readonly env: Environment;
  readonly files: Files;
  readonly envFile: string;
  readonly cwdEnvFile: string | undefined;
}): HostEnvironment {
  const layers: Layer[] = [{ source: 'process', values: options.env }];
  if (options.cwdEnvFile !== undefined) {
    layers.push({ source: 'cwd', values: readEnvFile(options.files, options.cwdEnvFile) });
  }
  layers.push({ source: 'state', values: readEnvFile(options.files, options.envFile) });
  return {
    raw: (name) => find(layers, name)?.text,
    lookup: (config, shell) => (name) => {
      const found = find(layers, name);
      if (found !== undefined && found.text.trim() !== '') return value(found.text, found.source);
      const configured = config.env.vars.get(name);
      if (configured !== undefined && !configured.blank) {
        return { secret: configured.secret ?? new Secret(''), source: 'config' };
      }
      const fromShell = shell?.[name];
      return fromShell === undefined || fromShell.trim() === ''
        ? undefined
        : value(fromShell, 'shell');
    },
  };
}

function find(layers: readonly Layer[], name: string) {
  for (const { source, values } of layers) {
    const text = Object.hasOwn(values, name) ? values[name] : undefined;
    if (text !== undefined) return { text, source };
  }
  return undefined;
}

function value(text: string, source: EnvValue['source']): EnvValue {
  return { secret: new Secret(text.trim()), source };
}

/** The variables of a `.env` file; none where it is absent. Throws what reading it throws. */
export function readEnvFile(files: Files, path: string): Environment {
  const content = files.read(path, { maxBytes: MAX_ENV_FILE, followLink: true });
  return content === undefined ? {} : parse(content.text);
}
