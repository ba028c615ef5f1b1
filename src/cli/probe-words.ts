import * as v from 'valibot';
import type { ProbeRequest } from '../app/questions.ts';
import { EpiloopError } from '../errors.ts';
import { usage } from './argument.ts';
import type { Context, Option } from './command.ts';
import { count, flag } from './input.ts';
import { plainId } from './secret-origin.ts';

/** The gateway's names (2026.1.24), and what a refresh that is due may need. */
export const probeOptions: readonly Option[] = [
  { flags: '--probe', summary: 'send a tiny request with each credential' },
  { flags: '--probe-provider <id>', summary: 'only those of this provider' },
  { flags: '--probe-profile <ids>', summary: 'only these: P:a,P:b', repeat: true },
  { flags: '--probe-timeout <ms>', summary: 'of each request (8000)' },
  { flags: '--probe-concurrency <n>', summary: 'requests at one time (2)' },
  { flags: '--probe-max-tokens <n>', summary: 'the length of an answer (8)' },
  { flags: '--allow-token-endpoint', summary: 'EPILOOP_TOKEN_ENDPOINT_… may name another host' },
];

const provider = plainId('the id of a provider, such as anthropic', /^[^\s\p{C}:/]{1,128}$/u);
const profiles = plainId('ids such as anthropic:work', /^[^\s\p{C}]{1,1024}$/u);

export const probing = {
  probe: flag,
  probeProvider: v.optional(provider),
  probeProfile: v.optional(v.array(profiles)),
  probeTimeout: v.optional(count(1, 600_000, ' of ms')),
  probeConcurrency: v.optional(count(1, 64)),
  probeMaxTokens: v.optional(count(1, 4096)),
  allowTokenEndpoint: flag,
};

const words = v.strictObject(probing);
type Given = v.InferOutput<typeof words>;

interface Beside {
  readonly plain: boolean;
  readonly allAgents: boolean;
  readonly json: boolean;
}

/**
 * What is asked of the use case; undefined without `--probe`. Throws EpiloopError `usage` for words
 * that exclude each other, `refused` with `--offline`.
 */
export function probeRequest(
  given: Given,
  { plain, allAgents, json }: Beside,
  { globals, progress }: Context,
): ProbeRequest | undefined {
  if (!given.probe) {
    refuseAlone(given);
    return undefined;
  }
  if (plain) throw usage('--probe cannot be used with --plain output');
  if (allAgents) throw usage('--probe and --all-agents exclude each other', 'name one: --agent ID');
  if (globals.offline) {
    throw new EpiloopError('refused', '--offline forbids --probe, which asks the providers', {
      hint: 'leave one of them out',
    });
  }
  const profileIds = given.probeProfile?.flatMap((text) => text.split(',')).filter(Boolean);
  return {
    ...(given.probeProvider !== undefined && { provider: given.probeProvider }),
    ...(profileIds !== undefined && { profileIds: [...new Set(profileIds)] }),
    timeoutMs: given.probeTimeout ?? 8000,
    concurrency: given.probeConcurrency ?? 2,
    maxTokens: given.probeMaxTokens ?? 8,
    allowTokenEndpoint: given.allowTokenEndpoint,
    ...(!json && { progress: (done, total) => progress(done, total, 'probed') }),
  };
}

function refuseAlone(given: Given): void {
  const { probeProvider, probeProfile, probeTimeout, probeConcurrency, probeMaxTokens } = given;
  const others: readonly (readonly [string, unknown])[] = [
    ['--probe-provider', probeProvider],
    ['--probe-profile', probeProfile],
    ['--probe-timeout', probeTimeout],
    ['--probe-concurrency', probeConcurrency],
    ['--probe-max-tokens', probeMaxTokens],
    ['--allow-token-endpoint', given.allowTokenEndpoint || undefined],
  ];
  const name = others.find(([, value]) => value !== undefined)?.[0];
  if (name !== undefined) throw usage(`${name} needs --probe`, `add --probe, or leave ${name} out`);
}
