import type { HostConfig } from '../domain/host-config.ts';
import type { Files, Hash } from '../ports.ts';
import { type ConfigFile, load } from './include.ts';
import { configSecret, hostConfig, type Outline, type SecretText } from './outline.ts';
import { isText, type Settings, validate } from './schema.ts';
import { type Lookup, substitute } from './substitute.ts';
import { isMissing, Template, type Text, textOf } from './template.ts';
import { at, Located, type TreeObject } from './tree.ts';

export type { ConfigFile } from './include.ts';

export interface ConfigRead {
  readonly config: HostConfig;
  /** the config itself first, then what it includes */
  readonly files: readonly ConfigFile[];
  readonly upgrade?: ModeUpgrade | undefined;
  /** every `${NAME}` in our parts, sorted */
  readonly variables: readonly string[];
  /** what `toExtract` keeps; holds secrets in memory only */
  readonly outline: Outline;
}

/** The profile's mode is `token`, and one file says so literally. */
export interface ModeUpgrade {
  readonly profileId: typeof CLAUDE_CLI;
  readonly file: string;
  /** the keys that lead to the mode within that file */
  readonly keys: readonly string[];
}

const CLAUDE_CLI = 'anthropic:claude-cli';

export interface ReadInput {
  readonly path: string;
  readonly files: Files;
  readonly env: Lookup;
  readonly hash: Hash;
}

/**
 * Reads, includes, fills in and validates the config as the gateway 2026.1.24 would, but only its
 * parts `auth`, `agents`, `models`, `env` and `session`. Undefined: there is no such file.
 * @throws EpiloopError `config_invalid`, naming file, place and what is expected, never a value
 */
export function readConfig({ path, files, env, hash }: ReadInput): ConfigRead | undefined {
  const loaded = load(path, files);
  if (loaded === undefined) return undefined;
  const { filled, variables } = substitute(loaded.tree, env);
  const outline = outlineOf(validate(filled, path), hash);
  return {
    config: hostConfig(outline, hash),
    files: loaded.files,
    upgrade: findUpgrade(loaded.tree),
    variables,
    outline,
  };
}

/** Through a variable the mode is nobody's text, so there is nothing to edit. */
function findUpgrade(tree: TreeObject): ModeUpgrade | undefined {
  const mode = at(tree, ['auth', 'profiles', CLAUDE_CLI, 'mode']);
  if (!(mode instanceof Located) || mode.text !== 'token') return undefined;
  return { profileId: CLAUDE_CLI, file: mode.file, keys: mode.keys };
}

function outlineOf(settings: Settings, hash: Hash): Outline {
  const { vars, shellEnv, ...direct } = settings.env ?? {};
  const texts = Object.entries(direct).filter((entry): entry is [string, Text] => isText(entry[1]));
  const set = texts.filter(([, text]) => !isMissing(textOf(text)));
  return {
    auth: settings.auth,
    agents: settings.agents,
    providers: mapValues(settings.models?.providers ?? {}, ({ apiKey, models, ...rest }) => ({
      ...rest,
      ...(apiKey !== undefined && { apiKey: sealed(apiKey, hash) }),
      ...(models !== undefined && { models: modelIds(models) }),
    })),
    sessionStore: settings.session?.store,
    vars: mapValues({ ...vars, ...Object.fromEntries(set) }, (text) => sealed(text, hash)),
    shellEnv,
  };
}

/** `models.providers.<id>.models[].id`; what is no such entry has no id. */
function modelIds(models: unknown): readonly Text[] {
  if (!Array.isArray(models)) return [];
  return models.map((model: unknown) => idOf(model)).filter(isText);
}

function idOf(model: unknown): unknown {
  return typeof model === 'object' && model !== null && 'id' in model ? model.id : undefined;
}

function sealed(text: Text, hash: Hash): SecretText {
  return text instanceof Template ? text : configSecret(text, hash);
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, convert: (value: A) => B) {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]): [string, B] => [key, convert(value)]),
  );
}
