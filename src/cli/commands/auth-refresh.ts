import * as v from 'valibot';
import type { RefreshedLogin, RefreshOutcome } from '../../app/uses.ts';
import { formatRemaining } from '../../domain/duration.ts';
import { type Context, defineCommand } from '../command.ts';
import { duration, flag } from '../input.ts';
import type { Line } from '../screen.ts';
import { findingLines } from '../status-screen.ts';

const input = v.strictObject({
  id: v.optional(v.string()),
  minValidity: v.optional(duration('h')),
  allowTokenEndpoint: flag,
  noWriteBack: flag,
});

interface Answer extends RefreshOutcome {
  readonly now: number;
}

export const authRefresh = defineCommand<v.InferOutput<typeof input>, Answer>({
  description:
    'Refreshes OAuth logins: the one that is named now, else all of the agent that\n' +
    'are good for less than 5 minutes. One request per login, whoever else asks;\n' +
    'every agent and Claude Code get the new pair. Codex refreshes its own.',
  positionals: [{ name: 'id' }],
  options: [
    { flags: '--min-validity <duration>', summary: 'how long it must stay good, such as 5m' },
    {
      flags: '--no-write-back',
      summary: 'do not tell Claude Code of it',
    },
    { flags: '--allow-token-endpoint', summary: 'EPILOOP_TOKEN_ENDPOINT_… may name another host' },
  ],
  input,
  examples: [
    'epiloop models auth refresh',
    'epiloop models auth refresh anthropic:claude-cli',
    'epiloop models auth refresh --min-validity 1h --agent work',
  ],
  async run({ id, minValidity, allowTokenEndpoint, noWriteBack }, context: Context) {
    const app = await context.open();
    const outcome = await app.refresh({
      id,
      agent: context.globals.agent,
      minValidityMs: minValidity,
      allowTokenEndpoint,
      writeBack: !noWriteBack,
    });
    return { ...outcome, now: context.now };
  },
  render: ({ logins, findings, now, agentId }) => [
    ...(logins.length === 0 ? [`agent ${agentId} has no login that can be refreshed`] : []),
    ...logins.flatMap((login) => loginLines(login, now)),
    ...findings.flatMap(findingLines),
  ],
  json: ({ agentId, agentDir, logins, findings }) => ({
    schemaVersion: 1,
    agentId,
    agentDir,
    logins: logins.map(({ failure, expiresAt, ...login }) => ({
      ...login,
      expiresAt: expiresAt ?? null,
      error: failure === undefined ? null : { code: failure.code, message: failure.message },
    })),
    findings,
  }),
  output: async () => (await import('../schemas/auth-refresh.ts')).authRefresh,
  exit: ({ logins }) => logins.find(({ outcome }) => outcome === 'failed')?.failure?.exitCode ?? 0,
  notices: ({ notices }) => notices,
});

function loginLines(login: RefreshedLogin, now: number): Line[] {
  const { profileId, outcome, expiresAt, failure } = login;
  if (failure !== undefined) {
    const hint = failure.hint === undefined ? [] : [`hint: ${failure.hint}`];
    const left = outcome === 'left' ? 'left alone, ' : '';
    return [`${profileId}: ${left}${failure.message}`, ...hint];
  }
  const how = outcome === 'renewed' ? 'refreshed' : 'still good';
  const until = expiresAt === undefined ? '' : `, expires in ${formatRemaining(expiresAt - now)}`;
  return [`${profileId}: ${how}${until}`];
}
