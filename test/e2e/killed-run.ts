/** A run of the executable that is killed at some moment, as a power cut or the OOM killer would. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { executable, type GatewayHost } from './host.ts';

export interface StartedRun {
  kill(): void;
  /** how it ended: a code, or null where it was killed */
  readonly ended: Promise<number | null>;
}

export function startRun(
  host: GatewayHost,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): StartedRun {
  const child: ChildProcess = spawn(executable, args, {
    cwd: host.home,
    env: { PATH: process.env['PATH'] ?? '', HOME: host.home, ...env },
    stdio: 'ignore',
  });
  return {
    kill: () => void child.kill('SIGKILL'),
    ended: once(child, 'close').then(([code]) => code as number | null),
  };
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
