/** Where a run of ours differs from the gateway's: places and what ours says there. */
import type { RecordedFile } from './golden-cases.ts';

export interface Difference {
  /** a JSON path, `exit`, `text`, `failure`, or `file:` and a path below HOME */
  readonly where: string;
  /** what ours says: JSON for values; `absent` where it says nothing */
  readonly ours: string;
}

/** What stands behind the gateway's fields of `models status --json`. */
const statusFields: ReadonlySet<string> = new Set(['schemaVersion', 'findings', 'mirrors']);

/** The same for `models auth order get --json`. */
export const orderFields: ReadonlySet<string> = new Set(['schemaVersion', 'effective']);

/** Same values and same key order; our own fields must follow behind at the top. */
export function compareReports(theirs: unknown, ours: unknown, added = statusFields): Difference[] {
  if (!isObject(theirs) || !isObject(ours)) return compareJson(theirs, ours, '');
  const keys = Object.keys(ours);
  const first = keys.findIndex((key) => added.has(key));
  const behind = first < 0 ? [] : keys.slice(first);
  const strays = behind.filter((key) => !added.has(key));
  const known = Object.fromEntries(Object.entries(ours).filter(([key]) => !added.has(key)));
  return [
    ...strays.map((key) => ({ where: key, ours: 'behind our own fields' })),
    ...[...added]
      .filter((key) => !behind.includes(key))
      .map((key) => ({ where: key, ours: 'absent' })),
    ...compareJson(theirs, known, ''),
  ];
}

function compareJson(theirs: unknown, ours: unknown, where: string): Difference[] {
  if (Array.isArray(theirs) && Array.isArray(ours) && theirs.length === ours.length) {
    return theirs.flatMap((each, index) => compareJson(each, ours[index], `${where}[${index}]`));
  }
  if (isObject(theirs) && isObject(ours)) return compareObjects(theirs, ours, where);
  const text = JSON.stringify(ours);
  return text === JSON.stringify(theirs) ? [] : [{ where, ours: text ?? 'absent' }];
}

function compareObjects(theirs: JsonObject, ours: JsonObject, where: string): Difference[] {
  const names = new Set([...Object.keys(theirs), ...Object.keys(ours)]);
  const found = [...names].flatMap((name) =>
    compareJson(theirs[name], ours[name], where === '' ? name : `${where}.${name}`),
  );
  const shared = Object.keys(ours).filter((name) => Object.hasOwn(theirs, name));
  const asTheirs = Object.keys(theirs).filter((name) => Object.hasOwn(ours, name));
  if (shared.join('\n') === asTheirs.join('\n')) return found;
  return [...found, { where: `${where} (key order)`, ours: shared.join(', ') }];
}

/**
 * The gateway's screen, line for line; our findings may follow behind a blank line. Of lines that
 * differ ours are told, from the first to the last of them.
 */
export function compareScreens(theirs: string, ours: string): Difference[] {
  const left = theirs.trimEnd().split('\n');
  const right = withoutFindings(ours).trimEnd().split('\n');
  let start = 0;
  while (start < right.length && left[start] === right[start]) start += 1;
  if (start === left.length && start === right.length) return [];
  let end = 0;
  while (end < right.length - start && left.at(-1 - end) === right.at(-1 - end)) end += 1;
  const lines = right.slice(start, right.length - end);
  return [{ where: 'text', ours: lines.length === 0 ? 'absent' : lines.join('\n') }];
}

/** Cuts off the section of ours, which is well-formed or it is not cut off. */
function withoutFindings(screen: string): string {
  const section = /\n\nFindings \((\d+)\)\n((?:- [a-z_]+: .+\n(?: {2}hint: .+\n)?)+)$/.exec(screen);
  const count = section?.[2]?.match(/^- /gm)?.length;
  return section !== null && count === Number(section[1]) ? screen.slice(0, section.index) : screen;
}

/** Every file below HOME; our database and what belongs to it is left out by the caller. */
export function compareFiles(
  theirs: ReadonlyMap<string, RecordedFile>,
  ours: ReadonlyMap<string, RecordedFile>,
): Difference[] {
  return [...new Set([...theirs.keys(), ...ours.keys()])].flatMap((path) => {
    const [left, right] = [theirs.get(path), ours.get(path)];
    const where = `file:${path}`;
    if (right === undefined) return [{ where, ours: 'absent' }];
    const mode = right.mode === '600' ? [] : [{ where: `${where} (mode)`, ours: right.mode }];
    return right.text === left?.text ? mode : [...mode, { where, ours: right.text }];
  });
}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
