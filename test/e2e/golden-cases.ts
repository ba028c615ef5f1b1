/**
 * The runs in test/golden, moved to the HOME of a made-up host. They are recordings of the gateway
 * 2026.1.24 without a network, its clock frozen, its files holding made-up credentials only.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', 'golden');

/** The home that the recordings were made in. */
const RECORDED_HOME = '/home/operator';

export const caseNames: readonly string[] = readdirSync(folder, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

export interface RecordedFile {
  /** octal, e.g. `600` */
  readonly mode: string;
  readonly text: string;
}

export interface RecordedRun {
  /** two digits, as in the names of the recorded outputs */
  readonly n: string;
  readonly args: readonly string[];
  readonly exit: number;
  readonly stdout: string;
  /** path below HOME → what the gateway left there; null: deleted */
  readonly filesChanged: Readonly<Record<string, RecordedFile | null>>;
}

export interface RecordedCase {
  readonly description: string;
  readonly frozenClockMs: number;
  readonly env: Readonly<Record<string, string>>;
  /** path below HOME → text */
  readonly files: Readonly<Record<string, string>>;
  readonly runs: readonly RecordedRun[];
}

/** One case as it would have been recorded with this HOME. */
export function loadCase(name: string, home: string): RecordedCase {
  const read = (file: string): string =>
    readFileSync(join(folder, name, file), 'utf8').replaceAll(RECORDED_HOME, home);
  const inputs: Omit<RecordedCase, 'runs'> = JSON.parse(read('inputs.json'));
  const { results }: { results: readonly RecordedRun[] } = JSON.parse(read('case.json'));
  return { ...inputs, runs: results.map((run) => ({ ...run, stdout: read(run.stdout) })) };
}

/** What the gateway printed as JSON, without the log lines before it; undefined: none. */
export function jsonOf(stdout: string): unknown {
  const found = /^\{$.*/ms.exec(stdout)?.[0];
  return found === undefined ? undefined : JSON.parse(found);
}
