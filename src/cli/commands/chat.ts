import * as v from 'valibot';
import type { ChatOutcome } from '../../app/app.ts';
import { defineCommand } from '../command.ts';
import type { Line } from '../screen.ts';

const input = v.strictObject({
  session: v.string('--session is required'),
  line: v.optional(v.array(v.string()), []),
});

const hint = "epiloop chat --session agent:main:main '/model status'";

export const chat = defineCommand<v.InferOutput<typeof input>, ChatOutcome>({
  description:
    'Answers /model and /models in a session as the gateway does in a chat, and pins\n' +
    'the session to a model, with @ to a profile of its agent too. One line, or the\n' +
    'lines of standard input. Stored here, and in sessions.json where the gateway\n' +
    'knows the session. See epiloop help model.',
  options: [{ flags: '--session <key>', summary: 'such as agent:main:main (required)' }],
  positionals: [{ name: 'line', repeat: true, values: ['/model', '/models'] }],
  input,
  examples: [
    "epiloop chat --session agent:main:main '/model status'",
    "epiloop chat --session agent:main:main '/model opus@anthropic:claude-cli'",
    "printf '/models anthropic\\n/model 2\\n' | epiloop chat --session main",
  ],
  async run({ session, line: words }, { globals, open, readLines }) {
    const single = words.length > 0;
    const lines = single ? [words.join(' ')] : await readLines(hint);
    const app = await open();
    return app.chat({ session, agent: globals.agent, lines, single });
  },
  render: ({ replies }) =>
    replies.flatMap(({ lines }, at): readonly Line[] => separated(lines, at)),
  json: ({ sessionKey, agentId, agentDir, replies, pin, sessionsFile }) => ({
    ...{ schemaVersion: 1, sessionKey, agentId, agentDir },
    replies: replies.map(({ number, lines, refused }) => {
      return { line: number, text: lines.join('\n'), refused: refused ?? null };
    }),
    pin: pin === undefined ? null : pinValue(pin),
    sessionsFile: { path: sessionsFile.path ?? null, state: sessionsFile.state },
  }),
  output: async () => (await import('../schemas/chat.ts')).chat,
  exit: ({ exitCode }) => exitCode,
  notices: ({ notices }) => notices,
});

/** An empty line between two replies: they have several lines each. */
function separated(lines: readonly string[], at: number): readonly string[] {
  return at === 0 ? lines : ['', ...lines];
}

function pinValue({ model, profile }: NonNullable<ChatOutcome['pin']>) {
  return {
    provider: model?.provider ?? null,
    model: model?.model ?? null,
    profileId: profile?.id ?? null,
    source: profile?.source ?? null,
    compactionCount: profile?.compactions ?? null,
  };
}
