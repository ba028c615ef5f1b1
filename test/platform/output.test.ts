import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import { describe, test } from 'node:test';
import { writeAll } from '../../src/platform/output.ts';

const moduleUrl = new URL('../../src/platform/output.ts', import.meta.url).href;

/** A child that writes `size` letters to `fd` and tells on stderr how it went. */
function script(size: number, fd = 1): string {
  return `
    import { writeAll } from ${JSON.stringify(moduleUrl)};
    import { writeSync } from 'node:fs';
    let said;
    try { said = writeAll(${fd}, 'é'.repeat(${size})); } catch (error) { said = error.code; }
    writeSync(2, String(said));
  `;
}

test('a file gets every byte', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'epiloop-output-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'out');
  const fd = openSync(path, 'w');
  assert.equal(writeAll(fd, ''), true);
  assert.equal(writeAll(fd, 'é€😀\n'), true);
  closeSync(fd);
  assert.equal(readFileSync(path, 'utf8'), 'é€😀\n');
});

describe('what a child tells', () => {
  test('a full disk is thrown as it is', () => {
    const fd = openSync('/dev/full', 'w');
    const child = runChild(script(10), ['ignore', fd, 'pipe']);
    closeSync(fd);
    assert.equal(child.stderr, 'ENOSPC');
  });

  test('a reader that is gone is false', () => {
    const child = spawnSync(
      '/bin/sh',
      [
        '-c',
        '{ sleep 0.2; "$1" --input-type=module -e "$2"; } | true',
        'sh',
        process.execPath,
        script(10),
      ],
      { encoding: 'utf8' },
    );
    assert.equal(child.stderr, 'false');
  });

  test('a slow reader of a non-blocking pipe gets everything', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'epiloop-output-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const pipe = join(folder, 'pipe');
    assert.equal(spawnSync('mkfifo', [pipe]).status, 0);
    const fd = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
    const code = 'exec < "$1"; echo open >&2; sleep 0.3; exec wc -c';
    const reader = spawn('/bin/sh', ['-c', code, 'sh', pipe]);
    await once(reader.stderr, 'data');
    const args = ['--input-type=module', '-e', script(400_000, 3)];
    const writer = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe', fd] });
    closeSync(fd);
    const [said, read] = await Promise.all([textOf(piped(writer.stderr)), textOf(reader.stdout)]);
    assert.deepEqual([said, Number(read)], ['true', 800_000]);
  });
});

function runChild(code: string, stdio: ['ignore', number, 'pipe']) {
  return spawnSync(process.execPath, ['--input-type=module', '-e', code], {
    stdio,
    encoding: 'utf8',
  });
}

/** Node's types allow for a stream that was not asked to be piped. */
function piped<Stream>(stream: Stream | null): Stream {
  assert.ok(stream);
  return stream;
}
