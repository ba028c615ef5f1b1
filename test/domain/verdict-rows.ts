/** One agent's verdict, asked for in a line, and the profiles that its tests keep using. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../src/domain/finding.ts';
import type { ConfigProfile, ConfigProvider } from '../../src/domain/host-config.ts';
import type { ProfileFacts, Usage } from '../../src/domain/profile.ts';
import { exitOf, judge } from '../../src/domain/verdict.ts';
import {
  environment,
  facts,
  hostConfig,
  hour,
  minute,
  now,
  profiles,
  view,
} from './judge-fixtures.ts';

export interface Row {
  readonly stored?: readonly ProfileFacts[];
  readonly usage?: Readonly<Record<string, Usage>>;
  readonly storedOrder?: Readonly<Record<string, readonly string[]>>;
  readonly order?: Readonly<Record<string, readonly string[]>>;
  readonly listed?: Readonly<Record<string, ConfigProfile>>;
  readonly primary?: string;
  readonly fallbacks?: readonly string[];
  readonly providers?: Readonly<Record<string, ConfigProvider>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly usable?: true;
  readonly inUseOnly?: true;
  /** `exit reason subject`, the gravest first */
  readonly expected: readonly string[];
  readonly exit: number;
}

export function judged(row: Row): Finding[] {
  return judge({
    view: view({
      profiles: profiles(...(row.stored ?? [])),
      usage: new Map(Object.entries(row.usage ?? {})),
      order: new Map(Object.entries(row.storedOrder ?? {})),
    }),
    config: hostConfig({
      ...(row.listed === undefined ? {} : { listed: row.listed }),
      ...(row.order === undefined ? {} : { order: row.order }),
      agents: { model: { primary: row.primary, fallbacks: row.fallbacks ?? [] } },
      providers: new Map(Object.entries(row.providers ?? {})),
    }),
    env: environment(row.env),
    fileExists: () => false,
    now,
    warnWithin: 24 * hour,
    usable: row.usable ?? false,
    inUseOnly: row.inUseOnly ?? false,
    otherViews: () => assert.fail('no other agent has a model of its own'),
  });
}

export const key = facts('anthropic:default');
export const otherKey = facts('openai:default');
export const token = (expiresAt?: number, id = 'anthropic:manual') =>
  facts(id, { type: 'token', expiresAt });
export const oauth = (
  expiresAt: number | undefined,
  refreshable: boolean,
  id = 'anthropic:claude-cli',
) => facts(id, { type: 'oauth', expiresAt, refreshable });
export const blank = facts('anthropic:default', { blank: true });
export const disabled: Usage = { disabledUntil: now + 3 * hour, disabledReason: 'billing' };
export const cooling: Usage = { cooldownUntil: now + 10 * minute };
export const day = 24 * hour;

export type Rows = Readonly<Record<string, Row>>;

/** A test per row: the findings, the gravest first, and the exit code of them all. */
export function testRows(rows: Rows): void {
  for (const [name, row] of Object.entries(rows)) {
    test(name, () => {
      const found = judged(row);
      const lines = found.map(
        (one) => `${one.exit} ${one.reason} ${one.profileId ?? one.provider}`,
      );
      assert.deepEqual(lines, row.expected);
      assert.equal(exitOf(found), row.exit);
    });
  }
}
