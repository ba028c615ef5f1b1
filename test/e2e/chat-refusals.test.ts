import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { ChatHost, KEY, SESSIONS } from './chat-host.ts';

const entry = { sessionId: 's1' };

describe('what is no business of ours or cannot be', () => {
  const rows: readonly (readonly [string, readonly string[], number, RegExp])[] = [
    ['no session', ['/model'], 64, /--session is required|--session is missing/],
    ['a session that is none', ['--session', 'agent:', '/model'], 64, /takes the key of a session/],
    [
      'a line without it',
      ['--session', KEY, 'hello'],
      64,
      /no \/model in it\nhint: such as epiloop chat/,
    ],
    [
      'another agent',
      ['--session', KEY, '--agent', 'work', '/model'],
      64,
      /of agent main, not of work/,
    ],
    ['an unknown agent', ['--session', 'agent:nobody:x', '/model sonnet'], 66, /no agent nobody/],
    [
      'nothing may be written',
      ['--session', KEY, '--no-sync', '/model sonnet'],
      77,
      /--no-sync forbids/,
    ],
  ];
  for (const [name, words, exit, says] of rows) {
    test(`${name}: exit ${exit}`, async () => {
      using host = new ChatHost({ [KEY]: entry });
      const { code, stderr, stdout } = await host.run(['chat', ...words]);
      assert.equal(code, exit, stderr);
      assert.match(stderr, says);
      assert.equal(stdout, '');
      assert.deepEqual(host.sessions(), { [KEY]: entry });
    });
  }

  test('a question writes nothing with --no-sync', async () => {
    using host = new ChatHost({ [KEY]: { ...entry, authProfileOverride: 'anthropic:gone' } });
    const before = host.snapshot();
    const { code, stdout } = await host.run([
      'chat',
      '--no-sync',
      '--session',
      KEY,
      '/model status',
    ]);
    assert.equal(code, 0);
    assert.match(stdout, /^Current: anthropic\/claude-opus-4-5\n/);
    assert.deepEqual(host.snapshot(), before);
  });
});

describe('a hostile sessions.json is left alone, and nothing is stored', () => {
  const kinds: readonly (readonly [string, number, (path: string) => void])[] = [
    ['a named pipe', 65, (path) => execFileSync('mkfifo', [path])],
    ['a link', 77, (path) => symlinkSync('/etc/hostname', path)],
    ['a gigabyte', 65, (path) => execFileSync('truncate', ['-s', '1G', path])],
    ['garbage', 65, (path) => writeFileSync(path, '{"agent:main:main": {')],
    ['a list', 65, (path) => writeFileSync(path, '[]')],
  ];
  for (const [name, exit, make] of kinds) {
    test(`${name}: exit ${exit}`, async () => {
      using host = new ChatHost({});
      const path = host.path(SESSIONS);
      rmSync(path);
      make(path);
      const { code, stderr } = await host.chat('/model sonnet@anthropic:b', { timeoutMs: 5000 });
      assert.equal(code, exit, stderr);
      assert.ok(stderr.includes(path));
      rmSync(path);
      assert.equal((await host.told('/model')).pin, null);
    });
  }
});

describe('the gateway’s lock', () => {
  test('held for ten seconds: stored here, 75, and handed over by the next run', async () => {
    using host = new ChatHost({ [KEY]: entry });
    const lock = `${host.path(SESSIONS)}.lock`;
    writeFileSync(lock, '{}');
    const start = Date.now();
    const run = await host.run(['chat', '--json', '--session', KEY, '/model sonnet@anthropic:b']);
    assert.ok(Date.now() - start >= 10_000);
    assert.equal(run.code, 75);
    const { error } = JSON.parse(run.stdout);
    assert.match(error.message, /^stored, but .* is locked: the gateway does not know it yet$/);
    assert.equal(error.path, lock);
    assert.deepEqual(host.sessions(), { [KEY]: entry });
    // a question answers all the same, at once
    const question = await host.chat('/model', { timeoutMs: 5000 });
    assert.equal(question.code, 0);
    assert.match(question.stdout, /^Current: anthropic\/claude-sonnet-4-5\n/);
    assert.match(question.stderr, /^epiloop: stored, but .* is locked: the gateway does not know/);
    rmSync(lock);
    // the hint can be pasted
    const again = error.hint.replace('try again with epiloop ', '');
    const { code } = await host.run(again.replaceAll("'", '').split(' '));
    assert.equal(code, 0);
    assert.equal(host.sessions()[KEY]?.['authProfileOverride'], 'anthropic:b');
  });

  test('is not needed for a question', async () => {
    using host = new ChatHost({ [KEY]: entry });
    writeFileSync(`${host.path(SESSIONS)}.lock`, '{}');
    assert.equal((await host.chat('/model status', { timeoutMs: 5000 })).code, 0);
  });
});

test('many writers: no update of any session is lost', async () => {
  using host = new ChatHost({ [KEY]: entry, 'agent:main:b': entry });
  const others = [1, 2, 3].map((n) => host.gatewayCounts(`agent:main:count-${n}`, 40));
  const ours = Array.from({ length: 12 }, async (_, at) => {
    const key = at % 2 === 0 ? KEY : 'agent:main:b';
    const { code, stderr } = await host.chat('/model sonnet@anthropic:b', {}, key);
    assert.equal(code, 0, stderr);
  });
  await Promise.all([...others, ...ours]);
  const sessions = host.sessions();
  for (const n of [1, 2, 3]) assert.deepEqual(sessions[`agent:main:count-${n}`], { n: 40 });
  for (const key of [KEY, 'agent:main:b']) {
    assert.equal(sessions[key]?.['authProfileOverride'], 'anthropic:b');
    assert.equal(sessions[key]?.['sessionId'], 's1');
  }
  assert.equal(existsSync(`${host.path(SESSIONS)}.lock`), false);
});

test('what moves the cursor is shown, and a path in a key leads nowhere', async () => {
  using host = new ChatHost({});
  const key = 'agent:../../../etc:\u001b[2J../../x';
  const { code, stderr, stdout } = await host.chat('/model opus@\u001b[31mred', {}, key);
  assert.equal(code, 66);
  assert.ok(!`${stdout}${stderr}`.includes('\u001b'));
  const inside = 'main:../../../\u001b[2Jx';
  const told = await host.chat('/model sonnet@x\u202e\u001b]0;t\u0007', {}, `agent:${inside}`);
  assert.equal(told.code, 66);
  assert.equal(told.stdout, 'Auth profile "x\\u{202e}\\u{1b}]0;t\\u{7}" not found.\n');
  const { sessionsFile } = await host.told('/model sonnet', {}, `agent:${inside}`);
  assert.equal(sessionsFile.path, host.path(SESSIONS));
});
