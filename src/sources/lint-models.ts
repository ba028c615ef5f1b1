import { error, type Note, noted, warning } from '../domain/lint.ts';
import { didYouMean, guessKey, guessProvider } from '../domain/lint-names.ts';
import { secretFault } from '../domain/lint-secret.ts';
import {
  type LintMember,
  type LintNode,
  memberOf,
  membersOf,
  named,
  textIn,
} from '../domain/lint-tree.ts';

/** An agent's `models.json`: `{providers: {<id>: {baseUrl, apiKey, models, …}}}`. */
export function lintModels(root: LintNode): Note[] {
  const providers = memberOf(root, 'providers');
  if (root.type !== 'object' || (providers !== undefined && providers.value.type !== 'object')) {
    const at = providers?.value.at ?? root.at;
    return noted(at, error('wrong-type', 'expected an object with an object providers'));
  }
  const near = membersOf(root).find(({ key }) => guessKey(key, ['providers']) !== undefined);
  if (providers === undefined && near !== undefined) {
    const message = `${named(near.key)}: no such key is known`;
    return noted(near.at, warning('unknown-key', message, 'did you mean providers'));
  }
  return membersOf(providers?.value).flatMap(providerNotes);
}

/** One entry of `providers`: its name, and what stands for its key. */
function providerNotes({ key, at, value }: LintMember): Note[] {
  if (value.type !== 'object') {
    return noted(value.at, error('wrong-type', `${named(key)}: expected an object`));
  }
  const guess = guessProvider(key, []);
  const message = `${named(key)} is no provider that is known`;
  const apiKey = memberOf(value, 'apiKey');
  const text = textIn(apiKey?.value);
  const near = membersOf(value).find((each) => guessKey(each.key, ['apiKey']) !== undefined);
  if (apiKey === undefined && near !== undefined) {
    const misspelt = `${named(near.key)} is not read`;
    return noted(near.at, error('secret-key', misspelt, 'did you mean apiKey'));
  }
  return [
    ...(guess === undefined
      ? []
      : noted(at, warning('provider-spelling', message, didYouMean(guess)))),
    ...(apiKey === undefined || text === undefined
      ? []
      : noted(apiKey.value.at, keyFault(text, key))),
  ];
}

function keyFault(text: string, provider: string) {
  if (text.trim() === '') return warning('secret-missing', 'apiKey is blank');
  return secretFault(text, provider);
}
