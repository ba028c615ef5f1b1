import assert from 'node:assert/strict';
import { type SpawnSyncOptions, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { realFiles } from '../../src/platform/files.ts';
import { readSecret } from '../../src/platform/secret-input.ts';

const folder = mkdtempSync(join(tmpdir(), 'epiloop-secret-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const files = realFiles({ euid: process.geteuid?.() ?? -1 });
const module = join(import.meta.dirname, '../../src/platform/secret-input.ts');
const code = `
  import { readSecret } from ${JSON.stringify(module)};
  const from = { kind: 'stdin', prompt: 'token: ' };
  const answer = await readSecret(from, { env: process.env }).catch(({ code, message, hint }) => {
    return { code, message, hint };
  });
  console.log(JSON.stringify(answer));
`;

/** What a process answers that is given this as its standard input. */
function piped(options: SpawnSyncOptions, shell?: string) {
  const node = [process.execPath, '--input-type=module', '-e', code];
  const [program = '', ...args] = shell === undefined ? node : ['sh', '-c', shell, 'sh', ...node];
  const child = spawnSync(program, args, { encoding: 'utf8', timeout: 20_000, ...options });
  assert.equal(String(child.stderr), '');
  return JSON.parse(String(child.stdout));
}

describe('standard input that is no terminal', () => {
  test('is read to its end, as it is', () => {
    assert.deepEqual(piped({ input: ' abc\n def\n' }), { text: ' abc\n def\n', notes: [] });
  });

  test('is waited for', () => {
    const shell = '{ sleep 0.3; printf ab; sleep 0.3; printf c; } | "$@"';
    assert.equal(piped({}, shell).text, 'abc');
  });

  const python = spawnSync('python3', ['--version']).status === 0;
  const skip = python ? false : 'only python3 can set a pipe so here';
  test('a pipe that does not block is waited for too', { skip }, () => {
    const set = `python3 -c 'import os; os.set_blocking(0, False)'`;
    assert.equal(piped({}, `{ sleep 0.5; printf abc; } | { ${set}; "$@"; }`).text, 'abc');
  });

  test('/dev/null, an empty file and a closed descriptor are empty', () => {
    assert.equal(piped({ stdio: [openSync('/dev/null', 'r'), 'pipe', 'pipe'] }).text, '');
    assert.equal(piped({ input: '' }).text, '');
    assert.equal(piped({}, '"$@" <&-').text, '');
  });

  test('at most 64 KiB are read', () => {
    assert.equal(piped({ input: 'x'.repeat(65_536) }).text.length, 65_536);
    const { code, message } = piped({ input: 'x'.repeat(65_537) });
    assert.deepEqual([code, message], ['bad_data', 'standard input has more than 65536 bytes']);
  });

  test('what never ends is not read for ever', () => {
    assert.equal(piped({ stdio: [openSync('/dev/zero', 'r'), 'pipe', 'pipe'] }).code, 'bad_data');
  });

  test('other bytes than UTF-8 are no text, and are not repeated', () => {
    const { code, message } = piped({ input: Buffer.from([0x61, 0x62, 0xff]) });
    assert.deepEqual([code, message], ['bad_data', 'standard input is not text']);
  });

  test('a folder cannot be read', () => {
    const answer = piped({ stdio: [openSync(folder, 'r'), 'pipe', 'pipe'] });
    assert.equal(answer.code, 'io');
    assert.match(answer.message, /cannot read standard input: EISDIR/);
  });
});

describe('a file', () => {
  const read = (path: string) => readSecret({ kind: 'file', path }, { env: {}, files });
  const write = (name: string, content: string | Uint8Array, mode = 0o600) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    chmodSync(path, mode);
    return path;
  };

  test('that only its owner may read is read without a word', async () => {
    assert.deepEqual(await read(write('mine', 'abc\n')), { text: 'abc\n', notes: [] });
  });

  test('may be a link, as in a container', async () => {
    const link = join(folder, 'link');
    symlinkSync(write('target', 'abc'), link);
    assert.equal((await read(link)).text, 'abc');
  });

  for (const [mode, verb] of [
    [0o644, 'read'],
    [0o640, 'read'],
    [0o660, 'write to'],
  ] as const) {
    test(`of mode ${mode.toString(8)} is used, and told`, async () => {
      const path = write('open', 'abc', mode);
      assert.deepEqual(await read(path), {
        text: 'abc',
        notes: [`others may ${verb} ${path}: chmod 600 it, or remove it now`],
      });
    });
  }

  test('may be a descriptor that the shell opened', () => {
    const named = code.replace(
      "kind: 'stdin', prompt: 'token: '",
      "kind: 'file', path: '/dev/fd/3'",
    );
    const args = ['--input-type=module', '-e', named];
    const run = (shell: string) =>
      spawnSync('sh', ['-c', shell, 'sh', process.execPath, ...args], { encoding: 'utf8' }).stdout;
    assert.deepEqual(JSON.parse(run('printf abc | "$@" 3<&0')), { text: 'abc', notes: [] });
    assert.match(run('"$@" 3<&-'), /cannot read \/dev\/fd\/3: (EBADF|EINVAL|EISDIR|EAGAIN)/);
  });

  test('that is absent is not found', async () => {
    await assert.rejects(read(join(folder, 'none')), { code: 'not_found' });
  });

  test('of any other kind, of other bytes or too large is refused', async () => {
    await assert.rejects(read(folder), { code: 'bad_data' });
    await assert.rejects(read('/dev/zero'), { code: 'bad_data' });
    await assert.rejects(read(write('bytes', Buffer.from([0xff]))), { code: 'bad_data' });
    await assert.rejects(read(write('large', 'x'.repeat(65_537))), { code: 'bad_data' });
  });
});

describe('a variable', () => {
  const read = (name: string) => readSecret({ kind: 'env', name }, { env: { KEY: ' abc' }, files });

  test('is taken as it is', async () => {
    assert.deepEqual(await read('KEY'), { text: ' abc', notes: [] });
  });

  test('that is not set is bad data', async () => {
    await assert.rejects(read('OTHER'), {
      code: 'bad_data',
      message: 'the variable OTHER is not set',
    });
  });
});
