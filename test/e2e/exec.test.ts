/** `models exec`, `models auth token` and `secrets` through the executable: what a program gets of us. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { type Issuer, startIssuer } from '../oauth/issuer.ts';
import { AgentsHost, apiKey } from './agents-host.ts';
import { executable, type RunOptions } from './host.ts';

const KEY = 'sk-canary-of-exec-0123456789';
const exec = (...words: string[]) => ['models', 'exec', '--provider', 'openai', ...words];

let issuer: Issuer;
before(async () => {
  issuer = await startIssuer();
});
after(() => issuer.close());

function furnished(): AgentsHost {
  const host = new AgentsHost();
  host.has('main', { 'openai:default': apiKey(KEY) });
  return host;
}

describe('models exec', () => {
  it('hands the secret over in the environment, and nowhere else', async () => {
    using host = furnished();
    const script =
      'echo "$OPENAI_API_KEY"; tr "\\0" " " </proc/$PPID/cmdline; tr "\\0" "\\n" </proc/$PPID/environ';
    const { code, stdout, stderr } = await host.run(exec('--', 'sh', '-c', script));
    assert.equal(code, 0, stderr);
    const [secret, ...rest] = stdout.split('\n');
    assert.equal(secret, KEY);
    assert.ok(!rest.join('\n').includes(KEY));
    assert.ok(!stderr.includes(KEY));
  });

  it('takes out what runs code, and what would win over the secret', async () => {
    using host = furnished();
    const mark = host.path('mark');
    const hook = host.write('hook.sh', `touch '${mark}'\n`);
    const env = {
      BASH_ENV: hook,
      ENV: hook,
      NODE_OPTIONS: '--bad',
      OPENAI_API_KEY: 'old',
      CODEX_API_KEY: 'old',
    };
    const { stdout } = await host.run(exec('--', 'bash', '-c', 'env'), { env });
    assert.ok(!existsSync(mark));
    const names = stdout.split('\n').map((line) => line.split('=')[0]);
    for (const name of ['BASH_ENV', 'ENV', 'NODE_OPTIONS', 'CODEX_API_KEY'])
      assert.ok(!names.includes(name), name);
    assert.match(stdout, new RegExp(`^OPENAI_API_KEY=${KEY}$`, 'm'));
    // bash takes a socket for the other end of rsh, and reads another file then
    const wrapper = ['sh', '-c', 'exec "$@" </dev/null', 'sh'];
    const kept = await host.run(exec('--keep-env', 'BASH_ENV', '--', 'bash', '-c', 'true'), {
      env,
      wrapper,
    });
    assert.ok(existsSync(mark), `the hook would have run: ${kept.code} ${kept.stderr}`);
  });

  it('leaves nothing of ours open in it, and no lock', async () => {
    using host = furnished();
    const script = 'ls -l /proc/$$/fd /proc/$PPID/fd; ls -R "$HOME/.epiloop"';
    const { stdout } = await host.run(exec('--', 'sh', '-c', script));
    assert.match(stdout, /-> pipe/);
    assert.doesNotMatch(stdout, /-> .*auth\.sqlite/);
    assert.doesNotMatch(stdout, /\.lock/);
  });

  const ends: readonly (readonly [string, readonly string[], number])[] = [
    ['its own code', ['sh', '-c', 'exit 7'], 7],
    ['one that is like ours', ['sh', '-c', 'exit 77'], 77],
    ['127: there is none', ['no-such-program'], 127],
    ['126: it may not be run', ['/etc/passwd'], 126],
    ['126: a folder', ['/etc'], 126],
    ['127: behind a file', ['/etc/passwd/x'], 127],
  ];
  for (const [name, words, code] of ends) {
    it(`ends as the program does: ${name}`, async () => {
      using host = furnished();
      assert.equal((await host.run(exec('--', ...words))).code, code);
    });
  }

  it('ends by the signal that ended the program', async () => {
    using host = furnished();
    const { code, signal } = await host.run(exec('--', 'sh', '-c', 'kill -TERM $$'));
    assert.deepEqual([code, signal], [null, 'SIGTERM']);
  });

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR2'] as const) {
    it(`passes ${signal} on`, async () => {
      using host = furnished();
      const name = signal.slice(3);
      const script = `trap "echo got; exit 5" ${name}; echo ready; while :; do sleep 0.05; done`;
      // with job control, or SIGINT would be ignored in the background
      const shell = `set -m; "$@" >out </dev/null & until grep -q ready out; do sleep 0.05; done
        kill -${name} $!; wait $!; echo "code $?"; cat out`;
      const wrapper = ['bash', '-c', shell, 'bash'];
      const { stdout } = await host.run(exec('--', 'sh', '-c', script), { wrapper });
      assert.equal(stdout, 'code 5\nready\ngot\n');
    });
  }

  const refused: readonly (readonly [readonly string[], RegExp])[] = [
    [exec(), /no program is named/],
    [exec('--', ''), /no program is named/],
    [exec('ls'), /unexpected argument ls\nhint: put -- before the command/],
    [exec('--json', '--', 'true'), /--json goes with --dry-run/],
    [exec('--env', 'A=B', '--', 'true'), /--env takes the name of a variable/],
  ];
  for (const [words, message] of refused) {
    it(`runs nothing: ${words.slice(4).join(' ')}`, async () => {
      using host = furnished();
      const { code, stderr, stdout } = await host.run(words);
      assert.equal(code, 64);
      assert.match(stdout + stderr, message);
    });
  }

  it('tells with --dry-run what it would do, and does nothing', async () => {
    using host = furnished();
    const { code, stdout } = await host.run(exec('--dry-run', '--', 'touch', host.path('mark')));
    assert.equal(code, 0);
    assert.match(stdout, /^would run: touch .*\nwith OPENAI_API_KEY from openai:default\n/);
    assert.ok(!stdout.includes(KEY));
    assert.deepEqual([existsSync(host.path('mark')), host.files().size], [false, 1]);
  });
});

describe('models auth token', () => {
  it('prints the secret alone; a terminal gets a line break', async () => {
    using host = furnished();
    const words = ['models', 'auth', 'token', '--provider', 'openai'];
    assert.equal((await host.run(words)).stdout, KEY);
    const line = [executable, ...words].join(' ');
    const { stdout } = spawnSync('script', ['-qec', line, '/dev/null'], {
      env: { PATH: process.env['PATH'], HOME: host.home, TERM: 'xterm' },
      encoding: 'utf8',
    });
    assert.equal(stdout, `${KEY}\r\n`);
  });

  it('never prints a control character: 65', async () => {
    using host = furnished();
    host.has('main', { 'openai:default': apiKey('sk-\u001b]0;x\u0007') });
    const { code, stdout } = await host.run(['models', 'auth', 'token', '--provider', 'openai']);
    assert.deepEqual([code, stdout], [65, '']);
  });

  it('is 1 where nothing is usable', async () => {
    using host = furnished();
    const { code, stdout, stderr } = await host.run([
      'models',
      'auth',
      'token',
      '--provider',
      'groq',
    ]);
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(
      stderr,
      /^hint: run epiloop models auth paste-token --provider groq, or set GROQ_API_KEY/m,
    );
  });
});

describe('secrets', () => {
  const ask = (host: AgentsHost, stdin: string, options: RunOptions = {}) =>
    host.run(['secrets', '--allow-token-endpoint'], { stdin, ...options });

  it('answers what a gateway asks, refreshed where it must be', async () => {
    using host = furnished();
    const login = { type: 'oauth', provider: 'anthropic', access: 'sk-ant-oat01-old' };
    const refresh = await issuer.login('zoe');
    host.has('main', {
      'openai:default': apiKey(KEY),
      'anthropic:default': { ...login, refresh, expires: Date.now() - 60_000 },
      'groq:default': apiKey('', 'groq'),
    });
    const ids = [
      'openai:default',
      'anthropic:default',
      'provider:openai',
      'groq:default',
      'nobody:x',
    ];
    const request = JSON.stringify({ protocolVersion: 1, provider: 'epi', ids });
    const { code, stdout, stderr } = await ask(host, request, { env: issuer.env });
    assert.equal(code, 0, stderr);
    const access = host.profile('main', 'anthropic:default')?.['access'];
    assert.notEqual(access, login.access);
    assert.deepEqual(JSON.parse(stdout), {
      protocolVersion: 1,
      values: { 'openai:default': KEY, 'provider:openai': KEY, 'anthropic:default': access },
      errors: { 'groq:default': { code: 'NOT_FOUND' }, 'nobody:x': { code: 'NOT_FOUND' } },
    });
    assert.ok(!stderr.includes(KEY));
  });

  const bad: readonly (readonly [string, string])[] = [
    ['nothing', ''],
    ['no JSON', '{'],
    ['another version', '{"protocolVersion":2,"ids":["a"]}'],
    ['no ids', '{"protocolVersion":1}'],
    ['ids that are none', '{"protocolVersion":1,"ids":[1]}'],
    ['an endless id', JSON.stringify({ protocolVersion: 1, ids: ['a'.repeat(300)] })],
    ['a megabyte', ' '.repeat(1024 * 1024 + 1)],
  ];
  for (const [name, stdin] of bad) {
    it(`is 65 with nothing on standard output: ${name}`, async () => {
      using host = furnished();
      const { code, stdout } = await ask(host, stdin);
      assert.deepEqual([code, stdout], [65, '']);
    });
  }

  it('has an answer for nobody, and for a name that JavaScript knows', async () => {
    using host = furnished();
    assert.equal(
      (await ask(host, '{"protocolVersion":1,"ids":[]}')).stdout,
      '{"protocolVersion":1,"values":{},"errors":{}}\n',
    );
    const { stdout } = await ask(host, '{"protocolVersion":1,"ids":["__proto__"]}');
    assert.equal(
      stdout,
      '{"protocolVersion":1,"values":{},"errors":{"__proto__":{"code":"NOT_FOUND"}}}\n',
    );
  });
});
