/** The recordings that were typed on a terminal, ours beside the gateway's. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { installClaude, token } from './fake-claude.ts';
import type { RecordedFile } from './golden-cases.ts';
import { compareFiles } from './golden-compare.ts';
import { GatewayHost, onHost } from './host.ts';
import { noTerminal, onTerminal, type Step } from './terminal.ts';

const folder = join(import.meta.dirname, '..', 'golden-terminal');
const frozen = 1_795_176_000_000;
const HOUR_MS = 3_600_000;
const mirror = '.epiloop/agents/main/agent/auth-profiles.json';
const config = '.epiloop/epiloop.json';

/** Three of the recorded tokens are too short to be one, and ours says so: they are lengthened. */
const lengthened: readonly (readonly [recorded: string, ours: string])[] = [
  ['sk-ant-oat01-FAKEpasted', `sk-ant-oat01-FAKEpasted${'x'.repeat(85)}`],
  ['sk-ant-oat01-FAKE-f', `sk-ant-oat01-FAKE-f${'x'.repeat(89)}`],
  ['x', 'x-lengthened'],
];

function read(...names: string[]): string {
  const text = readFileSync(join(folder, ...names), 'utf8');
  return lengthened.reduce((all, [from, to]) => all.replaceAll(`"${from}"`, `"${to}"`), text);
}

function filesAfter(run: string): Map<string, RecordedFile> {
  const parts = read('30-paste-token', `${run}.files-after.txt`).split(
    /^--- \.\/(\S+) \((\d+)\)\n/m,
  );
  const files = new Map<string, RecordedFile>();
  for (let at = 1; at < parts.length; at += 3) {
    const [path = '', mode = '', text = ''] = parts.slice(at, at + 3);
    files.set(path, { mode, text });
  }
  return files;
}

/** Ours, without the database; the wall clock moved to the recording's. */
function filesOn(host: GatewayHost, startedAt: number): Map<string, RecordedFile> {
  const kept = [...host.snapshot()].filter(([path]) => /epiloop\.json|auth-profiles/.test(path));
  return new Map(
    kept.map(([path, content]) => {
      const [mode = '', bytes = ''] = content.split(' ');
      const text = Buffer.from(bytes, 'base64').toString('utf8');
      const moved = text.replace(/(?<="expires": )\d+/g, (found) => {
        // of the runs before this one they have been moved already
        const span = Number(found) - startedAt;
        return span > 0 ? String(frozen + Math.round(span / HOUR_MS) * HOUR_MS) : found;
      });
      return [path, { mode, text: moved }];
    }),
  );
}

const noMore =
  'only auth.profiles is written: no defaults, no stamp of the time, and comments stay';
const before = 'what the kept copy holds is what stood there before, and in its own mode';
const cutShort = 'a wrong duration is a wrong command line: 64, before a secret is asked for';
const cancelled = 'Escape stores nothing: an empty token is 65';

const listing = (...rows: readonly (readonly [string, string])[]) => {
  const profiles = rows.map(([id, provider]) => [id, { provider, mode: 'token' }]);
  return `${JSON.stringify({ auth: { profiles: Object.fromEntries(profiles) } }, null, 2)}\n`;
};
const anthropic = ['anthropic:manual', 'anthropic'] as const;
const openrouter = ['openrouter:work', 'openrouter'] as const;
const zai = ['zai:manual', 'zai'] as const;
const mine = filesAfter('f-json5-comments').get(`${config}.bak`)?.text ?? '';

const mineListed = mine.replace(
  /^\}\n$/m,
  `  auth: {
    profiles: {
      "anthropic:manual": {
        provider: "anthropic",
        mode: "token",
      },
    },
  },
}
`,
);

type Row = readonly [where: string, ours: string, why: string];

const runs: readonly {
  readonly run: string;
  readonly typed: string;
  readonly code: number;
  /** there was this config, as somebody wrote it */
  readonly config?: string;
  readonly rows: readonly Row[];
}[] = [
  {
    run: 'a',
    typed: 'sk-ant-oat01-FAKEpasted',
    code: 0,
    rows: [[`file:${config}`, listing(anthropic), noMore]],
  },
  {
    run: 'b',
    typed: 'sk-or-FAKE',
    code: 0,
    rows: [
      [`file:${config}`, listing(anthropic, openrouter), noMore],
      [`file:${config}.bak`, listing(anthropic), before],
    ],
  },
  {
    run: 'c',
    typed: 'x',
    code: 0,
    rows: [
      [`file:${config}`, listing(anthropic, openrouter, zai), noMore],
      [`file:${config}.bak`, listing(anthropic, openrouter), before],
      [`file:${config}.bak.1`, listing(anthropic), before],
    ],
  },
  {
    run: 'd',
    typed: '',
    code: 64,
    rows: [
      ['exit', '64', cutShort],
      [`file:${config}`, listing(anthropic, openrouter, zai), noMore],
      [`file:${config}.bak`, listing(anthropic, openrouter), before],
      [`file:${config}.bak.1`, listing(anthropic), before],
    ],
  },
  {
    run: 'e-escape-cancels',
    typed: '\x1b',
    code: 65,
    config: mine,
    rows: [
      ['exit', '65', cancelled],
      [`file:${mirror}`, 'absent', cancelled],
      [`file:${config}.bak`, 'absent', cancelled],
      [`file:${config}`, mine, cancelled],
      [`file:${config} (mode)`, '644', cancelled],
    ],
  },
  {
    run: 'f-json5-comments',
    typed: 'sk-ant-oat01-FAKE-f',
    code: 0,
    config: mine,
    rows: [[`file:${config}`, mineListed, noMore]],
  },
];

describe('models auth paste-token, typed', { skip: noTerminal }, () => {
  let host = new GatewayHost();
  for (const { run, typed, code, config: given, rows } of runs) {
    test(run, async () => {
      if (given !== undefined) {
        host.remove();
        host = new GatewayHost();
        host.write(config, given, 0o644);
      }
      const found = lengthened.find(([recorded]) => recorded === typed)?.[1] ?? typed;
      const args = read('30-paste-token', `${run}.args.txt`).trim().split(' ');
      const steps: Step[] = code === 64 ? [] : [[': ', `${found}\r`]];
      const startedAt = Date.now();
      const told = await onTerminal(host, args, steps);
      assert.equal(told.code, code, told.shown);
      if (found.length > 1) assert.ok(!told.shown.includes(found), 'theirs shows the token');
      const theirs = read('30-paste-token', `${run}.screen-final.txt`);
      const exit = /EXIT=(\d+)/.exec(theirs)?.[1] === String(code) ? [] : [`exit`];
      const ours = filesOn(host, startedAt);
      const differing = compareFiles(filesAfter(run), ours);
      const all = [...exit.map((where) => ({ where, ours: String(code) })), ...differing];
      assert.deepEqual(sorted(all), sorted(rows.map(([where, text]) => ({ where, ours: text }))));
      if (run === 'f-json5-comments') host.remove();
    });
  }
});

function sorted<T extends { readonly where: string }>(all: readonly T[]): T[] {
  return all.toSorted((a, b) => (a.where < b.where ? -1 : 1));
}

describe('models auth setup-token with claude 2.1.330', { skip: noTerminal }, () => {
  const args = read('31-setup-token-real-claude', 'args.txt').split('   ')[0]?.split(' ') ?? [];
  const screen = read('31-setup-token-real-claude', 'screen-final.txt');

  test('theirs ends with 1 and no credential; ours asks for the token that was printed', () =>
    onHost(async (host) => {
      assert.match(screen, /No Claude Code CLI credentials found after setup-token[\s\S]*EXIT=1/);
      const env = installClaude(host, 'prints');
      const steps: Step[] = [
        ['code here: ', 'code#state\r'],
        ['setup-token printed: ', `${token}\r`],
      ];
      const told = await onTerminal(host, args, steps, { env });
      assert.equal(told.code, 0, told.shown);
      assert.match(told.shown, /Auth profile: anthropic:claude-cli \(anthropic\/oauth\)/);
    }));

  test('the made-up token of the recording is too short to be one: 65', () =>
    onHost(async (host) => {
      const env = installClaude(host, 'silent');
      const recorded = /sk-ant-oat01-\S+/.exec(screen)?.[0] ?? '';
      const steps: Step[] = [['setup-token printed: ', `${recorded}\r`]];
      const told = await onTerminal(host, args, steps, { env });
      assert.equal(told.code, 65, told.shown);
      assert.match(told.shown, /cut off at its end/);
    }));
});
