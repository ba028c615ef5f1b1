import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ConfigProfile } from '../../src/domain/host-config.ts';
import type { ProfileFacts } from '../../src/domain/profile.ts';
import { renameOfDefault } from '../../src/domain/profile-rename.ts';
import { facts, profiles } from './judge-fixtures.ts';

const login = (id: string, more: Partial<ProfileFacts> = {}) =>
  facts(id, { provider: 'anthropic', type: 'oauth', refreshable: true, ...more });

const listed: ConfigProfile = { provider: 'anthropic', mode: 'oauth' };
const mail = { ...listed, email: ' me@x.org ' };
const [cli, work] = [login('anthropic:claude-cli'), login('anthropic:work')];

interface Case {
  readonly name: string;
  readonly entry?: ConfigProfile | undefined;
  readonly stored: readonly ProfileFacts[];
  readonly lastGood?: Readonly<Record<string, string>>;
  /** `id by what`, the candidates of an ambiguous case, or nothing */
  readonly to: string | undefined;
}

const cases: readonly Case[] = [
  { name: 'the only login', stored: [cli], to: 'anthropic:claude-cli by only login' },
  {
    name: 'whatever else is stored',
    stored: [cli, facts('anthropic:key'), login('openai-codex:x', { provider: 'openai-codex' })],
    to: 'anthropic:claude-cli by only login',
  },
  {
    name: 'the one with the configured e-mail',
    entry: mail,
    stored: [cli, login('anthropic:y', { email: 'me@x.org' })],
    to: 'anthropic:y by email',
  },
  {
    name: 'the one whose id says that e-mail',
    entry: mail,
    stored: [cli, login('anthropic:me@x.org')],
    lastGood: { anthropic: 'anthropic:claude-cli' },
    to: 'anthropic:me@x.org by email',
  },
  {
    name: 'of two with that e-mail the last good one',
    entry: mail,
    stored: [login('anthropic:y', { email: 'me@x.org' }), login('anthropic:me@x.org')],
    lastGood: { ' Anthropic': 'anthropic:y' },
    to: 'anthropic:y by last good',
  },
  {
    name: 'the last good one',
    stored: [cli, work, login('anthropic:me@x.org')],
    lastGood: { anthropic: 'anthropic:work' },
    to: 'anthropic:work by last good',
  },
  {
    name: 'a last good one that is no login counts for nothing',
    stored: [cli, work, facts('anthropic:key')],
    lastGood: { anthropic: 'anthropic:key' },
    to: 'anthropic:claude-cli anthropic:work',
  },
  {
    name: 'the only one that is named by an e-mail address',
    stored: [cli, work, login('anthropic:me@x.org')],
    to: 'anthropic:me@x.org by only e-mail',
  },
  {
    name: 'nobody knows which of two',
    stored: [cli, work],
    to: 'anthropic:claude-cli anthropic:work',
  },
  {
    name: 'nor which of two addresses',
    stored: [login('anthropic:a@x.org'), login('anthropic:b@x.org')],
    to: 'anthropic:a@x.org anthropic:b@x.org',
  },
  { name: 'not listed', entry: undefined, stored: [cli], to: undefined },
  { name: 'another mode', entry: { ...listed, mode: 'token' }, stored: [cli], to: undefined },
  { name: 'another provider', entry: { ...listed, provider: 'x' }, stored: [cli], to: undefined },
  { name: 'it is stored', stored: [cli, facts('anthropic:default')], to: undefined },
  { name: 'no login is stored', stored: [facts('anthropic:key')], to: undefined },
];

describe('what anthropic:default of the config stands for', () => {
  for (const { name, stored, lastGood = {}, to, ...rest } of cases) {
    test(name, () => {
      const entry = 'entry' in rest ? rest.entry : listed;
      const found = renameOfDefault(
        new Map(entry === undefined ? [] : [['anthropic:default', entry]]),
        profiles(...stored),
        new Map(Object.entries(lastGood)),
      );
      const told =
        found?.kind === 'rename' ? `${found.to} by ${found.by}` : found?.candidates.join(' ');
      assert.equal(told, to);
    });
  }
});
