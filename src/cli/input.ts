import * as v from 'valibot';
import { parseDuration } from '../domain/duration.ts';
import { holdsSecret } from '../domain/secret-marks.ts';
import { EpiloopError } from '../errors.ts';
import type { Option, RawInput } from './command.ts';

/** A flag: absent is false. */
export const flag = v.optional(v.boolean(), false);

/** A length of time in ms; a bare number counts in `unit`. */
export function duration(unit: 'h' | 'd') {
  return word('a duration such as 30m, 24h or 7d', (text) => parseDuration(text, unit));
}

/** RFC 3339 with a zone, or ms since the epoch → ms since the epoch. */
export const instant = word('a time such as 2026-11-20T12:00:00Z, or ms since the epoch', readTime);

/** One of a few words. */
export function oneOf<const Choice extends string>(choices: readonly Choice[]) {
  return word(choices.join(' or '), (text) => choices.find((choice) => choice === text));
}

/** A whole number within the bounds; `unit` as in ` of ms`. */
export function count(least: number, most: number, unit = '') {
  return word(`a whole number${unit} from ${least} to ${most}`, (text) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : undefined;
    return number !== undefined && number >= least && number <= most ? number : undefined;
  });
}

/** A name that is told again, so that no secret may stand in its place. */
export const name = word('a name, and this looks like a secret', (text) =>
  holdsSecret(text) ? undefined : text,
);

/**
 * Checks a command's words. Throws EpiloopError `usage` that names the option and what it takes,
 * never the value: valibot's own messages quote it.
 */
export function readInput<Input>(
  schema: v.GenericSchema<unknown, Input>,
  raw: RawInput,
  options: readonly Option[],
): Input {
  const result = v.safeParse(schema, raw, { abortEarly: true });
  if (result.success) return result.output;
  const issue = result.issues[0];
  const key = String(issue.path?.[0]?.key ?? 'input');
  const name = `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const known = options.some(({ flags }) => flags.split(' ').includes(name));
  const subject = known ? name : key;
  if (known && raw[key] === undefined) throw new EpiloopError('usage', `${subject} is missing`);
  throw new EpiloopError('usage', `${subject} takes ${issue.expected ?? 'no such value'}`);
}

function word<Output>(expected: string, read: (text: string) => Output | undefined) {
  return v.pipe(
    v.string(),
    v.rawTransform<string, Output>(({ dataset, addIssue, NEVER }) => {
      const value = read(dataset.value);
      if (value !== undefined) return value;
      addIssue({ expected });
      return NEVER;
    }),
  );
}

const rfc3339 =
  /^\d{4}-(\d\d)-(\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i;

function readTime(text: string): number | undefined {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const match = rfc3339.exec(text);
  if (match === null || !isDay(text.slice(0, 10))) return undefined;
  const at = Date.parse(text.toUpperCase());
  return Number.isNaN(at) ? undefined : at;
}

/** Date.parse takes the 31st of February and calls it the 3rd of March. */
function isDay(date: string): boolean {
  const at = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(date);
}
