import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  lstatSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type GatewayHost, onHost } from './host.ts';

const NOBODY = 65_534;
const mirror = '.epiloop/agents/main/agent/auth-profiles.json';
const asRoot = { skip: process.getuid?.() === 0 ? false : 'needs another owner: run as root' };

/** Everything that nobody owns below a folder, as one text. */
function heldByNobody(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => lstatSync(path).uid === NOBODY)
    .map((path) => readFileSync(path, 'latin1'))
    .join('\n');
}

/** A state directory of somebody else's, as root finds it. */
function giveAway(host: GatewayHost): void {
  const state = host.path('.epiloop');
  for (const path of [state, ...readdirSync(state, { recursive: true })]) {
    chownSync(path === state ? state : join(state, String(path)), NOBODY, NOBODY);
  }
  chmodSync(host.home, 0o755);
}

test('root works as the owner of the state, and what it makes is his', asRoot, () =>
  onHost(async (host) => {
    host.write(mirror, {
      version: 1,
      profiles: { 'a:k': { type: 'api_key', provider: 'a', key: 'CANARY-K' } },
    });
    giveAway(host);
    const { code, stderr } = await host.run(['models', 'sync']);
    assert.equal(code, 0, stderr);
    assert.equal(lstatSync(host.path('.epiloop/auth.sqlite')).uid, NOBODY);
  }),
);

test('root that may not become the owner of the state does nothing', asRoot, () =>
  onHost(async (host) => {
    host.write(mirror, { version: 1, profiles: {} });
    giveAway(host);
    const wrapper = ['setpriv', '--bounding-set=-setuid,-setgid'];
    const { code, stderr } = await host.run(['models', 'sync'], { wrapper });
    assert.equal(code, 77, stderr);
    assert.match(stderr, /^hint: run it as uid 65534$/m);
    assert.deepEqual(readdirSync(host.path('.epiloop')), ['agents']);
  }),
);

test('a link in his folders leads root nowhere', asRoot, () =>
  onHost(async (host) => {
    host.write(mirror, {
      version: 1,
      profiles: { 'a:k': { type: 'api_key', provider: 'a', key: 'CANARY-K' } },
    });
    giveAway(host);
    await host.run(['models', 'sync']);
    const shadow = host.write('root-only/shadow', 'root:CANARY-SHADOW\n');
    unlinkSync(host.path(mirror));
    symlinkSync(shadow, host.path(mirror));
    const { code } = await host.run(['models', 'sync']);
    assert.notEqual(code, 0);
    assert.equal(readFileSync(shadow, 'utf8'), 'root:CANARY-SHADOW\n');
    assert.equal(lstatSync(shadow).uid, 0);
    assert.doesNotMatch(heldByNobody(host.home), /CANARY-SHADOW/);
  }),
);

test("root's own login is not handed to the owner of the state", asRoot, () =>
  onHost(async (host) => {
    host.write(mirror, { version: 1, profiles: {} });
    giveAway(host);
    const expiresAt = Date.now() + 6 * 3_600_000;
    const login = { accessToken: 'CANARY-ROOT-A', refreshToken: 'CANARY-ROOT-R', expiresAt };
    host.write('.claude/.credentials.json', { claudeAiOauth: login });
    const { stdout } = await host.run(['models', 'status', '--json']);
    assert.match(stdout, /source_unreadable/);
    assert.doesNotMatch(heldByNobody(host.home), /CANARY-ROOT/);
  }),
);
