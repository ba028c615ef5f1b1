import type { Finding } from '../domain/finding.ts';

/** Something to tell, and what `--fix` would do about it. */
export interface Problem {
  readonly finding: Finding;
  readonly repair?: Repair | undefined;
}

/** A safe repair. */
export interface Repair {
  /** what was, or would be, done: one line, no secret */
  readonly message: string;
  /** the file or folder that it changes, absolute */
  readonly path: string;
  readonly agentId?: string | undefined;
  /** its own history row is written with it; otherwise the caller writes one */
  readonly recorded?: true;
  /** Throws EpiloopError where it cannot be done; then nothing is changed. */
  apply(): Promise<void>;
}

export function problemsOf(findings: readonly Finding[]): Problem[] {
  return findings.map((finding) => ({ finding }));
}
