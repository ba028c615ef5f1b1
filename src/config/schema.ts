import * as v from 'valibot';
import { EpiloopError } from '../errors.ts';
import { isMode, modes } from './outline.ts';
import type { Filled } from './substitute.ts';
import { Template, type Text, textOf } from './template.ts';

/**
 * What the gateway 2026.1.24 demands of the parts that concern us: `auth` is strict, elsewhere
 * unknown keys are its own affair. Every `custom` names what it expects, because that text is shown.
 */
const text = v.custom<Text>(isText, 'string');
const mode = v.custom<Text>((it) => isText(it) && isMode(textOf(it)), modes.join(' | '));
const hours = v.custom<number>(isPositive, 'positive number of hours');
const timeout = v.custom<number>((it) => it === 0 || isPositive(it), 'number of milliseconds');
const plain = v.custom<object>(isPlain, 'object');

/** valibot takes a list, too, for an object. */
const record = <S extends v.GenericSchema>(value: S) => v.pipe(plain, v.record(v.string(), value));
const loose = <E extends v.ObjectEntries>(entries: E) => v.pipe(plain, v.object(entries));
const strict = <E extends v.ObjectEntries>(entries: E) => v.pipe(plain, v.strictObject(entries));
const list = <S extends v.GenericSchema>(item: S) => v.array(item);

const auth = strict({
  profiles: v.optional(record(strict({ provider: text, mode, email: v.optional(text) }))),
  order: v.optional(record(list(text))),
  cooldowns: v.optional(
    strict({
      billingBackoffHours: v.optional(hours),
      billingBackoffHoursByProvider: v.optional(record(hours)),
      billingMaxHours: v.optional(hours),
      failureWindowHours: v.optional(hours),
    }),
  ),
});

const choice = loose({ primary: v.optional(text), fallbacks: v.optional(list(text)) });

const agents = loose({
  defaults: v.optional(
    loose({
      model: v.optional(choice),
      imageModel: v.optional(choice),
      models: v.optional(record(loose({ alias: v.optional(text) }))),
    }),
  ),
  list: v.optional(
    list(
      loose({
        id: text,
        default: v.optional(v.boolean()),
        agentDir: v.optional(text),
        model: v.optional(v.lazy((it) => (isText(it) ? text : choice))),
      }),
    ),
  ),
});

const models = loose({
  providers: v.optional(
    record(
      loose({
        baseUrl: v.optional(text),
        apiKey: v.optional(text),
        auth: v.optional(text),
        api: v.optional(text),
        // the rest of a model is the gateway's affair, and so is an entry of another form
        models: v.optional(v.unknown()),
      }),
    ),
  ),
});

const env = v.pipe(
  plain,
  v.objectWithRest(
    {
      vars: v.optional(record(text)),
      shellEnv: v.optional(
        loose({ enabled: v.optional(v.boolean()), timeoutMs: v.optional(timeout) }),
      ),
    },
    v.unknown(),
  ),
);

const settings = v.object({
  auth: v.optional(auth),
  agents: v.optional(agents),
  models: v.optional(models),
  env: v.optional(env),
  session: v.optional(loose({ store: v.optional(text) })),
});

export type Settings = v.InferOutput<typeof settings>;

const SHOWN = 5;

/**
 * @throws EpiloopError `config_invalid` listing the first places and what is expected there, never
 * what stands there
 */
export function validate(filled: Filled, path: string): Settings {
  const result = v.safeParse(settings, filled);
  if (result.success) return result.output;
  const lines = result.issues.map(describe);
  const more = lines.length > SHOWN ? [`and ${lines.length - SHOWN} more`] : [];
  throw new EpiloopError(
    'config_invalid',
    `${path} is invalid: ${[...lines.slice(0, SHOWN), ...more].join('; ')}`,
    { path, hint: 'mend the file and run the command again' },
  );
}

/** valibot's own messages quote the value; `expected` and our own texts do not. */
function describe(issue: v.BaseIssue<unknown>): string {
  const place = v.getDotPath(issue) ?? 'the file';
  const last = issue.path?.at(-1)?.key;
  if (issue.expected === 'never') return `${place}: no such key is known`;
  if (issue.expected === `"${String(last)}"`) return `${place}: expected, but missing`;
  if (issue.type === 'custom') return `${place}: expected ${issue.message}`;
  return `${place}: expected ${(issue.expected ?? 'something else').toLowerCase()}`;
}

export function isText(value: unknown): value is Text {
  return typeof value === 'string' || value instanceof Template;
}

function isPositive(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}

function isPlain(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === null;
}
