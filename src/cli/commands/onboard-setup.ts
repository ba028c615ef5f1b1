import type { Dialogue } from '../../app/effects.ts';
import type { OnboardItem, OnboardOutcome } from '../../app/onboarding.ts';
import type { OtherChoice } from '../../domain/onboarding.ts';
import type { Secret } from '../../domain/secret.ts';
import { checkSetupToken } from '../../domain/setup-token.ts';
import { EpiloopError } from '../../errors.ts';
import { askExpiry } from '../add-questions.ts';
import { CLAUDE_ID, runClaude } from '../claude-run.ts';
import type { Context } from '../command.ts';
import { printedToken, setUp } from '../setup-token.ts';

const YEAR_MS = 365 * 86_400_000;

/** `--auth-choice setup-token` on a terminal: `models auth setup-token`, told as onboard tells it. */
export async function setUpHere({ name }: OtherChoice, context: Context): Promise<OnboardOutcome> {
  const given = { provider: 'anthropic', expiresIn: YEAR_MS, yes: false, '< file': [] };
  const outcome = await setUp(given, context);
  const { provider, profileId, path, agentId, fingerprint, config, findings, home } = outcome;
  const action = outcome.replaced ? 'replaced' : 'stored';
  return {
    results: [{ choice: name, provider, profileId, path, agentId, fingerprint, action }],
    ...{ config, findings, home },
    notices: [...outcome.notes, ...outcome.notices],
  };
}

/** What the dialogue that asks for it has. */
export interface SetupTalk {
  readonly dialogue: Dialogue;
  readonly context: Context;
  readonly notes: string[];
  askSecret(prompt: string, check: (text: string) => Secret): Promise<Secret>;
}

/**
 * The same among other questions: claude runs, but what it made is stored with all other answers.
 * Undefined where it could not be had: that was told, and the other answers stay.
 */
export async function askSetupToken(talk: SetupTalk): Promise<OnboardItem | undefined> {
  const { dialogue, context, notes } = talk;
  const common = { provider: 'anthropic', profileId: CLAUDE_ID };
  const end = await tried(() => runClaude({ yes: false }, context), dialogue);
  if (end === undefined) return undefined;
  if (end === 'stored') return { ...common, kind: 'client', choice: 'claude-cli' };
  const expiresInMs = await askExpiry(dialogue, 'setup_token');
  const token = await talk.askSecret(printedToken.prompt, (text) => checkedToken(text, notes));
  return { ...common, kind: 'token', choice: 'setup-token', token, expiresInMs };
}

function checkedToken(text: string, notes: string[]): Secret {
  const result = checkSetupToken(text);
  if ('problem' in result) {
    const message = `what was entered: ${result.problem}, nothing was stored`;
    throw new EpiloopError('bad_data', message, { hint: result.hint });
  }
  notes.push(...result.notes);
  return result.secret;
}

async function tried<T>(work: () => Promise<T>, dialogue: Dialogue): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof EpiloopError)) throw error;
    const hint = error.hint === undefined ? '' : ` (${error.hint})`;
    await dialogue.confirm(`${error.message}${hint}. noted?`, true);
    return undefined;
  }
}
