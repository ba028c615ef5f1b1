import { EpiloopError } from '../errors.ts';

/** What a person copied out of the browser. */
export interface Pasted {
  readonly parameters: URLSearchParams;
  /** the code alone, which carries no state */
  readonly isBare: boolean;
}

/**
 * Reads `code#state` as Anthropic's page shows it, the whole address that the browser was sent to
 * (or its query), or the code alone. A terminal breaks long lines, so that white space anywhere is
 * dropped. Throws EpiloopError `bad_data`, which repeats nothing of it.
 */
export function readPasted(text: string, redirectUri: string): Pasted {
  const plain = text.replaceAll(/\s+/g, '');
  if (plain === '') throw useless('nothing was given');
  if (/^https?:/i.test(plain)) return { parameters: queryOf(plain, redirectUri), isBare: false };
  if (/^\?|(^|&)(code|error)=/.test(plain)) {
    return { parameters: new URLSearchParams(plain), isBare: false };
  }
  const [, code, state] =
    /^([\x21-\x22\x24-\x7e]+)(?:#([\x21-\x22\x24-\x7e]+))?$/.exec(plain) ?? [];
  if (code === undefined || plain.length > LONGEST) throw useless('that is no code');
  if (state === undefined) return { parameters: new URLSearchParams({ code }), isBare: true };
  return { parameters: new URLSearchParams({ code, state }), isBare: false };
}

const LONGEST = 8192;

function queryOf(text: string, redirectUri: string): URLSearchParams {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const wanted = new URL(redirectUri);
  const isAnswer = url?.origin === wanted.origin && url.pathname === wanted.pathname;
  if (url !== undefined && isAnswer) return url.searchParams;
  throw useless('that is not the address that the login leads to');
}

function useless(what: string): EpiloopError {
  return new EpiloopError('bad_data', `${what}; nothing was stored`, {
    hint: 'after logging in, copy the code, or the whole address that the browser was sent to',
  });
}
