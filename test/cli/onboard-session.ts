import assert from 'node:assert/strict';
import type { Dialogue } from '../../src/app/effects.ts';
import type { OnboardItem, OnboardRequest, Survey } from '../../src/app/onboarding.ts';
import type { SecretFrom } from '../../src/cli/effects.ts';
import { Secret } from '../../src/domain/secret.ts';
import { EpiloopError } from '../../src/errors.ts';
import { session, withAnswers } from './session.ts';

export interface Given {
  /** what a file, a variable or standard input (`-`) holds; others are absent */
  readonly texts?: Readonly<Record<string, string>>;
  readonly survey?: Partial<Survey>;
  readonly terminal?: boolean;
  readonly dialogue?: Dialogue;
}

/** One item with its secret in the clear. */
export type Plain = Record<string, unknown>;

export const emptySurvey: Survey = {
  agentId: 'main',
  profiles: [],
  variables: [],
  findings: [],
  notices: [],
  home: '/home/op',
};

/** One `onboard`; what was asked for, and what was handed on with the secrets revealed. */
export async function onboard(words: readonly string[], given: Given = {}) {
  const { texts = {}, terminal = false } = given;
  const asked: SecretFrom[] = [];
  const requests: { agent: string | undefined; items: Plain[] }[] = [];
  let surveys = 0;
  const app = withAnswers({
    async survey() {
      surveys += 1;
      return { ...emptySurvey, ...given.survey };
    },
    async onboard({ agent, items }: OnboardRequest) {
      requests.push({ agent, items: items.map(plain) });
      return {
        results: items.map(resultOf),
        config: [],
        findings: [],
        notices: [],
        home: '/home/op',
      };
    },
  });
  const told = await session(['onboard', ...words], {
    effects: {
      openApp: () => app,
      isTTY: () => terminal,
      async readSecret(from) {
        asked.push(from);
        const text = texts[nameOf(from)];
        if (text !== undefined) return { text, notes: [] };
        if (from.kind === 'stdin') return { text: '', notes: [] };
        throw new EpiloopError(from.kind === 'env' ? 'bad_data' : 'not_found', 'absent');
      },
      ...(given.dialogue !== undefined && {
        dialogue: async () => given.dialogue ?? assert.fail(),
      }),
    },
  });
  return { ...told, asked, requests, surveys, items: requests.flatMap(({ items }) => items) };
}

function nameOf(from: SecretFrom): string {
  if (from.kind === 'stdin') return '-';
  return from.kind === 'file' ? from.path : from.name;
}

function plain(item: OnboardItem): Plain {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      value instanceof Secret ? value.reveal() : value,
    ]),
  );
}

function resultOf(item: OnboardItem) {
  const { choice, provider } = item;
  const path = '/home/op/.epiloop/file';
  const common = { choice, provider, path, fingerprint: '1a2b3c4d', action: 'stored' } as const;
  if (item.kind === 'variable') return { ...common, variable: item.name };
  const profileId = item.kind === 'key' ? `${provider}:default` : item.profileId;
  return { ...common, profileId, agentId: 'main' };
}
