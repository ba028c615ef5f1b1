import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { becomeNobody, needsRoot, runChild } from './child.ts';

test('behind a link it names what is closed, not the link', { skip: needsRoot }, async () => {
  const open = fs.mkdtempSync('/tmp/epiloop-linked-');
  fs.chmodSync(open, 0o755);
  const at = (name: string) => join(open, name);
  fs.writeFileSync(at('mine'), 'x', { mode: 0o000 });
  fs.chownSync(at('mine'), 65534, 65534);
  fs.mkdirSync(at('closed'), { mode: 0o700 });
  fs.symlinkSync('mine', at('to-mine'));
  fs.symlinkSync('to-mine', at('twice'));
  fs.symlinkSync('closed/x', at('into'));
  fs.symlinkSync('closed', at('folder'));
  const code = `
    import { realFiles } from 'SRC/platform/files.ts';
    ${becomeNobody}
    const files = realFiles({ euid: process.geteuid() });
    const results = input.map((path) => {
      try { return files.read(path, { maxBytes: 99, followLink: true }) ?? 'absent'; }
      catch (error) { return [error.message, error.hint]; }
    });
    console.log(JSON.stringify(results));`;
  const paths = ['to-mine', 'twice', 'into', 'folder/x'].map(at);
  const mine = `its target ${at('mine')} belongs to uid 65534 with mode 0000, we are uid 65534`;
  const closed = `the folder ${at('closed')} belongs to uid 0 with mode 0700, we are uid 65534`;
  const give = `chmod u+rw '${at('mine')}'`;
  assert.deepEqual(await runChild(code, paths), [
    [`cannot read ${paths[0]}: ${mine}`, give],
    [`cannot read ${paths[1]}: ${mine}`, give],
    [`cannot read ${paths[2]}: ${closed}`, 'run it as uid 0'],
    [`cannot read ${paths[3]}: ${closed}`, 'run it as uid 0'],
  ]);
  fs.rmSync(open, { recursive: true });
});
