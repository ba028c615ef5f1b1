import type { App } from '../app/app.ts';
import { EpiloopError, systemCode } from '../errors.ts';
import type { Outcome } from './command.ts';
import type { Effects, Globals, SecretFrom } from './effects.ts';
import { asksForJson, describeFailure, failureText } from './failure.ts';
import { readGlobals, type Split, splitGlobals } from './globals.ts';
import { progressOn } from './progress.ts';
import { draw, drawJson, type Line, wantsColor } from './screen.ts';
import { strayWords } from './stray.ts';
import { type Entry, findCommand } from './table.ts';
import { version, versionReport } from './version.ts';

/**
 * Runs one command line (`argv` without the executable's own name) and returns its exit code. The
 * only place that turns errors into text and codes. A reader that went away (`| head`) changes
 * neither: the code is the command's answer, and stays true.
 */
export async function run(argv: readonly string[], effects: Effects): Promise<number> {
  try {
    return await answer(splitGlobals(argv), effects);
  } catch (error) {
    return fail(error, asksForJson(argv), effects);
  }
}

async function answer(split: Split, effects: Effects): Promise<number> {
  if (split.flags.has('--version')) return tellVersion(split.flags.has('--json'), effects);
  if (split.flags.has('--help')) return runHelp(split, effects);
  const globals = readGlobals(split);
  const found = findCommand(split.words);
  if (found.kind !== 'command') throw strayWords(found.path);
  return runCommand(found.entry, found.rest, globals, effects);
}

async function runCommand(
  entry: Entry,
  words: readonly string[],
  globals: Globals,
  effects: Effects,
): Promise<number> {
  const [command, { parse }] = await Promise.all([entry.load(), import('./parse.ts')]);
  const raw = parse(command, words);
  const state = stateOf(entry, globals, effects);
  try {
    const { dialogue, programs, isTTY, env, readLines, readStdin, runProgram } = effects;
    const readSecret = (from: SecretFrom) => secretFrom(from, globals, effects);
    const show = (line: string) => void effects.err(draw([line], false));
    const tell = (line: string) => show(`epiloop: ${line}`);
    const progress = progressOn(effects, globals);
    const person = { tell, show, progress, isTTY, browse: effects.browse, readSecret, dialogue };
    const reaches = { ...person, ...state, programs, readLines, readStdin, runProgram };
    const context = { globals, now: effects.now(), env, ...reaches };
    const outcome = await command.execute(raw, context);
    print(outcome, globals, effects);
    return outcome.exit;
  } finally {
    state.close();
  }
}

/** The secret itself may stand where its file should: then it names none, and is not repeated. */
async function secretFrom(from: SecretFrom, globals: Globals, effects: Effects) {
  try {
    return await effects.readSecret(from, globals);
  } catch (error) {
    const { namesSecret, pastedSecret } = await import('../domain/secret-marks.ts');
    if (from.kind === 'file' && namesSecret(from.path)) throw pastedSecret('--from-file');
    throw error;
  }
}

/** The host's state is opened once for questions, and once more where a change follows them. */
function stateOf(entry: Entry, globals: Globals, effects: Effects) {
  const held: { app?: App | undefined; writes?: boolean } = {};
  const close = () => {
    held.app?.close();
    held.app = undefined;
  };
  const open = async ({ write: writes } = { write: true }) => {
    if (held.app !== undefined && held.writes !== writes) close();
    const sync = globals.sync && writes;
    held.app ??= await effects.openApp({ ...globals, sync }, entry.path.join(' '));
    held.writes = writes;
    return held.app;
  };
  return { open, close };
}

/** `--help` answers whatever else is on the line, so the other words are not judged. */
async function runHelp({ flags, words }: Split, effects: Effects): Promise<number> {
  const { helpOn } = await import('./commands/help.ts');
  const page = await helpOn(findCommand(words).path);
  const json = flags.has('--json');
  write(
    json ? drawJson(page.value) : drawScreen(page.lines, !flags.has('--no-color'), effects),
    effects,
  );
  return 0;
}

function tellVersion(json: boolean, effects: Effects): number {
  write(json ? drawJson(versionReport()) : `epiloop ${version}\n`, effects);
  return 0;
}

function print(outcome: Outcome, globals: Globals, effects: Effects): void {
  write(outcome.json ? drawJson(outcome.value()) : drawText(outcome, globals, effects), effects);
  if (outcome.notices.length === 0) return;
  effects.err(
    draw(
      outcome.notices.map((notice) => `epiloop: ${notice}`),
      false,
    ),
  );
}

/** What is handed to a program ends where it ends; only a person needs a line break behind it. */
function drawText({ raw, lines }: Outcome, { color }: Globals, effects: Effects): string {
  if (raw === undefined) return drawScreen(lines(), color, effects);
  return effects.isTTY('stdout') ? `${raw()}\n` : raw();
}

function drawScreen(lines: readonly Line[], color: boolean, effects: Effects): string {
  if (lines.length === 0) return '';
  return draw(lines, color && wantsColor(effects.env, () => effects.isTTY('stdout')));
}

/** A full disk behind `>` must not look like an answer. */
function write(text: string, effects: Effects): void {
  if (text === '') return;
  try {
    effects.out(text);
  } catch (error) {
    throw new EpiloopError('io', `cannot write to standard output: ${systemCode(error)}`, {
      hint: 'make space there, or send it somewhere else',
      cause: error,
    });
  }
}

function fail(error: unknown, json: boolean, effects: Effects): number {
  const failure = describeFailure(error);
  try {
    const tell = json ? effects.out : effects.err;
    tell(failureText(failure, json));
    return failure.exit;
  } catch {
    // nobody can be told there; without JSON there is nowhere left, but the code still says it
    return json ? fail(error, false, effects) : failure.exit;
  }
}
