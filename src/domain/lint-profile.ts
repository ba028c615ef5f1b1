import { error, type Fault, type Note, noted, warning } from './lint.ts';
import { didYouMean, guessKey, guessKind } from './lint-names.ts';
import { secretFault } from './lint-secret.ts';
import { expiryFault } from './lint-time.ts';
import { type LintMember, memberOf, membersOf, named, squashed, textIn } from './lint-tree.ts';

/** Where each type keeps its secrets, and under which other names people put them. */
const secretKeys: Readonly<Record<string, readonly (readonly [key: string, RegExp])[]>> = {
  api_key: [['key', /^(?:api_?key|(?:api|access|auth|bearer)?token|access|secret|value)$/]],
  token: [['token', /^(?:(?:access|api|auth|oauth|bearer)token|access|apikey|key|secret|value)$/]],
  oauth: [
    ['access', /^(?:accesstoken|token|oauthtoken)$/],
    ['refresh', /^refreshtoken$/],
  ],
};

const expiryNames = /^(?:expiresat|expiry|expirydate|expiration|exp|expiresin|expire)$/;

export interface ProfileRules {
  /** ms since the epoch */
  readonly now: number;
  /** the type where the file's kind says it already */
  readonly type?: 'oauth' | undefined;
  /** the provider where the file's keys say it already */
  readonly provider?: string | undefined;
}

/**
 * One entry of `profiles`, or of the maps that came before them: what the gateway (2026.1.24) drops
 * silently, or reads as something else than is meant.
 */
export function profileNotes(entry: LintMember, rules: ProfileRules): Note[] {
  const { value, at, key } = entry;
  if (value.type !== 'object') {
    return noted(value.at, error('wrong-type', `${named(key)}: expected an object`));
  }
  const type = rules.type ?? textIn(memberOf(value, 'type')?.value);
  const isKnown = type !== undefined && Object.hasOwn(secretKeys, type);
  return [
    ...(rules.type === undefined ? noted(...typeFault(entry)) : []),
    ...(rules.provider === undefined ? noted(...providerFault(entry)) : []),
    ...(isKnown ? secretNotes(entry, type, rules) : []),
    ...(isKnown && type !== 'api_key' ? expiryNotes(entry, type, rules.now) : []),
    ...noted(at, type === 'oauth' ? loginFault(entry) : undefined),
  ];
}

function typeFault({ value, at, key }: LintMember): [number, Fault | undefined] {
  const member = memberOf(value, 'type');
  if (member === undefined) {
    const other = membersOf(value).find((each) => /^(?:mode|kind)$/.test(squashed(each.key)));
    const hint = other === undefined ? 'one of api_key, token, oauth' : 'did you mean type';
    return [
      other?.at ?? at,
      error('missing-key', `${named(key)} has no type: it is ignored`, hint),
    ];
  }
  const text = textIn(member.value);
  if (text !== undefined && Object.hasOwn(secretKeys, text)) return [at, undefined];
  const guess = text === undefined ? undefined : guessKind(text);
  const message = `the type of ${named(key)} is not one of api_key, token, oauth: it is ignored`;
  return [member.value.at, error('unknown-type', message, didYouMean(guess))];
}

function providerFault({ value, at, key }: LintMember): [number, Fault | undefined] {
  const member = memberOf(value, 'provider');
  if (member !== undefined) {
    const text = textIn(member.value);
    if (text !== undefined && text.trim() !== '') return [at, undefined];
    const message = `the provider of ${named(key)} is blank or no text: it is ignored`;
    return [member.value.at, error('missing-key', message)];
  }
  const near = membersOf(value).find((each) => guessKey(each.key, ['provider']) !== undefined);
  const message = `${named(key)} has no provider: it is ignored`;
  return [near?.at ?? at, error('missing-key', message, near && 'did you mean provider')];
}

function secretNotes(entry: LintMember, type: string, rules: ProfileRules): Note[] {
  const provider = rules.provider ?? textIn(memberOf(entry.value, 'provider')?.value);
  return (secretKeys[type] ?? []).flatMap(([key, aliases]) => {
    const member = memberOf(entry.value, key);
    if (member === undefined) return misnamed(entry, key, aliases, type);
    const text = textIn(member.value);
    if (text === undefined) {
      return noted(member.value.at, error('wrong-type', `${key}: expected a text`));
    }
    if (text.trim() !== '') return noted(member.value.at, secretFault(text, provider));
    // a login that has only one of the two is judged as a whole
    const blank = error('secret-missing', `${key} is blank`);
    return type === 'oauth' ? [] : noted(member.value.at, blank);
  });
}

/** The secret under a name that the gateway does not read, or nowhere. */
function misnamed({ value, key, at }: LintMember, wanted: string, aliases: RegExp, type: string) {
  const other = membersOf(value).find((each) => aliases.test(squashed(each.key)));
  if (other !== undefined) {
    const message = `${named(other.key)} is not read: a profile of type ${type} keeps its secret in ${wanted}`;
    return noted(other.at, error('secret-key', message, `rename it to ${wanted}`));
  }
  if (type === 'oauth') return [];
  return noted(at, error('secret-missing', `${named(key)} has no ${wanted}`));
}

/** Neither access nor refresh token, under any name. */
function loginFault({ value, key }: LintMember): Fault | undefined {
  const isThere = (each: LintMember) => textIn(each.value)?.trim() !== '';
  const tokens = membersOf(value).filter((each) => {
    return /^(?:access|refresh|oauth)?(?:token)?$/.test(squashed(each.key)) && isThere(each);
  });
  if (tokens.length > 0) return undefined;
  return error('secret-missing', `${named(key)} has neither access nor refresh`);
}

function expiryNotes({ value, key, at }: LintMember, type: string, now: number): Note[] {
  const member = memberOf(value, 'expires');
  if (member !== undefined) return noted(member.value.at, expiryFault(member.value, now));
  const other = membersOf(value).find((each) => expiryNames.test(squashed(each.key)));
  if (other !== undefined) {
    const message = `${named(other.key)} is not read: the gateway looks for expires`;
    return noted(other.at, warning('expiry', message, 'expires holds milliseconds since 1970'));
  }
  if (type !== 'oauth') return [];
  return noted(at, warning('expiry', `${named(key)} has no expires: it counts as missing`));
}
