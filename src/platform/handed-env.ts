import type { Environment } from '../ports.ts';

/**
 * Variables that make a program load code which is not its own, or trust whom it should not: of the
 * dynamic linkers (ld.so(8), dyld(1)), glibc, Node and Bun, OpenSSL, shells and interpreters.
 */
const risky: readonly RegExp[] = [
  /^(?:LD|DYLD|NODE|BUN)_/,
  /^(?:OPENSSL_|SSLKEYLOGFILE$|GCONV_PATH$|LOCPATH$|NLSPATH$|GLIBC_TUNABLES$|HOSTALIASES$)/,
  /^(?:BASH_ENV|ENV|SHELLOPTS|BASHOPTS|PS4|IFS|CDPATH|GLOBIGNORE)$|^BASH_FUNC_/,
  /^(?:PYTHON|PERL|RUBY)(?:PATH|STARTUP|HOME|LIB|OPT|5LIB|5OPT|5DB)$/,
  /^(?:_JAVA_OPTIONS|JAVA_TOOL_OPTIONS|JDK_JAVA_OPTIONS)$/,
];

/** More certificates that somebody trusts, as behind a proxy of his company: no code. */
const harmless: ReadonlySet<string> = new Set(['NODE_EXTRA_CA_CERTS']);

/** What another program is given of our environment: nothing risky, nor any of these names. */
export function handedEnv(env: Environment, without: readonly string[] = []): Environment {
  const held = new Set(without);
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => {
      const key = process.platform === 'win32' ? name.toUpperCase() : name;
      return !held.has(key) && (harmless.has(key) || !risky.some((each) => each.test(key)));
    }),
  );
}
