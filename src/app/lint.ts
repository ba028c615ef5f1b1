import { compare, type Remark } from '../domain/lint.ts';
import { namesSecret, pastedSecret } from '../domain/secret-marks.ts';
import { EpiloopError, exitCodes } from '../errors.ts';
import type { LintFailure, LintOutcome, LintRequest } from './app.ts';
import type { Host } from './host.ts';
import { ConfigLint } from './lint-config.ts';
import { lintPlain } from './lint-file.ts';
import { type LintHost, readLintHost } from './lint-host.ts';
import { kindByName } from './lint-kind.ts';
import { absolute } from './paths.ts';

/** What was found in one file; undefined: it is not there. */
type Found = readonly Remark[] | undefined;

/**
 * `doctor --lint`: remarks on the files that people write by hand, those of the host or those that
 * are named. Writes nothing. A file that cannot be read keeps no other from being looked at.
 */
export async function lint(host: Host, request: LintRequest): Promise<LintOutcome> {
  const failures: LintFailure[] = [];
  const attempt = (path: string, work: () => Found): Found => {
    try {
      return work();
    } catch (failure) {
      if (!(failure instanceof EpiloopError)) throw failure;
      const { code, message, hint } = failure;
      failures.push({ path: failure.path ?? path, code, message, hint });
      return [];
    }
  };
  const lintHost = await readLintHost(host, request.agent);
  const config = new ConfigLint(lintHost);
  const found =
    request.files.length === 0
      ? lintAll(lintHost, config, attempt)
      : request.files.flatMap((word) => lintNamed(lintHost, config, word, attempt));
  const remarks = unique(found.toSorted(inOrder));
  return {
    remarks,
    failures,
    // of named files it does not matter
    notices: [...host.notices, ...(request.files.length === 0 ? lintHost.notices : [])],
    home: host.paths.home,
    exitCode: exitOf(remarks, failures),
  };
}

type Attempt = (path: string, work: () => Found) => Found;

function lintAll(lintHost: LintHost, config: ConfigLint, attempt: Attempt): Remark[] {
  const { configPath } = lintHost.host.paths;
  const own = attempt(configPath, () => config.remarks(configPath)) ?? [];
  const rest = lintHost.targets.flatMap((target) => {
    return attempt(target.path, () => lintPlain(lintHost, target)) ?? [];
  });
  return [...own, ...rest];
}

function lintNamed(
  lintHost: LintHost,
  config: ConfigLint,
  word: string,
  attempt: Attempt,
): Remark[] {
  const { paths, effects } = lintHost.host;
  const path = absolute(word, { home: paths.home, cwd: effects.cwd });
  if (namesSecret(word) && !isThere(lintHost.host.files, path)) throw pastedSecret('a file');
  const found = attempt(path, () => {
    const kind = kindByName(path);
    const included = kind === undefined || kind === 'config' ? config.partOf(path) : undefined;
    if (included !== undefined) return included;
    if (kind === 'config' || path === paths.configPath) return config.remarks(path);
    return lintPlain(lintHost, { path, kind }) ?? config.remarks(path);
  });
  if (found !== undefined) return [...found];
  attempt(path, () => {
    throw new EpiloopError('not_found', `there is no ${path}`, { path, hint: 'check the name' });
  });
  return [];
}

/** What nobody may look at, or what can be no name, counts as absent. */
function isThere(files: Host['files'], path: string): boolean {
  try {
    return files.stamp(path) !== undefined;
  } catch (error) {
    if (error instanceof EpiloopError) return false;
    throw error;
  }
}

function inOrder(a: Remark, b: Remark): number {
  return compare(a.path, b.path) || a.line - b.line || a.column - b.column;
}

/** A file may be named twice, and be included by another one that is named. */
function unique(remarks: readonly Remark[]): Remark[] {
  const texts = new Set<string>();
  return remarks.filter((remark) => {
    const text = JSON.stringify(remark);
    return !texts.has(text) && texts.add(text);
  });
}

/** A remark is an answer, whatever could not be read beside it. */
function exitOf(remarks: readonly Remark[], failures: readonly LintFailure[]): number {
  if (remarks.length > 0) return 1;
  return Math.max(0, ...failures.map(({ code }) => exitCodes[code]));
}
