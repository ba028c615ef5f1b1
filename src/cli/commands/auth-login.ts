import * as v from 'valibot';
import type { LoginOutcome, LoginWay } from '../../app/login-person.ts';
import { EpiloopError } from '../../errors.ts';
import { usage } from '../argument.ts';
import { type Context, defineCommand } from '../command.ts';
import { flag } from '../input.ts';
import type { Line } from '../screen.ts';
import { plainId, provider } from '../secret-origin.ts';
import { storedLines } from '../stored-lines.ts';

const input = v.strictObject({
  provider: plainId('the id of a provider, such as anthropic', /^[^\s\p{C}:/]{1,128}$/u),
  profileId: v.optional(plainId('an id such as anthropic:work', /^[^\s\p{C}]{1,256}$/u)),
  browser: flag,
  callback: flag,
  codeFromStdin: flag,
  device: flag,
  replace: flag,
  allowTokenEndpoint: flag,
});

type Given = v.InferOutput<typeof input>;

interface Answer extends LoginOutcome {
  readonly now: number;
}

export const authLogin = defineCommand<Given, Answer>({
  description:
    'Logs in to anthropic, openai-codex or a provider that variables describe (help\n' +
    'auth), and stores the login for main or --agent. The address to open is printed;\n' +
    'on a terminal, what the browser shows in the end is pasted unseen: the code, or\n' +
    'the whole address.',
  options: [
    { ...provider, values: ['anthropic', 'openai-codex'] },
    { flags: '--profile-id <id>', summary: 'in place of <provider>:<e-mail>' },
    { flags: '--browser', summary: 'open a browser on this host and wait for it' },
    { flags: '--callback', summary: 'wait for a browser that reaches 127.0.0.1 here' },
    { flags: '--code-from-stdin', summary: 'read what would be pasted from standard input' },
    { flags: '--device', summary: 'type a code in elsewhere, if the provider can' },
    { flags: '--replace', summary: 'replace another login of this id without asking' },
    { flags: '--allow-token-endpoint', summary: 'EPILOOP_…_ENDPOINT_… may name another host' },
  ],
  input,
  examples: [
    'epiloop models auth login --provider anthropic',
    'epiloop models auth login --provider openai-codex --browser',
    'epiloop models auth login --provider anthropic --agent work',
  ],
  output: async () => (await import('../schemas/auth-login.ts')).authLogin,
  async run(given, context) {
    const way = wayOf(given, context);
    refuseInVain(context);
    const app = await context.open();
    const outcome = await app.login({
      provider: given.provider,
      profileId: given.profileId,
      agent: context.globals.agent,
      way,
      replace: given.replace,
      allowTokenEndpoint: given.allowTokenEndpoint,
      person: personAt(context, given),
    });
    return { ...outcome, now: context.now };
  },
  render: (outcome): readonly Line[] => {
    const { expiresAt, now } = outcome;
    return storedLines(outcome, expiresAt === undefined ? undefined : expiresAt - now);
  },
  json: ({ notices: _, home: _home, now: _now, path, expiresAt, email, ...outcome }) => ({
    schemaVersion: 1,
    ...outcome,
    storePath: path,
    expiresAt: expiresAt ?? null,
    email: email ?? null,
  }),
  notices: ({ notices }) => notices,
});

function wayOf({ browser, callback, codeFromStdin, device }: Given, context: Context): LoginWay {
  const asked: LoginWay[] = [
    ...(browser || callback ? (['callback'] as const) : []),
    ...(codeFromStdin ? (['stdin'] as const) : []),
    ...(device ? (['device'] as const) : []),
  ];
  if (asked.length > 1) {
    throw usage('--browser or --callback, --code-from-stdin and --device exclude each other');
  }
  const [way] = asked;
  if (way !== undefined) return way;
  if (context.isTTY('stdin')) return 'terminal';
  throw new EpiloopError('refused', 'there is no terminal to paste the code on', {
    hint: 'add --code-from-stdin, --callback for a browser that reaches this host, or --device',
  });
}

/** Before the state is opened, which --offline and --no-sync would still allow. */
function refuseInVain({ globals }: Context): void {
  if (globals.offline) {
    throw new EpiloopError('refused', '--offline forbids to log in', { hint: 'leave it out' });
  }
  if (globals.sync) return;
  throw new EpiloopError('refused', 'nothing would be stored: --no-sync forbids writing', {
    hint: 'leave --no-sync out',
  });
}

function personAt(context: Context, { browser }: Given) {
  const { tell, show, browse } = context;
  const otherwise = 'add --replace';
  return {
    tell,
    show,
    ...(browser && { browse }),
    paste: async (prompt: string, until: AbortSignal) =>
      (await context.readSecret({ kind: 'stdin', prompt, until })).text,
    confirm: async (question: string) =>
      context.isTTY('stdin') &&
      context.isTTY('stderr') &&
      (await context.dialogue(otherwise)).confirm(question, false),
  };
}
