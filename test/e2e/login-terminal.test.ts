/** Logging in on a terminal: a pseudo-terminal of `script` (util-linux). */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { visit } from '../oauth/browser.ts';
import { type Issuer, startIssuer } from '../oauth/issuer.ts';
import { executable, GatewayHost } from './host.ts';

const isUtilLinux = /util-linux/.test(
  String(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout),
);
const skip = isUtilLinux ? false : 'there is no script of util-linux here';

let issuer: Issuer;
let host: GatewayHost;

before(async () => {
  issuer = await startIssuer();
});
after(() => issuer.close());
beforeEach(() => {
  host = new GatewayHost();
});
afterEach(() => host.remove());

interface Screen {
  readonly shown: string;
  readonly exit: number;
  /** `stty -a` before and after */
  readonly before: string;
  readonly after: string;
}

type Keys = (text: string) => void;

/** Runs it on a terminal; each of `acts` is called once its pattern has been shown. */
async function onTerminal(
  words: string,
  acts: readonly (readonly [RegExp, (keys: Keys, shown: string) => unknown])[],
): Promise<Screen> {
  const file = (name: string) => host.path(name);
  const login = `${executable} models auth login --provider anthropic --allow-token-endpoint`;
  const line = `stty cols 500; stty -a > ${file('before')}; ${login} ${words}; echo $? > ${file('exit')}; stty -a > ${file('after')}`;
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    env: {
      ...{ PATH: process.env['PATH'], HOME: host.home, TERM: 'xterm', SHELL: '/bin/sh' },
      ...issuer.loginEnv,
    },
    timeout: 30_000,
  });
  const rest = [...acts];
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    const [next] = rest;
    if (next === undefined || !next[0].test(shown)) return;
    rest.shift();
    next[1]((keys) => child.stdin.write(keys), shown);
  });
  await new Promise((done) => child.on('close', done));
  assert.equal(rest.length, 0, shown);
  const read = (name: string) => readFileSync(file(name), 'utf8');
  return { shown, exit: Number(read('exit')), before: read('before'), after: read('after') };
}

const address = (shown: string) => /^https?:\S+/m.exec(shown)?.[0] ?? '';
const prompt = /code for anthropic: /;
const mirror = '.epiloop/agents/main/agent/auth-profiles.json';

describe('a login on a terminal', { skip }, () => {
  test('takes what is pasted, unseen', async () => {
    let answer = '';
    const screen = await onTerminal('', [
      [
        prompt,
        async (keys, shown) => {
          answer = await visit(address(shown), { name: 'ann' });
          keys(`\x1b[200~${answer}\n\x1b[201~`);
          setTimeout(() => keys('\r'), 150);
        },
      ],
    ]);
    assert.equal(screen.exit, 0, screen.shown);
    assert.match(screen.shown, /stored anthropic:ann@example\.org/);
    assert.ok(!screen.shown.includes(new URL(answer).searchParams.get('code') ?? 'none'));
    assert.equal(screen.after, screen.before);
  });

  test('takes what the browser brings while it waits for that', async () => {
    const screen = await onTerminal('', [
      [
        prompt,
        async (_keys, shown) => void (await fetch(await visit(address(shown), { name: 'ann' }))),
      ],
    ]);
    assert.equal(screen.exit, 0, screen.shown);
    assert.match(screen.shown, /stored anthropic:ann@example\.org/);
    assert.match(screen.shown, /unless the browser runs on this host/);
    assert.equal(screen.after, screen.before);
  });

  test('ends with Ctrl-C, and leaves nothing', async () => {
    const screen = await onTerminal('', [[prompt, (keys) => keys('abc\x03')]]);
    assert.equal(screen.exit, 130);
    assert.ok(!screen.shown.includes('abc'));
    assert.equal(screen.after, screen.before);
    assert.throws(() => host.read(mirror), { code: 'ENOENT' });
  });

  for (const [key, exit, kept] of [
    ['y', 0, false],
    ['n', 77, true],
  ] as const) {
    test(`asks before it replaces another login: ${key}`, async () => {
      const id = 'anthropic:ann@example.org';
      const entry = { type: 'oauth', provider: 'anthropic', access: 'acc-1', refresh: 'ref-1' };
      host.write(mirror, { version: 1, profiles: { [id]: entry } });
      const screen = await onTerminal('', [
        [
          prompt,
          async (keys, shown) => {
            keys(await visit(address(shown), { name: 'ann' }));
            setTimeout(() => keys('\r'), 150);
          },
        ],
        [/replace it\?/, (keys) => setTimeout(() => keys(key), 300)],
      ]);
      assert.equal(screen.exit, exit, screen.shown);
      assert.match(screen.shown, /agent main has another login as anthropic:ann@example\.org/);
      assert.equal(host.read(mirror).includes('ref-1'), kept);
    });
  }
});
