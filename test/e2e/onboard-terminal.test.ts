/** `onboard` as a person answers it: the executable on a pseudo-terminal of `script` (util-linux). */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { executable, type GatewayHost, onHost } from './host.ts';

const isUtilLinux = /util-linux/.test(
  String(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout),
);
const skip = isUtilLinux ? false : 'there is no script of util-linux here';

const mirror = '.epiloop/agents/main/agent/auth-profiles.json';
const anthropic = `sk-ant-api03-${'CANARY'.repeat(15)}`;
const openai = `sk-proj-${'CANARY'.repeat(6)}`;
const token = `sk-ant-oat01-${'CANARY'.repeat(15)}`;
const [down, enter, leave, interrupt] = ['\x1b[B', '\r', '\x1b', '\x03'];

type Step = readonly [shown: string, keys: string];

function keysOf(answer: string): string[] {
  if (answer.startsWith('sk-')) return [answer.slice(0, -1), enter];
  return answer.split('|');
}

/** Waits for each text in turn and answers it with the keys. */
async function answered(host: GatewayHost, steps: readonly Step[], words: readonly string[] = []) {
  const line = `stty cols 200 rows 50; ${executable} onboard ${words.join(' ')}; echo "exit=$?"; stty -a | grep -o -- '-*echo '`;
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    env: { PATH: process.env.PATH ?? '', HOME: host.home, TERM: 'xterm', SHELL: '/bin/sh' },
    timeout: 15_000,
    killSignal: 'SIGKILL',
  });
  let shown = '';
  let from = 0;
  const left = [...steps];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    const [step] = left;
    const at = step === undefined ? -1 : shown.indexOf(step[0], from);
    if (step === undefined || at < 0) return;
    from = at + step[0].length;
    left.shift();
    // keys of one answer arrive one by one, as from a keyboard
    for (const [n, key] of keysOf(step[1]).entries()) {
      setTimeout(() => child.stdin.write(key), 150 * (n + 1));
    }
  });
  await new Promise((done) => child.on('close', done));
  assert.deepEqual(left, [], `not asked: ${stripVTControlCharacters(shown)}`);
  const plain = stripVTControlCharacters(shown);
  assert.doesNotMatch(plain, /CANARY/, 'a secret was shown');
  assert.match(plain, /exit=\d+\r\necho /, 'the terminal was not put back');
  return { shown: plain, exit: Number(/exit=(\d+)/.exec(plain)?.[1]) };
}

const profilesOf = (host: GatewayHost) =>
  (host.json(mirror) as { profiles: Record<string, { key?: string }> }).profiles;

describe('onboard on a terminal', { skip, concurrency: 3 }, () => {
  test('a key as a variable after a bad one, then another as a profile', () =>
    onHost(async (host) => {
      const { shown, exit } = await answered(host, [
        ['nothing is set up yet', enter],
        ['what is it?', enter],
        ['as what?', `${down}|${enter}`],
        ['API key for anthropic: ', `sk-ant-api03-short${enter}`],
        ['try again?', enter],
        ['API key for anthropic: ', `${anthropic}${enter}`],
        ['anything else?', 'y'],
        ['what else', `${down}|${enter}`],
        ['as what?', enter],
        ['API key for openai: ', `${openai}${enter}`],
        ['anything else?', enter],
        ['store this?', enter],
      ]);
      assert.equal(exit, 0, shown);
      assert.equal(host.read('.epiloop/.env'), `ANTHROPIC_API_KEY=${anthropic}\n`);
      assert.equal(profilesOf(host)['openai:default']?.key, openai);
      assert.match(shown, /set ANTHROPIC_API_KEY \(#[0-9a-f]{8}\) in ~\/\.epiloop\/\.env/);
      assert.match(
        shown,
        /\n- anthropic {2}env: ANTHROPIC_API_KEY\r\n- openai {2}openai:default static #/,
      );
    }));

  test('what there is today is told, and a token replaces it', () =>
    onHost(async (host) => {
      const profile = { type: 'api_key', provider: 'anthropic', key: 'sk-ant-old' };
      host.write(mirror, { version: 1, profiles: { 'anthropic:default': profile } });
      const { shown, exit } = await answered(host, [
        ['what shall be set up?', enter],
        ['what is it?', `${down}|${enter}`],
        ['how long does it last?', enter],
        ['token for anthropic: ', `${token}${enter}`],
        ['anything else?', enter],
        ['store this?', enter],
      ]);
      assert.equal(exit, 0, shown);
      assert.match(shown, /- anthropic {2}anthropic:default static #[0-9a-f]{8}/);
      assert.match(shown, /- anthropic:default, in place of the one there is/);
      assert.match(shown, /replaced anthropic:default/);
    }));

  test('one choice on the command line asks for its key only', () =>
    onHost(async (host) => {
      const words = ['--auth-choice', 'openai-api-key'];
      const { exit } = await answered(host, [['API key for openai: ', `${openai}${enter}`]], words);
      assert.equal(exit, 0);
      assert.equal(profilesOf(host)['openai:default']?.key, openai);
    }));

  const typed: readonly Step[] = [
    ['nothing is set up yet', `${down}|${enter}`],
    ['as what?', `${down}|${enter}`],
    ['API key for openai: ', `${openai}${enter}`],
  ];
  const ends: readonly [what: string, steps: readonly Step[], exit: number][] = [
    ['Ctrl-C at the first question', [['nothing is set up yet', interrupt]], 130],
    ['Escape at the first question', [['nothing is set up yet', leave]], 130],
    ['Ctrl-C at the second', [...typed.slice(0, 1), ['as what?', interrupt]], 130],
    [
      'Ctrl-C at the secret',
      [...typed.slice(0, 2), ['API key for openai: ', `abc|${interrupt}`]],
      130,
    ],
    [
      'no key, and no more',
      [...typed.slice(0, 2), ['for openai: ', enter], ['try again?', 'n']],
      65,
    ],
    ['Escape after the secret', [...typed, ['anything else?', leave]], 130],
    [
      'Ctrl-C at the last question',
      [...typed, ['anything else?', enter], ['store this?', interrupt]],
      130,
    ],
    ['no to the last question', [...typed, ['anything else?', enter], ['store this?', 'n']], 1],
  ];
  for (const [what, steps, expected] of ends) {
    test(`${what}: nothing is stored`, () =>
      onHost(async (host) => {
        const { exit, shown } = await answered(host, steps);
        assert.equal(exit, expected, shown);
        const left = [...host.snapshot().keys()].filter(
          (name) => !/auth\.sqlite(-wal|-shm)?$/.test(name),
        );
        assert.deepEqual(left, []);
        const { stdout } = await host.run(['models', 'history', '--json']);
        assert.deepEqual((JSON.parse(stdout) as { entries: unknown[] }).entries, []);
        const status = await host.run(['models', 'auth', 'list', '--json']);
        assert.doesNotMatch(status.stdout, /openai/);
      }));
  }
});
