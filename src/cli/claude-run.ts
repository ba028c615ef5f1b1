import type { ProspectOutcome } from '../app/app.ts';
import { secretVariables } from '../domain/env-keys.ts';
import { expiryStatus } from '../domain/health.ts';
import { refuseKeptLogin } from '../domain/kept-login.ts';
import { EpiloopError } from '../errors.ts';
import type { Context } from './command.ts';

/** Under which the gateway keeps what Claude Code logs in with. */
export const CLAUDE_ID = 'anthropic:claude-cli';

export interface ClaudeRequest {
  readonly profileId?: string | undefined;
  /** do not ask before it is run */
  readonly yes: boolean;
}

const elsewhere =
  'run claude setup-token on a machine with a browser, then here epiloop models auth ' +
  `paste-token --provider anthropic --profile-id ${CLAUDE_ID} --expires-in 365d`;

/**
 * Lets `claude setup-token` make a token on this terminal. Nothing of ours is open meanwhile.
 * `printed`: the person has the token now (2.1.330 prints it and stores nothing); `stored`: claude
 * keeps a login now, as some versions do, which can be adopted as main's. Throws `refused` where there is no
 * terminal or where the token would not be stored, `not_found` without claude, `no` where it failed.
 */
export async function runClaude(
  request: ClaudeRequest,
  context: Context,
): Promise<'printed' | 'stored'> {
  const programs = await context.programs();
  if (!context.isTTY('stdout') && !context.isTTY('stderr')) throw noTerminal();
  const path = programs.find('claude');
  if (path === undefined) throw noClaude();
  const id = request.profileId ?? CLAUDE_ID;
  const before = await prospect(context);
  refuseKeptLogin({ id, ...before }, context.now);
  if (!request.yes && !(await wantsRun(path, context))) return 'printed';
  context.tell(`running ${path} setup-token; copy the token that it prints, it is asked for next`);
  const end = await programs.run(path, ['setup-token'], { without: secretVariables });
  if (!('code' in end) || end.code !== 0) {
    const how = 'code' in end ? `exit code ${end.code}` : end.signal;
    throw new EpiloopError('no', `${path} setup-token ended with ${how}, nothing was stored`, {
      hint: elsewhere,
    });
  }
  if (id !== CLAUDE_ID || context.globals.agent !== undefined) return 'printed';
  const loginIn = ({ profiles }: ProspectOutcome) => profiles.find((each) => each.id === id);
  const now = loginIn(await prospect(context));
  return isNewLogin(loginIn(before), now, context.now) ? 'stored' : 'printed';
}

export function noTerminal(): EpiloopError {
  const message = 'setup-token needs a terminal, or the token on standard input';
  return new EpiloopError('refused', message, { hint: elsewhere });
}

function noClaude(): EpiloopError {
  const message = 'there is no claude in the absolute folders of PATH';
  return new EpiloopError('not_found', message, { hint: elsewhere });
}

async function wantsRun(path: string, context: Context): Promise<boolean> {
  const dialogue = await context.dialogue(elsewhere);
  const answer = await dialogue.choose('claude setup-token makes a token that lasts a year', [
    { value: 'run', label: `run ${path} setup-token now`, hint: 'then enter what it prints' },
    { value: 'paste', label: 'enter a token that it has printed before' },
  ]);
  return answer === 'run';
}

type Facts = ProspectOutcome['profiles'][number];

/** A question: what the agent has now, as the files have it. */
async function prospect(context: Context): Promise<ProspectOutcome> {
  const app = await context.open({ write: false });
  const outcome = await app.prospect({ agent: context.globals.agent });
  context.close();
  return outcome;
}

/** Fingerprints prove nothing here: where there is no store yet, each question has its own key. */
function isNewLogin(before: Facts | undefined, now: Facts | undefined, at: number): boolean {
  if (now === undefined || now.blank || expiryStatus(now, at, 0) === 'expired') return false;
  return before?.type !== now.type || before.expiresAt !== now.expiresAt;
}
