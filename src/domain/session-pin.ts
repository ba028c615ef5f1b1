import { isJsonObject, type Json, type JsonObject, sameJson } from './json.ts';
import { defaultProvider, type ModelRef, parseModelRef } from './model-ref.ts';

/** What a session runs on, where that is not what its agent runs on. */
export interface SessionPin {
  /** undefined: the agent's default model */
  readonly model?: ModelRef | undefined;
  readonly profile?: PinnedProfile | undefined;
}

export interface PinnedProfile {
  readonly id: string;
  /** `auto`: the gateway picked it, and may pick another */
  readonly source: 'user' | 'auto';
  /** how often the session had been compacted when the gateway picked it */
  readonly compactions?: number | undefined;
}

/** The fields of a session in the gateway's file that are ours to write (gateway 2026.1.24). */
export type PinFields = Readonly<
  Record<
    | 'providerOverride'
    | 'modelOverride'
    | 'authProfileOverride'
    | 'authProfileOverrideSource'
    | 'authProfileOverrideCompactionCount',
    string | number | undefined
  >
>;

export function fieldsOf({ model, profile }: SessionPin): PinFields {
  return {
    providerOverride: model?.provider,
    modelOverride: model?.model,
    authProfileOverride: profile?.id,
    authProfileOverrideSource: profile?.source,
    authProfileOverrideCompactionCount: profile?.compactions,
  };
}

/** A session of the gateway's file; fields of another form count as absent. */
export function pinOf(entry: JsonObject): SessionPin {
  const { providerOverride, modelOverride, authProfileOverride: id } = entry;
  const model = filled(modelOverride);
  const provider = filled(providerOverride) ?? defaultProvider;
  const ref = model === undefined ? undefined : parseModelRef(`${provider}/${model}`);
  const profile = filled(id);
  return {
    ...(ref !== undefined && { model: ref }),
    ...(profile !== undefined && { profile: { id: profile, ...sourceOf(entry) } }),
  };
}

/** Older gateways noted no source: with a count of compactions it was picked by itself. */
function sourceOf(entry: JsonObject): Omit<PinnedProfile, 'id'> {
  const count = entry.authProfileOverrideCompactionCount;
  const compactions = Number.isSafeInteger(count) ? Number(count) : undefined;
  const stated = entry.authProfileOverrideSource;
  const guessed = compactions === undefined ? 'user' : 'auto';
  const source = stated === 'auto' || stated === 'user' ? stated : guessed;
  return { source, ...(compactions !== undefined && { compactions }) };
}

function filled(value: Json | undefined): string | undefined {
  const text = typeof value === 'string' && value.isWellFormed() ? value.trim() : '';
  return text === '' ? undefined : text;
}

export function isEmptyPin({ model, profile }: SessionPin): boolean {
  return model === undefined && profile === undefined;
}

export function samePin(a: SessionPin, b: SessionPin): boolean {
  return sameJson(pinJson(a) ?? null, pinJson(b) ?? null);
}

/** For history rows and answers; undefined where nothing is pinned. */
export function pinJson(pin: SessionPin): JsonObject | undefined {
  if (isEmptyPin(pin)) return undefined;
  const { model, profile } = pin;
  return {
    provider: model?.provider ?? null,
    model: model?.model ?? null,
    profileId: profile?.id ?? null,
    source: profile?.source ?? null,
    compactionCount: profile?.compactions ?? null,
  };
}

/** The other way round; undefined for what `pinJson` cannot have made. */
export function pinFromJson(json: Json | undefined): SessionPin | undefined {
  if (!isJsonObject(json)) return undefined;
  const { provider, model, profileId, source, compactionCount } = json;
  return pinOf({
    providerOverride: provider ?? null,
    modelOverride: model ?? null,
    authProfileOverride: profileId ?? null,
    authProfileOverrideSource: source ?? null,
    authProfileOverrideCompactionCount: compactionCount ?? null,
  });
}

export interface PinnedSession {
  readonly pin: SessionPin;
  /** it waits to be written into the gateway's file */
  readonly pending: boolean;
  /** what stood in that file then; undefined: the session was not in it */
  readonly seen?: SessionPin | undefined;
}

/**
 * What the session is pinned to: ours, if it still waits to be written and nobody chose in the
 * gateway since; else what the gateway's file says. A pin ends with its session.
 * @param there what the file says; undefined: the session is not in it
 */
export function settlePin(
  ours: PinnedSession | undefined,
  there: SessionPin | undefined,
): { readonly pin: SessionPin; readonly from: 'here' | 'there' } {
  if (ours === undefined || !ours.pending) return { pin: there ?? {}, from: 'there' };
  if (there === undefined) return { pin: ours.pin, from: 'here' };
  const unchanged = samePin(there, ours.seen ?? {});
  const chosen = there.model !== undefined || there.profile?.source === 'user';
  return !unchanged && chosen ? { pin: there, from: 'there' } : { pin: ours.pin, from: 'here' };
}
