import type { ProbeStatus } from './probe.ts';

/** What a reply says about the credential, in words of ours. */
export interface Verdict {
  readonly status: ProbeStatus;
  /** undefined with `ok` only */
  readonly error?: string;
}

interface Reply {
  /** of HTTP */
  readonly status: number;
  readonly body: string;
}

/**
 * The gateway's order (2026.1.24): HTTP 402, 429, 401 and 403, 408; then the message's text, for
 * rate limits before overload, format, billing, timeouts and authentication. Nothing of the reply
 * is repeated but codes that we know: a server may well write back what it was sent.
 */
export function judgeReply({ status, body }: Reply): Verdict {
  const value = parse(body);
  const told = readError(value);
  if (status < 400 && told === undefined) {
    return isAnswer(value)
      ? { status: 'ok' }
      : { status: 'unknown', error: `HTTP ${status} with what is no model's answer` };
  }
  const text = told?.message ?? (value === undefined && !isPage(body) ? body : '');
  const kind = byStatus(status, body) ?? byText(text) ?? byText(told?.codes.join(' ') ?? '');
  return { status: kind ?? otherwise(status), error: words(status, told?.codes ?? [], text) };
}

/** A page is no provider's word about a credential: whoever stands before it may refuse us. */
function byStatus(status: number, body: string): ProbeStatus | undefined {
  if (status === 403 && isPage(body)) return 'unknown';
  return statuses.get(status);
}

const statuses: ReadonlyMap<number, ProbeStatus> = new Map([
  [402, 'billing'],
  [429, 'rate_limit'],
  [401, 'auth'],
  [403, 'auth'],
  [408, 'timeout'],
]);

/** What is wrong with the request says nothing of the credential. */
function otherwise(status: number): ProbeStatus {
  return status >= 400 && status < 500 ? 'format' : 'unknown';
}

const signs: readonly (readonly [ProbeStatus, readonly string[]])[] = [
  [
    'rate_limit',
    ['rate limit', 'rate_limit', 'too many requests', 'current quota', 'quota exceeded'],
  ],
  ['rate_limit', ['resource_exhausted', 'has been exhausted', 'usage limit', 'overloaded']],
  ['format', ['string should match pattern', 'invalid request format', 'invalid_request_error']],
  ['billing', ['billing', 'payment required', 'credit balance', 'insufficient credits']],
  ['billing', ['insufficient balance', 'insufficient_quota']],
  ['timeout', ['timeout', 'timed out', 'deadline exceeded']],
  ['auth', ['invalid api key', 'incorrect api key', 'api key not valid', 'invalid_api_key']],
  ['auth', ['no api key', 'api key expired', 'x-api-key', 'authentication', 'unauthorized']],
  ['auth', ['unauthenticated', 'permission_error', 'account_deactivated']],
  ['auth', ['invalid token', 'token expired', 'token has expired', 'forbidden', 'access denied']],
  ['auth', ['permission denied', 'permission_denied', 'auth credentials', claudeOnly()]],
];

function byText(text: string): ProbeStatus | undefined {
  const lower = text.toLowerCase();
  return signs.find(([, all]) => all.some((sign) => lower.includes(sign)))?.[0];
}

/** How Anthropic refuses a login of Claude Code for anything else. */
function claudeOnly(): string {
  return 'only authorized for use with claude code';
}

/** Sentences worth telling, in words of ours. */
const sentences: readonly (readonly [string, string])[] = [
  [claudeOnly(), 'only for use with Claude Code'],
  ['credit balance', 'the credit balance is too low'],
  ['overloaded', 'overloaded'],
];

const codes: ReadonlySet<string> = new Set([
  // Anthropic's
  ...['authentication_error', 'permission_error', 'invalid_request_error', 'not_found_error'],
  ...['rate_limit_error', 'overloaded_error', 'api_error', 'billing_error', 'timeout_error'],
  // OpenAI's, and those of its like
  ...['invalid_api_key', 'insufficient_quota', 'rate_limit_exceeded', 'model_not_found'],
  ...['unsupported_parameter', 'unsupported_value', 'account_deactivated', 'server_error'],
  // Google's
  ...['UNAUTHENTICATED', 'PERMISSION_DENIED', 'INVALID_ARGUMENT', 'RESOURCE_EXHAUSTED'],
  ...['NOT_FOUND', 'FAILED_PRECONDITION', 'UNAVAILABLE'],
]);

function words(status: number, given: readonly string[], text: string): string {
  const lower = text.toLowerCase();
  const sentence = sentences.find(([sign]) => lower.includes(sign))?.[1];
  const code = given.find((each) => codes.has(each));
  const about = [code, sentence].filter((part) => part !== undefined);
  return [`HTTP ${status}`, ...about].join(', ');
}

interface Told {
  readonly message: string;
  readonly codes: readonly string[];
}

/** `{error: {message, type, code, status}}`, `{error: "…"}`, `{message}` or `{detail}`. */
function readError(value: unknown): Told | undefined {
  if (!isObject(value)) return undefined;
  const { error, message, detail } = value;
  if (isObject(error)) {
    const given = [error.code, error.type, error.status].filter(isText);
    return { message: isText(error.message) ? error.message : '', codes: given };
  }
  const text = [error, message, detail].find(isText);
  return text === undefined ? undefined : { message: text, codes: [text] };
}

/** The lists in which the three APIs answer. */
function isAnswer(value: unknown): boolean {
  if (!isObject(value)) return false;
  return [value.content, value.choices, value.output].some((each) => Array.isArray(each));
}

function isPage(body: string): boolean {
  return /^\s*</.test(body);
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
