import { checkSecret, type SecretCheck } from './secret-check.ts';

/** What `claude setup-token` prints begins so (Claude Code 2.1.330; the gateway's rule, 2026.1.24). */
const BEGINNING = 'sk-ant-oat01-';

/**
 * Takes a token as people copy it from the screen of `claude setup-token`: wrapped, in quotes, or
 * within `export CLAUDE_CODE_OAUTH_TOKEN=…`. Nothing but a setup token of Anthropic's passes.
 */
export function checkSetupToken(text: string): SecretCheck {
  const checked = checkSecret(bare(text), { provider: 'anthropic', kind: 'token' });
  if ('problem' in checked || checked.secret.reveal().startsWith(BEGINNING)) return checked;
  return {
    problem: `this is no token of claude setup-token, which begins with ${BEGINNING}`,
    hint: 'epiloop models auth paste-token --provider anthropic takes other tokens',
  };
}

/** The value of the assignment that Claude Code advises, without the signs around it. */
function bare(text: string): string {
  const value = text.trim().replace(/^(?:export\s+)?CLAUDE_CODE_OAUTH_TOKEN\s*=\s*/, '');
  const inner = /^(?:"([^"]*)"|'([^']*)'|`([^`]*)`|<([^<>]*)>)\s*;?$/.exec(value);
  return inner?.slice(1).find((each) => each !== undefined) ?? value;
}
