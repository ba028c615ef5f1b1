import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import type { LoginOutcome, LoginRequest } from '../../src/app/login-person.ts';
import type { SecretFrom } from '../../src/cli/effects.ts';
import { authLogin } from '../../src/cli/schemas/auth-login.ts';
import { session, withAnswers } from './session.ts';

const stored: LoginOutcome = {
  agentId: 'main',
  agentDir: '/home/op/.epiloop/agents/main/agent',
  path: '/home/op/.epiloop/agents/main/agent/auth-profiles.json',
  profileId: 'anthropic:ann@example.org',
  provider: 'anthropic',
  type: 'oauth',
  email: 'ann@example.org',
  expiresAt: 1_795_176_000_000 + 28_800_000,
  fingerprint: '1a2b3c4d',
  replaced: false,
  config: [],
  findings: [],
  notices: [],
  home: '/home/op',
};

interface Situation {
  readonly terminal?: boolean;
  readonly act?: (request: LoginRequest) => Promise<void>;
  readonly answer?: boolean;
}

/** One command line; what the use case was asked, and what was asked of the person. */
async function login(words: readonly string[], { terminal, act, answer }: Situation = {}) {
  const requests: LoginRequest[] = [];
  const asked: SecretFrom[] = [];
  const questions: string[] = [];
  const opened: string[] = [];
  const app = withAnswers({
    async login(request) {
      requests.push(request);
      await act?.(request);
      return stored;
    },
  });
  const whole = ['models', 'auth', 'login', ...words];
  const result = await session(whole, {
    effects: {
      openApp: () => app,
      isTTY: () => terminal === true,
      readSecret: async (from) => {
        asked.push(from);
        return { text: ' pasted ', notes: [] };
      },
      browse: async (url) => {
        opened.push(url);
        return true;
      },
      dialogue: async () => ({
        choose: async () => assert.fail('nothing is to be chosen'),
        ask: async () => assert.fail('nothing is to be typed'),
        confirm: async (question, initial) => {
          questions.push(question);
          assert.equal(initial, false);
          return answer ?? false;
        },
      }),
    },
  });
  return { ...result, request: requests[0], asked, questions, opened };
}

const to = ['--provider', 'anthropic'];

describe('models auth login', () => {
  const ways: readonly [readonly string[], boolean, LoginRequest['way'], boolean][] = [
    [[], true, 'terminal', false],
    [['--callback'], false, 'callback', false],
    [['--browser'], false, 'callback', true],
    [['--browser', '--callback'], true, 'callback', true],
    [['--code-from-stdin'], false, 'stdin', false],
    [['--device'], true, 'device', false],
  ];
  for (const [words, terminal, way, browses] of ways) {
    test(`${words.join(' ') || 'on a terminal'} is ${way}`, async () => {
      const { request, exit } = await login([...to, ...words], { terminal });
      assert.equal(exit, 0);
      assert.equal(request?.way, way);
      assert.equal(request?.person.browse !== undefined, browses);
    });
  }

  test('hands its words on', async () => {
    const words = [
      ...to,
      '--device',
      '--profile-id',
      'anthropic:x',
      '--agent',
      'work',
      '--replace',
    ];
    const { request } = await login([...words, '--allow-token-endpoint']);
    assert.ok(request !== undefined);
    const { person: _, ...rest } = request;
    assert.deepEqual(rest, {
      provider: 'anthropic',
      profileId: 'anthropic:x',
      agent: 'work',
      way: 'device',
      replace: true,
      allowTokenEndpoint: true,
    });
  });

  const refused: readonly [readonly string[], number, RegExp][] = [
    [[], 64, /--provider is missing/],
    [to, 77, /no terminal to paste the code on/],
    [[...to, '--device', '--callback'], 64, /exclude each other/],
    [[...to, '--code-from-stdin', '--browser'], 64, /exclude each other/],
    [[...to, '--callback', '--offline'], 77, /--offline forbids to log in/],
    [[...to, '--callback', '--no-sync'], 77, /--no-sync forbids writing/],
    [['--provider', 'a b', '--callback'], 64, /--provider takes/],
    [[...to, '--callback', '--profile-id', 'a b'], 64, /--profile-id takes/],
    [[...to, 'abc#xyz'], 64, /./],
  ];
  for (const [words, code, message] of refused) {
    test(`${words.join(' ') || 'nothing'}: exit ${code}, and nobody is asked`, async () => {
      const { exit, err, request, asked } = await login(words);
      assert.equal(exit, code);
      assert.match(err, message);
      assert.equal(request, undefined);
      assert.deepEqual(asked, []);
    });
  }

  test('tells where to log in at once, on standard error', async () => {
    const { out, err } = await login([...to, '--callback'], {
      async act({ person }) {
        person.tell('open this\u001b[2J');
        person.show('https://idp.example/');
      },
    });
    assert.equal(err, 'epiloop: open this\\u{1b}[2J\nhttps://idp.example/\n');
    assert.match(out, /^stored anthropic:ann@example\.org \(login #1a2b3c4d, expires in 8h\)/);
    assert.match(
      out,
      /for agent main in ~\/\.epiloop\/agents\/main\/agent\/auth-profiles\.json\n$/,
    );
  });

  test('asks for the code unseen, until it has come otherwise', async () => {
    const { signal } = new AbortController();
    const { asked } = await login(to, {
      terminal: true,
      act: async ({ person }) => assert.equal(await person.paste('code: ', signal), ' pasted '),
    });
    assert.deepEqual(asked, [{ kind: 'stdin', prompt: 'code: ', until: signal }]);
  });

  test('asks before something is replaced, on a terminal alone', async () => {
    for (const [terminal, answer, expected] of [
      [true, true, true],
      [true, false, false],
      [false, true, false],
    ] as const) {
      const { questions } = await login([...to, '--callback'], {
        terminal,
        answer,
        act: async ({ person }) => assert.equal(await person.confirm('really?'), expected),
      });
      assert.deepEqual(questions, terminal ? ['really?'] : []);
    }
  });

  test('answers in JSON as its schema says', async () => {
    const { out } = await login([...to, '--callback', '--json']);
    const answer = JSON.parse(out);
    assert.ok(v.is(authLogin, answer));
    assert.equal(answer.email, 'ann@example.org');
    assert.equal(answer.storePath, stored.path);
  });
});
