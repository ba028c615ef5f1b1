import { isAbsolute } from 'node:path';
import type { Environment } from '../ports.ts';

/**
 * The home directory: HOME where it is absolute, else the account's entry. Undefined: there is
 * none, as for a user id without an account.
 */
export function findHome(env: Environment): string | undefined {
  if (env.HOME !== undefined && isAbsolute(env.HOME)) return env.HOME;
  const home = accountHome();
  return home !== undefined && isAbsolute(home) ? home : undefined;
}

function accountHome(): string | undefined {
  try {
    return process.getBuiltinModule('node:os').userInfo().homedir;
  } catch {
    // uv_os_get_passwd fails for a user id that no account has: no home, and nothing to report
    return undefined;
  }
}
