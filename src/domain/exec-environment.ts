import type { Finding } from './finding.ts';

/** Loaders and libraries run code that these name, before any of ours (ld.so(8), openssl config(5)). */
const running =
  /^(?:LD_(?:PRELOAD|LIBRARY_PATH|AUDIT)|DYLD_.+|GCONV_PATH|OPENSSL_(?:CONF|MODULES|ENGINES))$/;

/** The interpreter inside this executable takes no options from the environment. */
const ignored = /^NODE_(?:OPTIONS|REPL_EXTERNAL_MODULE)$/;

/** The variables of this process that can run code in it; names only, their values are nobody's. */
export function execEnvironment(names: readonly string[]): {
  readonly findings: readonly Finding[];
  readonly notes: readonly Finding[];
} {
  return {
    findings: told(names.filter((name) => running.test(name)).toSorted(), (list, is) => ({
      message: `${list} ${is} set and can run foreign code in this process`,
      hint: `unset ${list.replaceAll(',', '')}`,
    })),
    notes: told(names.filter((name) => ignored.test(name)).toSorted(), (list, is) => ({
      message: `${list} ${is} set, which epiloop ignores`,
    })),
  };
}

function told(
  names: readonly string[],
  say: (list: string, is: string) => { readonly message: string; readonly hint?: string },
): Finding[] {
  if (names.length === 0) return [];
  const said = say(names.join(', '), names.length === 1 ? 'is' : 'are');
  return [{ reason: 'exec_environment', ...said, exit: 0 }];
}
