/** `models auth setup-token` and `add` on a terminal where everything answers as told. */
import assert from 'node:assert/strict';
import type { EnterOutcome, EnterRequest, ProspectOutcome } from '../../src/app/app.ts';
import type { Choice, Dialogue, ProgramEnd } from '../../src/app/effects.ts';
import type { SecretFrom } from '../../src/cli/effects.ts';
import { emptyReport, session, withAnswers } from './session.ts';

export const token = `sk-ant-oat01-${'Ab3_-'.repeat(19)}`;
export const claude = '/opt/claude/bin/claude';
const dir = '/home/op/.epiloop/agents/main/agent';

export const stored: EnterOutcome = {
  agentId: 'main',
  agentDir: dir,
  path: `${dir}/auth-profiles.json`,
  profileId: 'anthropic:claude-cli',
  provider: 'anthropic',
  type: 'token',
  fingerprint: '1a2b3c4d',
  replaced: false,
  config: [],
  findings: [],
  notices: [],
  home: '/home/op',
};

type Profiles = ProspectOutcome['profiles'];

export interface Terminal {
  /** what is typed at the hidden prompt */
  readonly typed?: string;
  /** which streams are terminals; all of them */
  readonly tty?: readonly string[];
  /** where claude is; undefined: nowhere */
  readonly found?: string | undefined;
  readonly end?: ProgramEnd;
  /** main's profiles before and after claude ran */
  readonly before?: Profiles;
  readonly after?: Profiles;
  readonly keptOut?: readonly string[];
  /** answers to the questions, in their order: a choice's value, a text, a yes or no */
  readonly answers?: readonly (string | boolean)[];
  readonly missing?: readonly string[];
}

/** One command line, and everything that happened in its order. */
export async function setUp(words: readonly string[], terminal: Terminal = {}) {
  const { typed = token, tty = ['stdin', 'stdout', 'stderr'], end = { code: 0 } } = terminal;
  const found = 'found' in terminal ? terminal.found : claude;
  const happened: string[] = [];
  const answers = [...(terminal.answers ?? [])];
  const asked: SecretFrom[] = [];
  const entered: Record<string, unknown>[] = [];
  let ran = false;
  const profiles = () => (ran ? (terminal.after ?? terminal.before) : terminal.before) ?? [];
  const app = (writes: boolean) =>
    withAnswers({
      prospect: async ({ agent }) => {
        assert.equal(writes, false, 'looking around is a question');
        happened.push(`prospect ${agent ?? 'main'}`);
        const common = { agentId: agent ?? 'main', path: stored.path, keptOut: [] };
        return { ...common, ...pick(terminal.keptOut), profiles: profiles() };
      },
      status: async () => statusOf(terminal.missing ?? []),
      enter: async (request) => {
        assert.equal(writes, true);
        happened.push('enter');
        entered.push(revealed(request));
        const { profileId = 'x:y', provider, credential } = request;
        return { ...stored, profileId, provider, type: credential.type };
      },
      adopt: async ({ profileId }) => {
        assert.equal(writes, true);
        happened.push('adopt');
        return { ...stored, profileId, type: 'oauth', notices: ['took the login'] };
      },
      close: () => void happened.push('close'),
    });
  const told = await session(['models', 'auth', ...words], {
    effects: {
      isTTY: (stream) => tty.includes(stream),
      openApp: ({ sync }) => app(sync),
      programs: async () => ({
        find: (name) => (name === 'claude' ? found : undefined),
        run: async (path, args) => {
          ran = true;
          happened.push([path, ...args].join(' '));
          return end;
        },
      }),
      dialogue: async () => dialogueOf(answers, happened),
      readSecret: async (from) => {
        asked.push(from);
        happened.push('secret');
        return { text: typed, notes: [] };
      },
    },
  });
  assert.ok(!`${told.out}${told.err}${happened}`.includes('Ab3_-'), 'the secret was printed');
  return { ...told, happened, asked, entered };
}

function pick(keptOut: readonly string[] | undefined) {
  return keptOut === undefined ? {} : { keptOut };
}

function revealed({ credential, ...rest }: EnterRequest): Record<string, unknown> {
  assert.ok(credential.type !== 'oauth');
  const secret = credential.type === 'token' ? credential.token : credential.key;
  const span = credential.type === 'token' ? { expiresInMs: credential.expiresInMs } : {};
  return { ...rest, type: credential.type, secret: secret.reveal(), ...span };
}

function statusOf(missing: readonly string[]) {
  const findings = missing.map((provider) => {
    return {
      reason: 'missing',
      message: `${provider} has no credential`,
      provider,
      exit: 1,
    } as const;
  });
  return { findings, exitCode: 0, notices: [], report: () => emptyReport };
}

function dialogueOf(answers: (string | boolean)[], happened: string[]): Dialogue {
  const next = (question: string) => {
    const answer = answers.shift();
    assert.ok(answer !== undefined, `nobody answers: ${question}`);
    return answer;
  };
  return {
    async choose<T extends string>(question: string, choices: readonly Choice<T>[]) {
      const values = choices.map(({ value }) => value);
      happened.push(`choose: ${question} ${values.slice(0, 3).join(', ')}`);
      const answer = next(question);
      const choice = choices.find(({ value }) => value === answer);
      assert.ok(choice !== undefined, `${answer} is none of ${values.join(', ')}`);
      return choice.value;
    },
    async ask(question, { initial, check } = {}) {
      for (;;) {
        const given = String(next(question));
        const answer = given === '' && initial !== undefined ? initial : given;
        const problem = check?.(answer);
        happened.push(`ask: ${question} ${initial ?? ''} ${problem ?? 'ok'}`);
        if (problem === undefined) return answer;
      }
    },
    async confirm(question) {
      happened.push(`confirm: ${question}`);
      return next(question) === true;
    },
  };
}
