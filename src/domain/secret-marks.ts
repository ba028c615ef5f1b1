import { EpiloopError } from '../errors.ts';
import { variablesOf } from './env-keys.ts';
import { normalizeProvider } from './provider.ts';

/** A beginning that only one provider's secrets have. */
interface Mark {
  readonly prefix: string;
  readonly owner: string;
  /** a provider with one of these in its id may hold it: `google-vertex`, `my-openai` */
  readonly ids: readonly string[];
}

const openai = { owner: 'openai', ids: ['openai'] };
const github = { owner: 'github-copilot', ids: ['github', 'copilot'] };

/**
 * Only beginnings that are one provider's alone: a bare `sk-` is used by a dozen. From the rules
 * of gitleaks 8 (Anthropic, OpenAI, Google, GitHub, Hugging Face, Perplexity, AWS) and the
 * providers' own pages on their keys (the others), as of November 2026.
 */
const marks: readonly Mark[] = [
  { prefix: 'sk-ant-', owner: 'anthropic', ids: ['anthropic', 'claude'] },
  { prefix: 'sk-or-', owner: 'openrouter', ids: ['openrouter'] },
  { prefix: 'sk-proj-', ...openai },
  { prefix: 'sk-svcacct-', ...openai },
  { prefix: 'sk-admin-', ...openai },
  { prefix: 'gsk_', owner: 'groq', ids: ['groq'] },
  { prefix: 'xai-', owner: 'xai', ids: ['xai', 'grok'] },
  { prefix: 'csk-', owner: 'cerebras', ids: ['cerebras'] },
  { prefix: 'AIza', owner: 'google', ids: ['google', 'gemini'] },
  { prefix: 'github_pat_', ...github },
  { prefix: 'ghp_', ...github },
  { prefix: 'gho_', ...github },
  { prefix: 'ghu_', ...github },
  { prefix: 'hf_', owner: 'huggingface', ids: ['huggingface'] },
  { prefix: 'pplx-', owner: 'perplexity', ids: ['perplexity'] },
  { prefix: 'AKIA', owner: 'amazon-bedrock', ids: ['bedrock', 'aws'] },
];

const LONGEST_PREFIX = Math.max(...marks.map(({ prefix }) => prefix.length));

/**
 * Whose secret this is by its beginning, in whatever case, where that is another provider's; else
 * undefined.
 */
export function foreignOwner(text: string, provider: string): string | undefined {
  const start = text.slice(0, LONGEST_PREFIX).toLowerCase();
  const mark = marks.find(({ prefix }) => start.startsWith(prefix.toLowerCase()));
  return mark === undefined || belongs(mark, provider) ? undefined : mark.owner;
}

/** Is it a provider of whose secrets anything is known, not one of the host's own making? */
export function isKnown(provider: string): boolean {
  return variablesOf(provider).length > 0 || marks.some((mark) => belongs(mark, provider));
}

/** Is a word of a command line a secret, pasted where it does not belong? */
export function looksSecret(word: string): boolean {
  const marked = marks.some(({ prefix }) => {
    return word.startsWith(prefix) && word.length >= prefix.length + 16;
  });
  return marked || /^(?:sk-|eyJ)[\w.-]{8,}$/.test(word) || /^(?=.*\d)[a-z\d]{32,}$/i.test(word);
}

/** The same of any part of a word: `anthropic:sk-ant-…`, `--key=sk-ant-…`. */
export function holdsSecret(word: string): boolean {
  return looksSecret(word) || word.split(/[^\w.-]+/).some(looksSecret);
}

/** The same of a file's own name: folders may be called by digests and the like. */
export function namesSecret(path: string): boolean {
  return looksSecret(path) || holdsSecret(path.split(/[\\/]/).at(-1) ?? '');
}

/**
 * Refuses a word of the command line that names nothing and looks like a secret, without repeating it.
 * @param what the word's place, e.g. `--agent`
 */
export function pastedSecret(what: string): EpiloopError {
  return new EpiloopError('usage', `${what} looks like a secret, and others can read it there`, {
    hint: 'replace the secret if it was real; epiloop models auth list names agents and profiles',
  });
}

function belongs({ ids }: Mark, provider: string): boolean {
  return ids.some((id) => normalizeProvider(provider).includes(id));
}
