import * as v from 'valibot';
import type { App, EnteredText, EnterOutcome, EnterRequest, SecretFrom } from '../../app/app.ts';
import { formatRemaining } from '../../domain/duration.ts';
import { normalizeProvider } from '../../domain/provider.ts';
import type { Secret } from '../../domain/secret.ts';
import { checkSecret } from '../../domain/secret-check.ts';
import { looksSecret } from '../../domain/secret-marks.ts';
import { shortenHome } from '../../domain/visible.ts';
import { EpiloopError } from '../../errors.ts';
import { usage } from '../argument.ts';
import { type CommandSpec, type Context, defineCommand, type Option } from '../command.ts';
import { duration } from '../input.ts';
import type { Line } from '../screen.ts';
import { findingLines } from '../status-screen.ts';

/** Declared so that a word, which may be the secret, is refused without being repeated. */
const redirect = '< file';

const plainId = (expected: string, pattern: RegExp) =>
  v.pipe(
    v.string(),
    v.rawCheck(({ dataset, addIssue }) => {
      if (dataset.typed && !pattern.test(dataset.value)) addIssue({ expected });
    }),
  );

const common = {
  provider: plainId('the id of a provider, such as anthropic', /^[^\s\p{C}:/]{1,128}$/u),
  profileId: v.optional(plainId('an id such as anthropic:work', /^[^\s\p{C}]{1,256}$/u)),
  fromFile: v.optional(v.string()),
  fromEnv: v.optional(plainId('the name of a variable', /^[A-Za-z_]\w*$/)),
  [redirect]: v.optional(v.array(v.string()), []),
};

const keyInput = v.strictObject(common);
const tokenInput = v.strictObject({ ...common, expiresIn: v.optional(duration('d')) });

type Given = v.InferOutput<typeof keyInput> & { readonly expiresIn?: number | undefined };

interface Entered extends EnterOutcome {
  /** about the secret that was given */
  readonly notes: readonly string[];
}

const provider: Option = { flags: '--provider <id>', summary: 'whose it is (required)' };
const origins: readonly Option[] = [
  { flags: '--from-file <path>', summary: 'read it there; - is standard input' },
  { flags: '--from-env <name>', summary: 'take it from this variable' },
];

const shared = {
  positionals: [{ name: redirect, repeat: true }],
  render: (outcome: Entered, { expiresIn }: Given) => storedLines(outcome, expiresIn),
  json: ({ notices: _, notes: _notes, home: _home, path, expiresAt, ...outcome }: Entered) => ({
    schemaVersion: 1,
    ...outcome,
    storePath: path,
    expiresAt: expiresAt ?? null,
  }),
  notices: ({ notes, notices }: Entered) => [...notes, ...notices],
} satisfies Partial<CommandSpec<Given, Entered>>;

const howAsked =
  'A terminal asks for it without showing it; else it is read from standard input.\n' +
  'Never give it as an argument. Without --agent it is stored for main. It is listed\n' +
  'in the config too, and on a change of that a running gateway restarts.';

export const pasteToken = defineCommand<Given, Entered>({
  ...shared,
  description: `Stores a token, such as claude setup-token prints.\n${howAsked}`,
  options: [
    provider,
    { flags: '--profile-id <id>', summary: 'in place of <provider>:manual' },
    { flags: '--expires-in <duration>', summary: 'such as 365d; a bare number counts days' },
    ...origins,
  ],
  input: tokenInput,
  examples: [
    'epiloop models auth paste-token --provider anthropic --expires-in 365d',
    'epiloop models auth paste-token --provider anthropic --from-file token.txt',
    'pass show openrouter | epiloop models auth paste-token --provider openrouter',
  ],
  run: (given, context) =>
    paste(given, context, 'token', (token) => {
      return { type: 'token', token, expiresInMs: given.expiresIn };
    }),
});

export const pasteApiKey = defineCommand<Given, Entered>({
  ...shared,
  description: `Stores an API key.\n${howAsked}`,
  options: [
    provider,
    { flags: '--profile-id <id>', summary: 'in place of <provider>:default' },
    ...origins,
  ],
  input: keyInput,
  examples: [
    'epiloop models auth paste-api-key --provider openai',
    'epiloop models auth paste-api-key --provider openai --from-env OPENAI_API_KEY',
  ],
  run: (given, context) => paste(given, context, 'api_key', (key) => ({ type: 'api_key', key })),
});

type Kind = 'token' | 'api_key';
const nouns = { token: 'token', api_key: 'API key' } as const;

async function paste(
  given: Given,
  context: Context,
  kind: Kind,
  credential: (secret: Secret) => EnterRequest['credential'],
): Promise<Entered> {
  const from = originOf(given, kind);
  if (given.expiresIn === 0) throw usage('--expires-in takes more than 0');
  refuseNoSync(context);
  const app = await context.open();
  const { text, notes } = await read(app, from);
  const checked = checkSecret(text, { provider: given.provider, kind });
  if ('problem' in checked) throw notStored(checked, from);
  const outcome = await app.enter({
    provider: given.provider,
    profileId: given.profileId,
    agent: context.globals.agent,
    credential: credential(checked.secret),
  });
  return { ...outcome, notes: [...notes, ...checked.notes] };
}

/** Throws for a secret on the command line, wherever it stands there, without repeating it. */
function originOf(given: Given, kind: Kind): SecretFrom {
  const { fromFile, fromEnv, [redirect]: words } = given;
  const values = [given.provider, given.profileId, fromFile, fromEnv];
  if (words.length > 0 || values.some((text) => text !== undefined && looksSecret(text))) {
    throw usage(
      `${nouns[kind]}s are not taken from the command line, where others can read them`,
      'leave it out to be asked for it, or pipe it in; replace it if it was real',
    );
  }
  if (fromFile !== undefined && fromEnv !== undefined) {
    throw usage('--from-file and --from-env exclude each other');
  }
  if (fromEnv !== undefined) return { kind: 'env', name: fromEnv };
  if (fromFile !== undefined && !['-', '/dev/stdin'].includes(fromFile)) {
    return { kind: 'file', path: fromFile };
  }
  return { kind: 'stdin', prompt: `${nouns[kind]} for ${normalizeProvider(given.provider)}: ` };
}

function refuseNoSync({ globals }: Context): void {
  if (globals.sync) return;
  throw new EpiloopError('refused', 'nothing would be stored: --no-sync forbids writing', {
    hint: 'leave --no-sync out',
  });
}

async function read(app: App, from: SecretFrom): Promise<EnteredText> {
  if (app.readSecret === undefined) throw usage('there is nobody to ask for a secret');
  return app.readSecret(from);
}

function notStored({ problem, hint }: { problem: string; hint?: string }, from: SecretFrom) {
  const otherwise = 'type it on a terminal, pipe it in, or name --from-file or --from-env';
  const empty = from.kind === 'stdin' ? otherwise : undefined;
  return new EpiloopError('bad_data', `${problem}, nothing was stored`, {
    hint: hint ?? empty,
    path: from.kind === 'file' ? from.path : undefined,
  });
}

function storedLines(outcome: Entered, expiresIn: number | undefined): readonly Line[] {
  const { profileId, type, fingerprint, agentId, path, home, config, findings } = outcome;
  const verb = outcome.replaced ? 'replaced' : 'stored';
  const expiry = expiresIn === undefined ? '' : `, expires in ${formatRemaining(expiresIn)}`;
  const what = `${profileId} (${nouns[type === 'token' ? type : 'api_key']} #${fingerprint}${expiry})`;
  return [
    `${verb} ${what} for agent ${agentId} in ${shortenHome(path, home)}`,
    ...config.map((file) => configLine(file, profileId, home)),
    ...findings.flatMap(findingLines),
  ];
}

function configLine(
  { path, backup }: EnterOutcome['config'][number],
  profileId: string,
  home: string | undefined,
): string {
  const old = backup === undefined ? '' : ` (as it was: ${shortenHome(backup, home)})`;
  const where = `${shortenHome(path, home)}${old}`;
  return `listed ${profileId} in ${where}; a running gateway restarts on it`;
}
