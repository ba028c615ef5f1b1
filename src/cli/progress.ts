import type { Effects, Globals } from './effects.ts';

export type Progress = (done: number, total: number, verb: string) => void;

/**
 * One line on standard error that is written over until all is done, and then taken away. Nothing
 * where that is no terminal, or where the answer is JSON.
 */
export function progressOn(effects: Effects, { json }: Globals): Progress {
  if (json) return () => undefined;
  let width = 0;
  return (done, total, verb) => {
    if (!effects.isTTY('stderr')) return;
    const text = done < total ? `${verb} ${done}/${total}` : '';
    effects.err(`\r${text.padEnd(width)}${text === '' ? '\r' : ''}`);
    width = text.length;
  };
}
