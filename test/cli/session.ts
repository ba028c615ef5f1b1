import assert from 'node:assert/strict';
import type { App, HistoryOutcome, StatusOutcome } from '../../src/app/app.ts';
import type { Effects, Globals } from '../../src/cli/effects.ts';
import { run } from '../../src/cli/run.ts';
import type { StatusReport } from '../../src/domain/status-report.ts';

export interface Session {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
  /** how often, and with what, the host's state was opened */
  readonly opened: readonly { readonly globals: Globals; readonly command: string }[];
  /** what the use cases were asked, `close` included */
  readonly requests: readonly unknown[];
}

export interface Host {
  readonly status?: Partial<Omit<StatusOutcome, 'report'>> & { readonly report?: StatusReport };
  readonly history?: HistoryOutcome;
  /** thrown by every use case */
  readonly failure?: unknown;
  readonly effects?: Partial<Effects>;
}

/** One whole command line against a host that answers as told: words in, text and code out. */
export async function session(words: readonly string[], host: Host = {}): Promise<Session> {
  const told = { out: '', err: '' };
  const opened: { globals: Globals; command: string }[] = [];
  const requests: unknown[] = [];
  const append = (stream: 'out' | 'err', text: string) => {
    told[stream] += text;
    return true;
  };
  const exit = await run(words, {
    env: {},
    out: (text) => append('out', text),
    err: (text) => append('err', text),
    isTTY: () => false,
    now: () => 1_795_176_000_000,
    readSecret: async () => assert.fail('a secret was asked for'),
    readLines: async () => assert.fail('lines were asked for'),
    dialogue: async () => assert.fail('a question was asked'),
    readStdin: async () => assert.fail('standard input was read'),
    runProgram: async () => assert.fail('a program was run'),
    programs: async () => assert.fail('a program was asked for'),
    browse: async () => assert.fail('a browser was opened'),
    openApp: (globals, command) => {
      opened.push({ globals, command });
      return appOf(host, requests);
    },
    ...host.effects,
  });
  return { exit, ...told, opened, requests };
}

/** An application that answers only this; to be asked anything else fails the test. */
export function withAnswers(answers: Partial<App>): App {
  const fail = (name: string) => async () => assert.fail(`${name} was asked`);
  const names = [
    'status',
    'history',
    'sync',
    'list',
    'doctor',
    'lint',
    'getOrder',
    'setOrder',
    'clearOrder',
    'enter',
    'prospect',
    'adopt',
    'login',
    'remove',
    'listCooldowns',
    'clearCooldown',
    'mark',
    'explain',
    'refresh',
    'handOut',
    'secrets',
    'survey',
    'onboard',
    'undo',
    'chat',
  ];
  const others = Object.fromEntries(names.map((name) => [name, fail(name)]));
  // every other use case fails when it is asked, whatever its types
  return { close: () => undefined, ...others, ...answers } as App;
}

function appOf(host: Host, requests: unknown[]): App {
  return withAnswers({
    async status(request) {
      requests.push(request);
      if (host.failure !== undefined) throw host.failure;
      const { report = emptyReport, ...rest } = host.status ?? {};
      const { findings } = report;
      const outcome = { findings, exitCode: 0, notices: [], home: '/home/op', ...rest };
      return { ...outcome, report: () => report };
    },
    async history(request) {
      requests.push(request);
      if (host.failure !== undefined) throw host.failure;
      return host.history ?? { entries: [], notices: [] };
    },
    close() {
      requests.push('close');
    },
  });
}

/** A host on which nothing is set up. */
export const emptyReport: StatusReport = {
  configPath: '/home/op/.epiloop/epiloop.json',
  agentDir: '/home/op/.epiloop/agents/main/agent',
  defaultModel: 'anthropic/claude-opus-4-5',
  resolvedDefault: 'anthropic/claude-opus-4-5',
  fallbacks: [],
  imageModel: null,
  imageFallbacks: [],
  aliases: {},
  allowed: [],
  auth: {
    storePath: '/home/op/.epiloop/agents/main/agent/auth-profiles.json',
    shellEnvFallback: { enabled: false, appliedKeys: [] },
    providersWithOAuth: [],
    missingProvidersInUse: [],
    providers: [],
    unusableProfiles: [],
    oauth: { warnAfterMs: 86_400_000, profiles: [], providers: [] },
  },
  schemaVersion: 1,
  findings: [],
  mirrors: [],
};
