import { error, type Fault, warning } from './lint.ts';
import { isPlaceholder } from './placeholder.ts';
import { normalizeProvider } from './provider.ts';
import { foreignOwner, isKnown } from './secret-marks.ts';

/** The first rule that a secret breaks where it stands; what is told holds no part of it. */
const rules: readonly (readonly [broken: (text: string) => boolean, fault: Fault])[] = [
  [
    isPlaceholder,
    error('placeholder', 'a placeholder stands where the secret should', 'put the real one there'),
  ],
  [
    (text) => /^\$(?:[A-Za-z_]\w*|\{\w+\})$/.test(text.trim()),
    error(
      'placeholder',
      'the name of a variable stands where the secret should; in this file none is replaced',
      'put the secret itself there, or take the entry out and set the variable in .env',
    ),
  ],
  [
    (text) => /^(["'`])[\s\S]*\1$/.test(text.trim()),
    error('secret-form', 'the secret stands in quotes of its own', 'take the inner quotes out'),
  ],
  [
    (text) => /^\s*bearer\s/i.test(text),
    error('secret-form', 'the secret begins with "Bearer "', 'leave that word out'),
  ],
  [
    (text) => /[\r\n]/.test(text),
    error('secret-form', 'the secret has a line break in it', 'put it on one line'),
  ],
  [
    (text) => /^\s|\s$/.test(text),
    warning('secret-form', 'the secret has white space around it', 'take it out'),
  ],
  [
    (text) => /\s/.test(text),
    error('secret-form', 'the secret has white space in it', 'copy it again'),
  ],
  [
    (text) => /[^!-~]/.test(text),
    error('secret-form', 'the secret holds a character outside printable ASCII', 'copy it again'),
  ],
];

/**
 * What is wrong with the text of a secret, blank ones aside.
 * @param provider any spelling; undefined: it may be anybody's
 */
export function secretFault(text: string, provider: string | undefined): Fault | undefined {
  return rules.find(([broken]) => broken(text))?.[1] ?? foreign(text, provider ?? '');
}

/** Others' secrets may go to a relay of the host's own making; Anthropic's go to nobody else. */
function foreign(text: string, provider: string): Fault | undefined {
  const owner = provider === '' ? undefined : foreignOwner(text, provider);
  if (owner === undefined || (owner !== 'anthropic' && !isKnown(provider))) return undefined;
  const id = normalizeProvider(provider);
  return warning(
    'foreign-secret',
    `this looks like a secret of ${owner}, where one of ${id} is expected`,
  );
}
