import assert from 'node:assert/strict';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { realFiles } from '../../src/platform/files.ts';
import { said, startChild } from './child.ts';

const root = fs.mkdtempSync(join(tmpdir(), 'files-crash-'));
after(() => fs.rmSync(root, { recursive: true }));
const files = realFiles({ euid: process.geteuid?.() ?? -1 });

/** Texts that are whole only if every letter is the same and the length is right. */
const writer = `
  import { realFiles } from 'SRC/platform/files.ts';
  const files = realFiles({ euid: process.geteuid() });
  console.log('writing');
  for (let n = 0; n < input.times; n += 1) {
    files.replace(input.path, 'abcdefgh'[n % 8].repeat(20_000));
  }`;

function assertWhole(text: string): void {
  assert.equal(text.length, 20_000);
  assert.equal(text, (text[0] ?? '').repeat(20_000));
}

test('killed at any moment: the old text or the new, no litter after the next write', async () => {
  const path = join(root, 'killed.json');
  files.replace(path, 'z'.repeat(20_000));
  let leftovers = 0;
  for (let round = 0; round < 50; round += 1) {
    const child = startChild(writer, { path, times: 1e9 });
    await said(child, 'writing');
    await new Promise((done) => setTimeout(done, Math.random() * 15));
    child.kill('SIGKILL');
    await once(child, 'close');
    assertWhole(fs.readFileSync(path, 'utf8'));
    leftovers += fs.readdirSync(root).length - 1;
    for (const name of fs.readdirSync(root)) {
      assert.equal(fs.statSync(join(root, name)).mode & 0o777, 0o600);
    }
    files.replace(path, 'z'.repeat(20_000));
    assert.deepEqual(fs.readdirSync(root), ['killed.json']);
  }
  assert(leftovers > 0, 'no kill hit the middle of a write: this test has shown nothing');
});

test('readers never see a torn file while it is replaced', async () => {
  const path = join(root, 'read.json');
  files.replace(path, 'z'.repeat(20_000));
  const readers = [1, 2].map(() =>
    startChild(
      `import { realFiles } from 'SRC/platform/files.ts';
      const files = realFiles({ euid: process.geteuid() });
      let reads = 0; const seen = new Set(); let torn = 0;
      console.log('reading');
      const timer = setInterval(() => {
        for (let n = 0; n < 20; n += 1) {
          const text = files.read(input, { maxBytes: 1e6, followLink: true }).text;
          reads += 1; seen.add(text[0]);
          if (text !== text[0].repeat(20_000)) torn += 1;
        }
      }, 0);
      process.stdin.once('data', () => {
        clearInterval(timer);
        console.log(JSON.stringify({ reads, kinds: seen.size, torn }));
        process.exit();
      });`,
      path,
    ),
  );
  await Promise.all(readers.map((reader) => said(reader, 'reading')));
  const child = startChild(writer, { path, times: 200 });
  const [exit] = await once(child, 'close');
  assert.equal(exit, 0);
  for (const reader of readers) {
    const answer = said(reader, '}');
    reader.stdin?.write('stop');
    const { reads, kinds, torn } = JSON.parse(await answer);
    assert.equal(torn, 0);
    assert(reads > 100 && kinds > 4, `only ${reads} reads of ${kinds} texts`);
  }
});
