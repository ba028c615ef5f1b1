import { variablesOf } from './env-keys.ts';
import { normalizeProvider } from './provider.ts';

/**
 * Variables by which whoever set our environment could run code in a child, or read along: the
 * loaders of systems and languages, shells' start-up files, TLS and keys. A `*` stands at the end.
 */
export const scrubbed: readonly string[] = [
  ...['LD_*', 'DYLD_*', 'GCONV_PATH', 'GLIBC_TUNABLES', 'LOCPATH', 'MALLOC_CONF'],
  ...['BASH_ENV', 'ENV', 'BASH_FUNC_*', 'SHELLOPTS', 'BASHOPTS', 'PS4', 'PROMPT_COMMAND'],
  ...['ZDOTDIR', 'IFS', 'CDPATH', 'GLOBIGNORE'],
  ...['NODE_OPTIONS', 'NODE_PATH', 'NODE_REPL_*', 'NODE_EXTRA_CA_CERTS', 'NODE_DEBUG*'],
  ...['NODE_TLS_REJECT_UNAUTHORIZED', 'NODE_V8_COVERAGE', 'NODE_COMPILE_CACHE'],
  ...['NODE_REDIRECT_WARNINGS', 'ELECTRON_RUN_AS_NODE', 'BUN_OPTIONS', 'BUN_INSPECT*'],
  ...['OPENSSL_*', 'SSLKEYLOGFILE', 'SSL_CERT_*'],
  ...['PYTHONPATH', 'PYTHONHOME', 'PYTHONSTARTUP', 'PYTHONINSPECT', 'PYTHONBREAKPOINT'],
  ...[
    'PYTHONWARNINGS',
    'PYTHONUSERBASE',
    'PYTHONPLATLIBDIR',
    'PYTHONEXECUTABLE',
    'PERL5*',
    'PERLLIB',
    'RUBYOPT',
    'RUBYLIB',
    'LUA_INIT*',
    'PHPRC',
  ],
  ...['JAVA_TOOL_OPTIONS', '_JAVA_OPTIONS', 'JDK_JAVA_OPTIONS', 'CLASSPATH'],
  ...['GIT_SSH', 'GIT_SSH_COMMAND', 'GIT_EXTERNAL_DIFF', 'GIT_PROXY_COMMAND', 'GIT_CONFIG_*'],
];

/** Variables that programs read besides those that the gateway knows. */
const others: ReadonlyMap<string, readonly string[]> = new Map([
  ['anthropic', ['ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN']],
  ['google', ['GOOGLE_API_KEY']],
  ['openai', ['CODEX_API_KEY']],
]);

/**
 * The variable under which programs expect a provider's (any spelling) secret; undefined: none is
 * known.
 * @param oauth a login's or a setup token rather than an API key
 */
export function variableFor(provider: string, oauth: boolean): string | undefined {
  const names = variablesOf(provider);
  return names.find((name) => name.includes('OAUTH_TOKEN') === oauth) ?? names[0];
}

export interface ChildEnvironment {
  readonly env: Readonly<Record<string, string>>;
  /** names that the child does not get, sorted */
  readonly removed: readonly string[];
}

/**
 * Our environment with one variable put in, without the provider's others and what is scrubbed.
 * @param keep names that are passed on all the same
 */
export function childEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  given: {
    readonly provider: string;
    readonly name: string;
    readonly text: string;
    readonly keep: readonly string[];
  },
): ChildEnvironment {
  const { name, text, keep } = given;
  const provider = normalizeProvider(given.provider);
  const own = new Set([...variablesOf(provider), ...(others.get(provider) ?? [])]);
  const passed: [string, string][] = [];
  const removed: string[] = [];
  for (const [each, value] of Object.entries(env)) {
    if (value === undefined || each === name) continue;
    const isUnwanted = own.has(each) || isScrubbed(each);
    if (isUnwanted && !keep.includes(each)) removed.push(each);
    else passed.push([each, value]);
  }
  return { env: Object.fromEntries([...passed, [name, text]]), removed: removed.sort() };
}

function isScrubbed(name: string): boolean {
  return scrubbed.some((each) =>
    each.endsWith('*') ? name.startsWith(each.slice(0, -1)) : name === each,
  );
}
