import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { openBrowser } from '../../src/platform/browser.ts';

const folder = mkdtempSync(join(tmpdir(), 'epiloop-browser-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const seen = join(folder, 'seen');
const program = join(folder, process.platform === 'darwin' ? 'open' : 'xdg-open');
writeFileSync(program, `#!/bin/sh\n{ echo "$1"; env; } > ${seen}.part; mv ${seen}.part ${seen}\n`);
chmodSync(program, 0o755);

const PATH = `${folder}:${process.env['PATH']}`;
const url = 'https://idp.example/auth?a=b&c=$(touch x)';

describe('a browser', () => {
  test('is opened by the desktop, without our secrets', async () => {
    const secrets = { ANTHROPIC_API_KEY: 'canary', NODE_OPTIONS: '--require x', LD_PRELOAD: 'x' };
    assert.equal(await openBrowser(url, { PATH, DISPLAY: ':0', ...secrets }), true);
    for (let count = 0; count < 200 && !existsSync(seen); count += 1) {
      await new Promise((done) => setTimeout(done, 20));
    }
    const [first, ...env] = readFileSync(seen, 'utf8').split('\n');
    assert.equal(first, url);
    assert.ok(env.includes('DISPLAY=:0'));
    assert.ok(!env.some((line) => /canary|NODE_|LD_/.test(line)));
  });

  test('is none without a display', async (t) => {
    if (process.platform === 'darwin') return t.skip('macOS has a display');
    assert.equal(await openBrowser(url, { PATH }), false);
  });

  test('is none without a program', async () => {
    assert.equal(await openBrowser(url, { PATH: folder.slice(1), DISPLAY: ':0' }), false);
  });
});
