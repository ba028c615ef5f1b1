import * as v from 'valibot';
import type { Reverting } from '../config/revert.ts';
import type { Trace } from '../config/write.ts';
import { isJsonObject, type Json } from '../domain/json.ts';
import type { Change } from '../domain/undoing.ts';
import { EpiloopError } from '../errors.ts';
import type { UndoOutcome } from './app.ts';
import type { Host } from './host.ts';
import { recordConfig } from './listing.ts';
import { readSituation } from './situation.ts';
import { changedSince, type Undone } from './undo-refusal.ts';
import { changeAgent } from './writing.ts';

interface ConfigUndone extends Undone {
  readonly path: string;
  readonly config: UndoOutcome['config'];
}

/** Takes an edit of the config back, in place. Throws `refused` where it was changed since. */
export async function undoConfig(
  host: Host,
  change: Change,
  dryRun: boolean,
): Promise<ConfigUndone> {
  const reverting = revertingOf(change);
  const hint = byHand(reverting);
  if (host.effects.env.EPILOOP_NIX_MODE === '1') {
    const message = `#${change.id} was not undone: EPILOOP_NIX_MODE forbids writing the config`;
    throw new EpiloopError('refused', message, { path: reverting.file, hint });
  }
  const { revertConfig } = await import('../config/revert.ts');
  const revert = () =>
    revertConfig({
      ...{ path: host.paths.configPath, files: host.files, hash: host.store.hash },
      env: (name) => host.effects.env[name],
      ...{ reverting, byHand: hint, dryRun },
    });
  const written = dryRun ? await rehearse(host, revert) : await perform(host, revert);
  if (written === 'differs')
    throw changedSince(host, change, (later) => overlaps(reverting, later));
  const changes = dryRun ? [] : remember(host, change, written.files);
  const config = written.files.map(({ path, backup }) => ({ path, backup }));
  return { changes, result: resultOf(change, reverting), path: reverting.file, config };
}

type Revert = () => ReturnType<typeof import('../config/revert.ts')['revertConfig']>;

async function rehearse(host: Host, revert: Revert) {
  await readSituation(host, { secrets: false, pretend: true });
  return revert();
}

/** As every change does, it first takes in what the files say. */
async function perform(host: Host, revert: Revert) {
  let written: ReturnType<Revert> = 'differs';
  await changeAgent(
    host,
    { otherwise: 'main' },
    () => undefined,
    async () => {
      written = revert();
    },
  );
  return written as ReturnType<Revert>; // assigned in the function above
}

interface Inverse {
  readonly event: string;
  /** how the subject is afterwards */
  readonly now: string;
}

const inverses: ReadonlyMap<string, Inverse> = new Map([
  ['config_profile_listed', { event: 'config_profile_unlisted', now: 'is listed as before' }],
  ['config_profile_unlisted', { event: 'config_profile_listed', now: 'is listed again' }],
  ['config_mode_upgraded', { event: 'config_mode_restored', now: 'has mode token again' }],
  ['config_mode_restored', { event: 'config_mode_upgraded', now: 'has mode oauth again' }],
  ['config_profile_renamed', { event: 'config_profile_renamed', now: 'has its other name again' }],
]);

function inverseOf({ event }: Change): Inverse {
  return inverses.get(event) ?? { event: 'config_restored', now: 'is as before' };
}

/** A profile that was new to the list is gone from it. */
function resultOf(change: Change, { trace }: Reverting): string {
  const { event, subject = 'the config' } = change;
  const entry = trace.changes.find(({ keys }) => keys.at(-1) === subject);
  const isNew = event === 'config_profile_listed' && entry !== undefined;
  const isGone = isNew && entry.before === undefined;
  return `${subject} ${isGone ? 'is no longer listed' : inverseOf(change).now}`;
}

type Files = Exclude<ReturnType<Revert>, 'differs'>['files'];

function remember(host: Host, change: Change, files: Files): number[] {
  const { event } = inverseOf(change);
  const told = { undoes: change.id };
  const { subject = '' } = change;
  return host.store.transaction(() =>
    files.map((file) => recordConfig(host, { event, subject, told }, file)),
  );
}

/** What a row remembers of an edit. Throws `refused` where it does not say enough. */
function revertingOf(change: Change): Reverting {
  const trace = traceIn(change);
  const { id, path: file } = change;
  if (trace === undefined || file === undefined) {
    const message = `#${id} cannot be undone: what stood there is not remembered`;
    const backup = textIn(change.after, 'backup');
    const hint = backup === undefined ? undefined : `${backup} may still have it`;
    throw new EpiloopError('refused', message, { path: file, hint });
  }
  return {
    ...{ file, trace },
    before: textIn(change.before, 'file'),
    after: textIn(change.after, 'file'),
  };
}

const json = v.optional(v.custom<Json>(() => true));

const traceSchema = v.object({
  changes: v.array(
    v.object({
      ...{ keys: v.array(v.string()), before: json, after: json },
      follows: v.optional(v.nullable(v.string())),
    }),
  ),
  made: v.array(v.array(v.string())),
  patch: v.optional(v.array(v.array(v.tuple([v.number(), v.number(), v.string()])))),
});

function traceIn({ after }: Change): Trace | undefined {
  const read = v.safeParse(traceSchema, after);
  return read.success ? read.output : undefined;
}

function textIn(mark: Json | undefined, key: string): string | undefined {
  const value = isJsonObject(mark) ? mark[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/** Did the later change touch one of the values? */
function overlaps({ file, trace }: Reverting, later: Change): boolean {
  if (later.path !== file) return false;
  const others = traceIn(later)?.changes ?? [];
  return others.some(({ keys: theirs }) =>
    trace.changes.some(({ keys }) => {
      const shared = Math.min(keys.length, theirs.length);
      return keys.slice(0, shared).every((key, at) => key === theirs[at]);
    }),
  );
}

/** What a person does instead. */
function byHand({ file, trace }: Reverting): string {
  const steps = trace.changes.map(({ keys, before }) => {
    const place = keys.map((key) => (/^\w+$/.test(key) ? `.${key}` : `["${key}"]`)).join('');
    const name = place.replace(/^\./, '');
    return before === undefined ? `remove ${name}` : `set ${name} to ${JSON.stringify(before)}`;
  });
  return `${steps.join(', ')} in ${file}`;
}
