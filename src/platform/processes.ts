import { readFileSync } from 'node:fs';
import { systemCode } from '../errors.ts';

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessMark {
  readonly pid: number;
  /** clock ticks after boot (proc(5), stat field 22); empty where the system does not tell */
  readonly startedAt: string;
  readonly bootId: string;
}

export function ownMark(): ProcessMark {
  return { pid: process.pid, startedAt: startOf(process.pid) ?? '', bootId: bootId() };
}

/** Where the system does not tell when a process began, the number alone decides. */
export function isAlive(mark: ProcessMark): boolean {
  if (mark.bootId !== bootId()) return false;
  if (!answers(mark.pid) || isZombie(mark.pid)) return false;
  const startedAt = startOf(mark.pid);
  return startedAt === undefined || mark.startedAt === '' || startedAt === mark.startedAt;
}

function answers(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there and somebody else's
    return systemCode(error) === 'EPERM';
  }
}

function startOf(pid: number): string | undefined {
  return statFields(pid)?.[19];
}

/** Dead, and nobody has asked how it ended: it answers to signals all the same. */
function isZombie(pid: number): boolean {
  return ['Z', 'X'].includes(statFields(pid)?.[0] ?? '');
}

/** The command's name may hold spaces and parentheses: fields are counted behind the last one. */
function statFields(pid: number): readonly string[] | undefined {
  const stat = readProc(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function bootId(): string {
  return readProc('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
}

function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}
