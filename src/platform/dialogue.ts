import { CANCEL_SYMBOL, confirm, isCancel, select, text } from '@clack/prompts';
import { EpiloopError } from '../errors.ts';
import type { Choice, Dialogue } from '../ports.ts';
import { dieBy } from './signal.ts';
import { isTerminal } from './terminal.ts';

/**
 * Asks on the terminal; what is shown goes to standard error, since standard output may be JSON
 * for somebody else.
 * @param otherwise the hint for a host where nobody can answer
 */
export function openDialogue(otherwise: string): Dialogue {
  return {
    choose: (message, choices) => answered(otherwise, () => chosen(message, choices)),
    async ask(message, { initial, check } = {}) {
      const validate = (value = '') => check?.(value.trim());
      const question = { ...screen(), message, validate };
      const answer = await answered(otherwise, () =>
        text(initial === undefined ? question : { ...question, initialValue: initial }),
      );
      return answer.trim();
    },
    confirm: (message, initialValue) =>
      answered(otherwise, () => confirm({ ...screen(), message, initialValue })),
  };
}

async function chosen<T extends string>(
  message: string,
  choices: readonly Choice<T>[],
): Promise<T | typeof CANCEL_SYMBOL> {
  const options = choices.map(({ value, label, hint }) => ({
    value: String(value),
    label,
    ...(hint !== undefined && { hint }),
  }));
  const answer = await select<string>({ ...screen(), message, options });
  return choices.find(({ value }) => value === answer)?.value ?? CANCEL_SYMBOL;
}

/** A terminal whose size nobody set has no columns and no rows, and would show a letter a line. */
function screen() {
  const { stdin: input, stderr: output } = process;
  if (!(output.columns > 0)) output.columns = 80;
  if (!(output.rows > 0)) output.rows = 24;
  return { input, output };
}

async function answered<T>(
  otherwise: string,
  ask: () => Promise<T | typeof CANCEL_SYMBOL>,
): Promise<T> {
  if (!isTerminal('stdin') || !isTerminal('stderr')) {
    throw new EpiloopError('refused', 'there is no terminal to ask on', { hint: otherwise });
  }
  const answer = await ask();
  return isCancel(answer) ? dieBy('SIGINT') : answer;
}
