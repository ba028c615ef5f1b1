import { providerOf } from '../domain/env-keys.ts';
import { warning } from '../domain/lint.ts';
import { secretFault } from '../domain/lint-secret.ts';
import { textIn } from '../domain/lint-tree.ts';
import type { LintFiles } from './lint-files.ts';

/** Keys of `models.providers` and variables of `env` that hold no secret, or another one's. */
export function lintSecrets(files: LintFiles): void {
  for (const { file, keys, value } of files.visits) {
    const text = textIn(value);
    if (text === undefined || text.includes('${')) continue;
    const provider = ownerOf(keys);
    if (provider === undefined) continue;
    const isBlank = text.trim() === '';
    const fault = isBlank
      ? warning('secret-missing', `${keys.at(-1)} is blank`)
      : secretFault(text, provider);
    files.note(file, value.at, fault);
  }
}

/** The provider whose secret stands there, if one does. */
function ownerOf(keys: readonly string[]): string | undefined {
  const [part, second, third, fourth] = keys;
  if (part === 'models' && second === 'providers' && fourth === 'apiKey') {
    return keys.length === 4 ? third : undefined;
  }
  if (part !== 'env') return undefined;
  if (keys.length === 2) return providerOf(second ?? '');
  return keys.length === 3 && second === 'vars' ? providerOf(third ?? '') : undefined;
}
