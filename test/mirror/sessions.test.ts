import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import { fieldsOf } from '../../src/domain/session-pin.ts';
import { EpiloopError } from '../../src/errors.ts';
import { findSession, readSessions, withFields } from '../../src/mirror/sessions.ts';
import { withSessionsLock } from '../../src/mirror/sessions-lock.ts';
import { realFiles } from '../../src/platform/files.ts';

const root = fs.mkdtempSync(join(tmpdir(), 'sessions-'));
after(() => fs.rmSync(root, { recursive: true }));
const files = realFiles({ euid: process.geteuid?.() ?? -1 });

let path = '';
let lock = '';
beforeEach(() => {
  path = join(fs.mkdtempSync(join(root, 'agent-')), 'sessions.json');
  lock = `${path}.lock`;
});

function code(wanted: string) {
  return (error: unknown) => error instanceof EpiloopError && error.code === wanted;
}

describe('reading', () => {
  test('no file', () => assert.equal(readSessions(files, path), undefined));

  const wrong: readonly (readonly [string, string, () => void])[] = [
    ['garbage', 'bad_data', () => fs.writeFileSync(path, '{"a":')],
    ['empty', 'bad_data', () => fs.writeFileSync(path, '')],
    ['a list', 'bad_data', () => fs.writeFileSync(path, '[]')],
    ['JSON5', 'bad_data', () => fs.writeFileSync(path, '{a:1}')],
    ['no UTF-8', 'bad_data', () => fs.writeFileSync(path, Buffer.from([0x7b, 0xff, 0x7d]))],
    ['a pipe', 'bad_data', () => execFileSync('mkfifo', [path])],
    ['a folder', 'bad_data', () => fs.mkdirSync(path)],
    ['a link', 'refused', () => fs.symlinkSync('/etc/passwd', path)],
    ['a gigabyte', 'bad_data', () => execFileSync('truncate', ['-s', '1G', path])],
  ];
  for (const [name, wanted, make] of wrong) {
    test(name, () => {
      make();
      const start = Date.now();
      assert.throws(() => readSessions(files, path), code(wanted));
      assert.ok(Date.now() - start < 1000);
    });
  }

  test('a session is found under the first key that is an object', () => {
    fs.writeFileSync(path, '{"__proto__":{"a":1},"x":3,"y":{"b":2}}');
    const file = readSessions(files, path);
    assert.ok(file !== undefined);
    assert.equal(findSession(file, ['toString', 'x', 'y'])?.key, 'y');
    assert.equal(findSession(file, ['__proto__'])?.key, '__proto__');
    assert.equal(findSession(file, ['constructor']), undefined);
  });
});

test('only our fields of only one session change', () => {
  const text = `{
  "agent:main:a": { "n": 12345678901234567890, "modelOverride": "old", "e": 1.0 },
  "agent:main:b": {
    "sessionId": "x",
    "authProfileOverrideCompactionCount": 4,
    "skills": ["}", {"modelOverride": "no"}]
  }
}`;
  fs.writeFileSync(path, text);
  const file = readSessions(files, path);
  assert.ok(file !== undefined);
  const profile = { id: 'p:"x', source: 'user' } as const;
  const edited = withFields(file, 'agent:main:b', fieldsOf({ profile }));
  const [head, tail] = edited.split('"sessionId": "x",');
  assert.equal(head, text.split('"sessionId": "x",')[0]);
  assert.equal(
    tail,
    `
    "skills": ["}", {"modelOverride": "no"}],
    "authProfileOverride": "p:\\"x",
    "authProfileOverrideSource": "user"
  }
}`,
  );
});

describe('the gateway’s lock', () => {
  const work = () => 'done';

  test('is there during the work, says whose it is, and is gone behind it', async () => {
    const done = await withSessionsLock(files, path, (held) => {
      const content = JSON.parse(fs.readFileSync(lock, 'utf8'));
      assert.equal(content.pid, process.pid);
      assert.equal(typeof content.startedAt, 'number');
      assert.ok(held.isOurs());
      return 1;
    });
    assert.deepEqual(done, { value: 1 });
    assert.equal(fs.existsSync(lock), false);
  });

  test('is given back when the work fails', async () => {
    const fail = () => {
      throw new Error('no');
    };
    await assert.rejects(() => withSessionsLock(files, path, fail), /^Error: no$/);
    assert.equal(fs.existsSync(lock), false);
  });

  test('of somebody else is waited for, and left', async () => {
    fs.writeFileSync(lock, '{}');
    const start = performance.now();
    assert.equal(await withSessionsLock(files, path, work, 200), undefined);
    assert.ok(performance.now() - start >= 190);
    assert.equal(fs.readFileSync(lock, 'utf8'), '{}');
  });

  test('is taken as soon as it is free', async () => {
    fs.writeFileSync(lock, '{}');
    setTimeout(() => fs.rmSync(lock), 100);
    assert.deepEqual(await withSessionsLock(files, path, work, 5000), { value: 'done' });
  });

  test('of the dead is cleared after 30 s, and not before', async () => {
    fs.writeFileSync(lock, '{}');
    const aged = (seconds: number) => fs.utimesSync(lock, 1, Date.now() / 1000 - seconds);
    aged(28);
    assert.equal(await withSessionsLock(files, path, work, 100), undefined);
    aged(31);
    assert.deepEqual(await withSessionsLock(files, path, work, 1000), { value: 'done' });
  });

  test('that was taken over is noticed, and not taken away', async () => {
    await withSessionsLock(files, path, (held) => {
      fs.rmSync(lock);
      fs.writeFileSync(lock, 'another');
      assert.equal(held.isOurs(), false);
    });
    assert.equal(fs.readFileSync(lock, 'utf8'), 'another');
  });

  test('is never a link that is followed', async () => {
    const target = `${path}.target`;
    fs.symlinkSync(target, lock);
    assert.equal(await withSessionsLock(files, path, work, 100), undefined);
    assert.equal(fs.existsSync(target), false);
  });

  test('lets one in at a time', async () => {
    fs.writeFileSync(path, '0');
    const add = () => {
      const count = Number(fs.readFileSync(path, 'utf8'));
      fs.writeFileSync(path, String(count + 1));
    };
    await Promise.all(Array.from({ length: 20 }, () => withSessionsLock(files, path, add)));
    assert.equal(fs.readFileSync(path, 'utf8'), '20');
  });
});
