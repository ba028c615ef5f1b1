import { variablesOf } from './env-keys.ts';
import { isMasked, isPlaceholder } from './placeholder.ts';
import { normalizeProvider } from './provider.ts';
import { Secret } from './secret.ts';
import { foreignOwner, isKnown } from './secret-marks.ts';
import { misshapen, missingPrefix } from './secret-shape.ts';

/** What an entered secret is for. */
export interface SecretUse {
  /** any spelling */
  readonly provider: string;
  readonly kind: 'token' | 'api_key';
}

/** Messages say what is wrong and never hold a part of what was entered. */
export type SecretCheck =
  | { readonly secret: Secret; readonly notes: readonly string[] }
  | { readonly problem: string; readonly hint?: string };

const MAX_LENGTH = 16_384;
/** Nobody gives out shorter ones. */
const MIN_LENGTH = 8;

/** So far all of them had; nobody promises it, so it only tells a whole one from a wrapped one. */
const SETUP_TOKEN_LENGTH = 108;

/**
 * Takes what was pasted, piped or read, or says why it cannot be a secret for this provider. White
 * space around it does not count, and a setup token that a terminal wrapped is put together again.
 */
export function checkSecret(text: string, use: SecretUse): SecretCheck {
  const given = text.trim();
  const secret = unwrap(given);
  const problem =
    malformed(secret, use) ??
    misplaced(secret, use) ??
    cutOff(secret, use) ??
    unlikely(secret, use);
  if (problem !== undefined) return problem;
  return { secret: new Secret(secret), notes: remarks(given, secret, use) };
}

/** At 80 columns it stands on two lines, each one blank to the right (Claude Code 2.1.330). */
function unwrap(text: string): string {
  const pieces = text.split(/\s+/);
  const [first = ''] = pieces;
  const wrapped =
    first.startsWith('sk-ant-oat') &&
    first.length < SETUP_TOKEN_LENGTH &&
    !/\n\s*\n/.test(text.replaceAll('\r\n', '\n')) &&
    pieces.every((piece) => /^[\w-]+$/.test(piece));
  return wrapped ? pieces.join('') : text;
}

type Problem = Extract<SecretCheck, { problem: string }>;

/** Rules for any secret, the first that is broken. */
const rules: readonly (readonly [
  broken: (text: string) => boolean,
  what: string,
  hint?: string,
])[] = [
  [(text) => text === '', 'is empty'],
  [(text) => text.length > MAX_LENGTH, `has more than ${MAX_LENGTH} characters`],
  [(text) => /^[{[]/.test(text), 'is JSON', 'give only the secret that stands in it'],
  [(text) => text.startsWith('<'), 'is markup or a placeholder', 'give the secret itself'],
  [
    (text) => text.startsWith('-----BEGIN'),
    'is a key file or a certificate',
    'give what the provider calls an API key or a token',
  ],
  [(text) => /^[a-z][a-z\d+.-]*:\/\//i.test(text), 'is a URL', 'give the secret alone'],
  [(text) => /[\r\n]/.test(text), 'has several lines', 'give the secret alone'],
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  [(text) => /[\x00-\x1f\x7f]/.test(text), 'holds a control character', 'copy it again'],
  [(text) => /[^ -~]/.test(text), 'holds a character outside ASCII', 'copy it again'],
  [(text) => text.includes(' '), 'has a blank in it', 'give the secret alone'],
  [(text) => /^(["'`]).*\1$/.test(text), 'stands in quotes', 'leave the quotes out'],
  [
    (text) => /^[A-Z][A-Z\d]*(?:_[A-Z\d]+)+=[^=]/.test(text),
    'is an assignment',
    'give only what stands behind the =',
  ],
  [
    (text) => /^\$(?:\w+|\{\w+\})$/.test(text),
    'is the name of a variable',
    'give the name to --from-env, without the $',
  ],
  [isMasked, 'is masked', 'copy it where it is shown whole'],
];

function malformed(text: string, use: SecretUse): Problem | undefined {
  const rule = rules.find(([broken]) => broken(text));
  if (rule === undefined) return undefined;
  const [, what, hint] = rule;
  return { problem: `${subject(use)} ${what}`, ...(hint !== undefined && { hint }) };
}

/** Kinds of Anthropic's, by their beginning: what is to be done instead. */
const anthropicKinds = new Map<string, (use: SecretUse) => Problem | undefined>([
  ['sk-ant-api', ({ kind }) => (kind === 'api_key' ? undefined : otherKind('an API key', 'key'))],
  ['sk-ant-oat', ({ kind }) => (kind === 'token' ? undefined : otherKind('a token', 'token'))],
  ['sk-ant-ort', () => unfit('a refresh token', 'run claude setup-token for one that lasts')],
  ['sk-ant-admin', () => unfit('an admin key', 'it opens no model: make an API key')],
  ['sk-ant-sid', () => unfit("a browser's session", 'run claude setup-token for a token')],
]);

function otherKind(what: string, kind: 'key' | 'token'): Problem {
  const command = kind === 'key' ? 'paste-api-key' : 'paste-token';
  return unfit(what, `run epiloop models auth ${command} for it`);
}

function unfit(what: string, hint: string): Problem {
  return { problem: `this is ${what} of anthropic`, hint };
}

/** Another provider's, or another kind than was asked for. */
function misplaced(text: string, use: SecretUse): Problem | undefined {
  const owner = foreignOwner(text, use.provider);
  if (owner === undefined) {
    return [...anthropicKinds].find(([prefix]) => text.startsWith(prefix))?.[1](use);
  }
  // a provider of the host's own making may be a relay; Anthropic's go to nobody else
  if (owner !== 'anthropic' && !isKnown(use.provider)) return undefined;
  const what = use.kind === 'token' ? 'token' : 'key';
  return {
    problem: `this looks like a ${what} of ${owner}, not of ${normalizeProvider(use.provider)}`,
    hint: `enter it with --provider ${owner}`,
  };
}

/**
 * A setup token has at least 80 characters (the gateway's own rule, 2026.1.24); an API key has 108
 * (gitleaks 8, `anthropic-api-key`), and fewer than 90 are no whole one.
 */
const leastLengths: readonly (readonly [prefix: string, least: number])[] = [
  ['sk-ant-oat01-', 80],
  ['sk-ant-api03-', 90],
  ['sk-ant-', 40],
];

/** Half a copy of one of Anthropic's, or more than one. */
function cutOff(text: string, use: SecretUse): Problem | undefined {
  const least = leastLengths.find(([prefix]) => text.startsWith(prefix))?.[1] ?? 0;
  const end = text.length < least;
  if (end || /^[skant-]{0,6}(?:oat|api)0\d-/.test(text)) {
    const problem = `${subject(use)} looks cut off at its ${end ? 'end' : 'beginning'}`;
    return { problem, hint: 'copy it whole' };
  }
  if (text.lastIndexOf('sk-ant-') <= 0) return undefined;
  const what = least > 0 ? 'stands there twice' : 'has something in front of it';
  return { problem: `${subject(use)} ${what}`, hint: 'give the secret alone' };
}

/** What nobody gave out, though nothing in it is wrong. */
function unlikely(text: string, use: SecretUse): Problem | undefined {
  if (isPlaceholder(text)) {
    return { problem: `${subject(use)} is a placeholder`, hint: 'give the real one' };
  }
  // a relay or a local server may want no more than a word
  if (text.length < MIN_LENGTH && variablesOf(use.provider).length > 0) {
    const problem = `${subject(use)} has fewer than ${MIN_LENGTH} characters`;
    return { problem, hint: 'copy it whole' };
  }
  // a token may come from anywhere that stands in for the provider
  const why = use.kind === 'api_key' ? misshapen(text, use.provider) : undefined;
  if (why === undefined) return undefined;
  const hint = "copy it again; a relay's goes under a provider of its own: --provider <name>";
  return { problem: `${subject(use)} ${why}`, hint };
}

function subject({ kind }: SecretUse): string {
  return kind === 'token' ? 'the token' : 'the API key';
}

function remarks(given: string, secret: string, use: SecretUse): string[] {
  const foreign = foreignOwner(secret, use.provider);
  const prefix = missingPrefix(secret, use.provider);
  const provider = normalizeProvider(use.provider);
  return [
    ...(given === secret ? [] : ['the token stood on several lines and was put together']),
    ...(given !== secret && secret.length !== SETUP_TOKEN_LENGTH
      ? [`it has ${secret.length} characters, others have ${SETUP_TOKEN_LENGTH}: try it`]
      : []),
    ...(foreign === undefined ? [] : [`it looks like one of ${foreign}`]),
    ...(prefix === undefined
      ? []
      : [`${subject(use)} does not begin with ${prefix}, as those of ${provider} do`]),
  ];
}
