import type { HostConfig } from '../domain/host-config.ts';
import { isJsonObject, type Json } from '../domain/json.ts';
import type { Hash } from '../ports.ts';
import { hostConfig, isMode, type Outline, type SecretText } from './outline.ts';
import type { ConfigRead, ModeUpgrade } from './read.ts';
import { fill, isMissing, Template, textOf } from './template.ts';

/** To be raised with every change of what is kept, so that older extracts are made anew. */
const VERSION = 2;

/** In an extract `{"$": "…${NAME}…"}` stands for a text that names variables. */
const TEMPLATE = '$';

export interface ExtractedFile {
  readonly path: string;
  /** the id of its stamp when it was read */
  readonly stamp: string;
}

export interface Extracted {
  readonly config: HostConfig;
  readonly files: readonly ExtractedFile[];
  readonly upgrade?: ModeUpgrade | undefined;
}

interface Extract {
  readonly version: number;
  readonly files: readonly ExtractedFile[];
  readonly upgrade?: ModeUpgrade | undefined;
  readonly variables: readonly string[];
  readonly outline: Json;
}

/**
 * What is kept of a config between two runs: no secret, only whether it is blank and its
 * fingerprint; texts with variables stay as written.
 */
export function toExtract({ outline, files, upgrade, variables }: ConfigRead): Json {
  const extract: Omit<Extract, 'outline'> & { readonly outline: Outline } = {
    version: VERSION,
    files: files.map(({ path, stamp }) => ({ path, stamp: stamp.id })),
    upgrade,
    variables,
    outline: {
      ...outline,
      providers: mapEntries(outline.providers, (entry) =>
        entry.apiKey === undefined ? entry : { ...entry, apiKey: traces(entry.apiKey) },
      ),
      vars: mapEntries(outline.vars, traces),
    },
  };
  return JSON.parse(
    JSON.stringify(extract, (_, value: unknown) =>
      value instanceof Template ? { [TEMPLATE]: value.raw } : value,
    ),
  );
}

/**
 * The config of an extract, with today's variables. Undefined says "parse it again": another
 * version made it, a variable that it needs is not set (perhaps the config itself sets it), or a
 * value has become one that only the full check may judge. Literal secrets come without their
 * text. Whether the files are unchanged is the caller's question: compare the stamps.
 * Without `hash` a config whose secrets stand in variables is to be parsed again.
 */
export function fromExtract(
  json: Json,
  env: (name: string) => string | undefined,
  hash?: Hash,
): Extracted | undefined {
  if (!isJsonObject(json) || json.version !== VERSION) return undefined;
  const extract = json as unknown as Extract; // only `toExtract` makes one of this version
  if (extract.variables.some((name) => isMissing(env(name)))) return undefined;
  const outline = revive(extract.outline, env) as Outline; // as above
  if (!judged(outline) || (hash === undefined && hidesSecrets(outline))) return undefined;
  const config = hostConfig(outline, hash ?? unused);
  return { config, files: extract.files, upgrade: extract.upgrade };
}

function revive(value: Json, env: (name: string) => string | undefined): unknown {
  if (Array.isArray(value)) return value.map((item) => revive(item, env));
  if (!isJsonObject(value)) return value;
  const raw = value[TEMPLATE];
  if (typeof raw === 'string')
    return new Template(
      raw,
      fill(raw, (name) => env(name) ?? ''),
    );
  return mapEntries(value, (item) => revive(item, env));
}

/** The one text of which the schema demands more than being a text. */
function judged({ auth }: Outline): boolean {
  return Object.values(auth?.profiles ?? {}).every(({ mode }) => isMode(textOf(mode)));
}

function hidesSecrets({ providers, vars }: Outline): boolean {
  const keys = Object.values(providers).map(({ apiKey }) => apiKey);
  return [...keys, ...Object.values(vars)].some((secret) => secret instanceof Template);
}

function traces(secret: SecretText): SecretText {
  if (secret instanceof Template) return secret;
  return { blank: secret.blank, fingerprint: secret.fingerprint };
}

function mapEntries<A, B>(
  record: Readonly<Record<string, A>>,
  convert: (value: A) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, convert(value)]));
}

function unused(): string {
  throw new TypeError('nothing of an extract without templates is ever hashed');
}
