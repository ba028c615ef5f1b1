import * as v from 'valibot';
import type { HandOutOutcome } from '../../app/uses.ts';
import { childEnvironment, variableFor } from '../../domain/child-environment.ts';
import { usage } from '../argument.ts';
import { type Context, defineCommand } from '../command.ts';
import { flag } from '../input.ts';
import { plainId } from '../secret-origin.ts';
import { askForSecret, handingOut, handOutOptions, printable } from './auth-token.ts';

const variable = plainId('the name of a variable', /^[A-Za-z_]\w*$/);

const input = v.strictObject({
  ...handingOut,
  env: v.optional(variable),
  keepEnv: v.optional(v.array(variable), []),
  dryRun: flag,
  command: v.optional(v.array(v.string()), []),
});

type Given = v.InferOutput<typeof input>;

interface Answer extends Pick<HandOutOutcome, 'agentId' | 'provider' | 'profileId' | 'source'> {
  readonly variable: string;
  readonly removed: readonly string[];
  readonly command: readonly string[];
  readonly exit: number;
  readonly notices: readonly string[];
}

export const modelsExec = defineCommand<Given, Answer>({
  description:
    "Runs a program with the provider's secret in its environment, in the variable\n" +
    'that the gateway reads: ANTHROPIC_OAUTH_TOKEN, OPENAI_API_KEY and so on, or\n' +
    "--env. The provider's other variables are taken out, and so is what could run\n" +
    'code in it, such as LD_PRELOAD, NODE_OPTIONS and BASH_ENV (epiloop help using).\n' +
    "No shell is between. The exit code is the program's; 127: there is none, 126: it\n" +
    'cannot be run.',
  options: [
    ...handOutOptions,
    { flags: '--env <name>', summary: 'in this variable instead' },
    { flags: '--keep-env <name>', summary: 'do not take this variable out', repeat: true },
    { flags: '--dry-run', summary: 'tell what would be run, and run nothing' },
  ],
  behind: 'command',
  input,
  examples: [
    'epiloop models exec --provider openai -- python3 ask.py',
    'epiloop models exec --provider zai --env GLM_KEY -- node ask.js',
  ],
  run,
  render: ({ command, ...rest }) => (rest.exit === -1 ? plan({ command, ...rest }) : []),
  json: ({ agentId, provider, profileId, source, variable: name, removed, command }) => ({
    ...{ schemaVersion: 1, agentId, provider, profileId: profileId ?? null, source },
    ...{ variable: name, removed, command },
  }),
  output: async () => (await import('../schemas/models-exec.ts')).modelsExec,
  exit: ({ exit }) => Math.max(0, exit),
  notices: ({ notices }) => notices,
});

async function run(given: Given, context: Context): Promise<Answer> {
  const { command, dryRun, keepEnv } = given;
  if (command.length === 0 || command[0] === '') {
    throw usage('no program is named', 'epiloop models exec --provider <id> -- <program> …');
  }
  if (context.globals.json && !dryRun) {
    throw usage("--json goes with --dry-run: standard output is the program's");
  }
  const found = await askForSecret(given, context, !dryRun);
  const { provider, secret, agentId, profileId, source } = found;
  const name = given.env ?? variableFor(provider, found.oauth);
  if (name === undefined) {
    throw usage(`no variable is known for ${provider}`, 'add --env with the name it is to have');
  }
  const text = printable(secret);
  const { env, removed } = childEnvironment(context.env, { provider, name, text, keep: keepEnv });
  const told = { agentId, provider, profileId, source, variable: name, removed, command };
  const notices = [...found.notices, ...found.findings.map(({ message }) => message)];
  if (dryRun) return { ...told, exit: -1, notices };
  // nothing of ours is open while somebody else's program runs
  context.close();
  for (const notice of notices) context.tell(notice);
  return { ...told, ...(await start(command, env, context)) };
}

async function start(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  { runProgram }: Context,
): Promise<Pick<Answer, 'exit' | 'notices'>> {
  const end = await runProgram(command, env);
  if ('code' in end) return { exit: end.code, notices: [] };
  const [file = ''] = command;
  return end.failure === 'not_found'
    ? { exit: 127, notices: [`${file}: not found`] }
    : { exit: 126, notices: [`${file}: cannot be run`] };
}

function plan({ command, variable: name, source, profileId, removed }: Answer): string[] {
  return [
    `would run: ${command.join(' ')}`,
    `with ${name} from ${profileId ?? source}`,
    ...(removed.length === 0 ? [] : [`without ${removed.join(', ')}`]),
  ];
}
