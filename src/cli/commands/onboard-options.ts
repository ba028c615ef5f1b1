import * as v from 'valibot';
import { keyOptions, onboardChoices } from '../../domain/onboarding.ts';
import type { EpiloopError } from '../../errors.ts';
import { usage } from '../argument.ts';
import type { Option } from '../command.ts';
import { duration, flag, oneOf } from '../input.ts';
import { entering, origins } from '../secret-origin.ts';

export const options: readonly Option[] = [
  { flags: '--auth-choice <choice>', summary: 'what to set up; see above' },
  ...keyOptions.flatMap(({ flag: name, label }) => [
    { flags: `--${name} <key>`, summary: `key of ${label} (visible)` },
    { flags: `--${name}-file <path>`, summary: 'the same from a file' },
    { flags: `--${name}-env <name>`, summary: 'the same from a variable' },
  ]),
  { flags: '--token <token>', summary: 'the token (visible)' },
  { flags: '--token-provider <id>', summary: 'whose token it is (anthropic)' },
  { flags: '--token-profile-id <id>', summary: 'in place of <provider>:default' },
  {
    flags: '--token-expires-in <duration>',
    summary: 'such as 365d; bare numbers are days',
  },
  ...origins,
  { flags: '--env-file', summary: 'set a variable in .env instead' },
  { flags: '--non-interactive', summary: 'ask nothing' },
  { flags: '--accept-risk', summary: 'taken, and without a meaning here' },
];

/** Every name and path of a file or a variable; the keys' own options are read by `keyWords`. */
export const input = v.looseObject({
  authChoice: v.optional(oneOf(onboardChoices.map(({ name }) => name))),
  token: v.optional(v.string()),
  tokenProvider: v.optional(entering.provider),
  tokenProfileId: entering.profileId,
  tokenExpiresIn: v.optional(duration('d')),
  fromFile: entering.fromFile,
  fromEnv: entering.fromEnv,
  '< file': entering['< file'],
  envFile: flag,
  nonInteractive: flag,
  acceptRisk: flag,
});

export type Words = v.InferOutput<typeof input>;

/** What the gateway's own `onboard` sets up beside credentials (2026.1.24). */
const gatewayOptions: ReadonlySet<string> = new Set(
  (
    '--reset --flow --mode --workspace --gateway-port --gateway-bind --gateway-auth ' +
    '--gateway-token --gateway-password --remote-url --remote-token --tailscale ' +
    '--tailscale-reset-on-exit --install-daemon --no-install-daemon --skip-daemon ' +
    '--daemon-runtime --skip-channels --skip-providers --skip-skills --skip-health --skip-ui ' +
    '--node-manager'
  ).split(' '),
);

export function strayOption(name: string): EpiloopError | undefined {
  if (!gatewayOptions.has(name)) return undefined;
  return usage(
    `${name} is of the gateway's own onboarding; here onboard stores credentials and nothing else`,
    `leave ${name} out here, and set that up with the gateway`,
  );
}

/** A command line that works, for those who gave too little. */
export const example = 'epiloop onboard --auth-choice openai-api-key --from-file key.txt';

export const choiceLines: string = wrapped(onboardChoices.map(({ name }) => name));

function wrapped(names: readonly string[]): string {
  const lines = [''];
  for (const name of names) {
    const last = lines.at(-1) ?? '';
    if (last.length + name.length < 76) lines[lines.length - 1] = `${last} ${name}`;
    else lines.push(` ${name}`);
  }
  return lines.map((line) => ` ${line}`).join('\n');
}
