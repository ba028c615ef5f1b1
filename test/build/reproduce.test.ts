import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { root } from '../../build/targets.ts';
import { makeSandbox } from './sandbox.ts';

describe('the executable', () => {
  it('is the same, byte for byte, from two folders, and names neither', async () => {
    const sandboxes = [makeSandbox(''), makeSandbox('')];
    try {
      const [first, second] = await Promise.all(
        sandboxes.map(async ({ path }) => {
          cpSync(join(root, 'src'), path('src'), { recursive: true });
          const child = spawn(process.execPath, [path('build', 'build.ts')], { stdio: 'ignore' });
          const [code] = await once(child, 'close');
          assert.equal(code, 0);
          return readFileSync(path('dist', 'epiloop'));
        }),
      );
      assert.ok(first !== undefined && second !== undefined);
      assert.ok(first.equals(second));
      for (const { folder } of sandboxes) assert.equal(first.indexOf(folder), -1);
      assert.equal(first.indexOf(root), -1);
    } finally {
      for (const sandbox of sandboxes) sandbox.remove();
    }
  });
});
