/** The hidden prompt on a real terminal: a pseudo-terminal of `script` (util-linux). */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';

const isUtilLinux = /util-linux/.test(
  String(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout),
);
const skip = isUtilLinux ? false : 'there is no script of util-linux here';

const folder = mkdtempSync(join(tmpdir(), 'epiloop-prompt-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const module = join(import.meta.dirname, '../../src/platform/secret-input.ts');
const program = join(folder, 'ask.mjs');
writeFileSync(
  program,
  `
  import { readSecret } from ${JSON.stringify(module)};
  import { writeFileSync } from 'node:fs';
  const [answerFile, pidFile] = process.argv.slice(2);
  writeFileSync(pidFile, String(process.pid));
  const from = { kind: 'stdin', prompt: 'token for anthropic: ' };
  const answer = await readSecret(from, { env: process.env });
  writeFileSync(answerFile, JSON.stringify(answer));
  process.exit(0);
`,
);

interface Transcript {
  /** everything that the terminal showed */
  readonly shown: string;
  readonly exit: number;
  /** what was read; undefined: nothing */
  readonly text: string | undefined;
  /** `stty -a` before and after */
  readonly before: string;
  readonly after: string;
}

const quiet = { TERM: 'xterm', redirect: '' };

/** Runs the prompt on a terminal; `act` is called when it stands there. */
async function prompted(
  act: (keys: (text: string) => void, pid: number, child: ChildProcess) => void,
  { TERM, redirect }: { TERM: string; redirect: string } = quiet,
): Promise<Transcript> {
  const run = mkdtempSync(join(folder, 'run-'));
  const file = (name: string) => join(run, name);
  const line =
    `stty -a > ${file('before')}; ${process.execPath} ${program} ${file('answer')} ${file('pid')} ` +
    `${redirect.replaceAll('RUN', run)}; echo $? > ${file('exit')}; stty -a > ${file('after')}`;
  // whatever opens a session on a host has its own TERM; `script` hands ours through
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    env: { ...process.env, TERM, SHELL: '/bin/sh' },
    timeout: 30_000,
  });
  let shown = '';
  let acted = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    if (acted || !shown.includes('token for anthropic: ')) return;
    acted = true;
    act((keys) => child.stdin.write(keys), Number(readFileSync(file('pid'), 'utf8')), child);
  });
  await new Promise((done) => child.on('close', done));
  assert.ok(acted, `no prompt: ${shown}`);
  const read = (name: string) => readFileSync(file(name), 'utf8');
  return {
    shown,
    exit: Number(read('exit')),
    text: existsSync(file('answer')) ? JSON.parse(read('answer')).text : undefined,
    before: read('before'),
    after: read('after'),
  };
}

const secret = 'sk-ant-oat01-SeCrEt';

describe('the hidden prompt', { skip, concurrency: true }, () => {
  test('reads a line and shows nothing of it', async () => {
    const {
      shown,
      exit,
      text,
      before,
      after: end,
    } = await prompted((keys) => {
      keys(secret);
      setTimeout(() => keys('\r'), 100);
    });
    assert.deepEqual({ exit, text }, { exit: 0, text: secret });
    assert.equal(shown, '\x1b[?2004htoken for anthropic: \x1b[?2004l\r\n');
    assert.equal(end, before);
  });

  test('reads a pasted token that stands on two lines, with and without marks', async () => {
    const pasted = [`\x1b[200~${secret}\r abc\r\x1b[201~`, `${secret}\r abc`];
    for (const paste of pasted) {
      const { shown, text } = await prompted((keys) => {
        keys(paste);
        setTimeout(() => keys('\r'), 200);
      });
      assert.match(text ?? '', new RegExp(`^${secret}[\\r\\n] abc`));
      assert.ok(!shown.includes('SeCrEt') && !shown.includes('abc'));
    }
  });

  test('writes no sequences to a terminal that knows none', async () => {
    const { shown, text } = await prompted((keys) => keys(`${secret}\r`), {
      ...quiet,
      TERM: 'dumb',
    });
    assert.equal(text, secret);
    assert.equal(shown, 'token for anthropic: \r\n');
  });

  test('is shown where standard output and error go elsewhere', async () => {
    const { shown, text } = await prompted((keys) => keys(`${secret}\r`), {
      ...quiet,
      redirect: '> RUN/out 2> RUN/err',
    });
    assert.equal(text, secret);
    assert.match(shown, /token for anthropic: /);
  });

  test('Ctrl-D on an empty line is an empty answer', async () => {
    const { exit, text, before, after: end } = await prompted((keys) => keys('\x04'));
    assert.deepEqual({ exit, text }, { exit: 0, text: '' });
    assert.equal(end, before);
  });

  test('Ctrl-C ends it with 130 and nothing read', async () => {
    const {
      shown,
      exit,
      text,
      before,
      after: end,
    } = await prompted((keys) => {
      keys(secret);
      setTimeout(() => keys('\x03'), 100);
    });
    assert.deepEqual({ exit, text }, { exit: 130, text: undefined });
    assert.ok(!shown.includes('SeCrEt'));
    assert.equal(end, before);
  });

  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGQUIT', 131],
  ] as const) {
    test(`${signal} ends it as any program, the terminal put back`, async () => {
      const {
        exit,
        text,
        before,
        after: end,
      } = await prompted((keys, pid) => {
        keys(secret);
        setTimeout(() => process.kill(pid, signal), 100);
      });
      assert.deepEqual({ exit, text }, { exit: code, text: undefined });
      assert.equal(end, before);
    });
  }

  test('asks again, still hidden, when it is continued', async () => {
    const { shown, text } = await prompted((keys, pid) => {
      keys('SeC');
      setTimeout(() => process.kill(pid, 'SIGCONT'), 100);
      setTimeout(() => keys('rEt\r'), 400);
    });
    assert.equal(text, 'SeCrEt');
    assert.equal(shown.split('token for anthropic: ').length, 3);
    assert.ok(!/SeC|rEt/.test(shown));
  });
});
