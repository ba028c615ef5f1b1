/** One recorded case on a host of its own: every command in order, ours beside the gateway's. */
import type { RecordedCase, RecordedFile, RecordedRun } from './golden-cases.ts';
import { jsonOf, loadCase } from './golden-cases.ts';
import {
  compareFiles,
  compareReports,
  compareScreens,
  type Difference,
  orderFields,
} from './golden-compare.ts';
import { GatewayHost, type Run } from './host.ts';

export interface Comparison {
  readonly n: string;
  readonly args: readonly string[];
  /** undefined: the command is pending, and `code` is all there is to say about it */
  readonly differences: readonly Difference[] | undefined;
  readonly code: number | null;
}

/** Our database and what SQLite puts beside it; the reserve is there for a full disk. */
const ownFile = /(^|\/)auth\.(sqlite(-\w+)?|reserve)$/;

/**
 * Runs a case. `isPending`: commands that we do not have yet; what the gateway's changed is laid
 * down in their place, so that the ones behind them meet what they met when they were recorded.
 */
export async function runCase(
  name: string,
  isPending: (n: string) => boolean,
): Promise<Comparison[]> {
  const host = new GatewayHost();
  try {
    const recorded = loadCase(name, host.home);
    for (const [path, text] of Object.entries(recorded.files)) host.write(path, text);
    const expected = new Map(
      Object.entries(recorded.files).map(([path, text]) => [path, { mode: '600', text }]),
    );
    const found: Comparison[] = [];
    for (const run of recorded.runs) {
      for (const change of Object.entries(run.filesChanged)) apply(expected, change);
      found.push(await compareRun(host, recorded, run, { pending: isPending(run.n), expected }));
    }
    return found;
  } finally {
    host.remove();
  }
}

function apply(
  files: Map<string, RecordedFile>,
  [path, file]: readonly [string, RecordedFile | null],
): void {
  if (file === null) files.delete(path);
  else files.set(path, file);
}

async function compareRun(
  host: GatewayHost,
  { env, frozenClockMs }: RecordedCase,
  run: RecordedRun,
  { pending, expected }: { pending: boolean; expected: ReadonlyMap<string, RecordedFile> },
): Promise<Comparison> {
  const { n, args } = run;
  const before = filesOn(host);
  const isStatus = args[0] === 'models' && args[1] === 'status';
  const flags = isStatus ? ['--at', String(frozenClockMs), '--compat-mask'] : [];
  const ours = await host.run(pending ? args : [...args, ...flags], { env });
  if (!pending) {
    const all = [...compareOutputs(run, ours), ...compareFiles(expected, filesOn(host))];
    return { n, args, differences: all.map((each) => atHome(each, host.home)), code: ours.code };
  }
  const touched = compareFiles(before, filesOn(host));
  for (const [path, file] of Object.entries(run.filesChanged)) {
    if (file === null) throw new Error(`${path} was deleted by a pending command`);
    host.write(path, file.text, Number.parseInt(file.mode, 8));
  }
  return { n, args, differences: touched.length === 0 ? undefined : touched, code: ours.code };
}

function filesOn(host: GatewayHost): Map<string, RecordedFile> {
  const files = [...host.snapshot()].filter(([path]) => !ownFile.test(path));
  return new Map(
    files.map(([path, content]) => {
      const [mode = '', bytes = ''] = content.split(' ');
      return [path, { mode, text: Buffer.from(bytes, 'base64').toString('utf8') }];
    }),
  );
}

/** Where ours could not tell, the failure is the answer and nothing else is compared. */
function compareOutputs({ args, exit, stdout }: RecordedRun, ours: Run): Difference[] {
  const code = ours.code === exit ? [] : [{ where: 'exit', ours: String(ours.code) }];
  const asJson = args.includes('--json');
  if ((ours.code ?? 70) >= 64)
    return [...code, { where: 'failure', ours: failureOf(ours, asJson) }];
  if (args[0] === 'doctor') return compareDoctor(ours);
  if (asJson) {
    const added = args.includes('order') ? orderFields : undefined;
    return [...code, ...compareReports(jsonOf(stdout), JSON.parse(ours.stdout), added)];
  }
  if (args.includes('--check')) return code;
  return [...code, ...compareScreens(stdout, ours.stdout)];
}

/**
 * The gateway's doctor reports on the whole gateway and exits 0 whatever it found: only what both
 * leave of the files is compared. Ours exits 0 or 1 as the real clock has it, since it knows no
 * other; `doctor.test.ts` holds it to its codes.
 */
function compareDoctor({ code }: Run): Difference[] {
  return code === 0 || code === 1 ? [] : [{ where: 'exit', ours: String(code) }];
}

/** What a failed run says, in its one place; whatever else it prints is told too. */
function failureOf({ stdout, stderr }: Run, asJson: boolean): string {
  if (!asJson) return `${stdout}${stderr}`.trimEnd();
  const { error }: { error: { message: string; hint: string | null } } = JSON.parse(stdout);
  const hint = error.hint === null ? '' : `\nhint: ${error.hint}`;
  return `${stderr}epiloop: ${error.message}${hint}`;
}

/** The table of differences names the home as the recordings do. */
function atHome({ where, ours }: Difference, home: string): Difference {
  return { where, ours: ours.replaceAll(home, '/home/operator') };
}
