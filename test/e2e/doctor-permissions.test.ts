/** What others may read or write on a host: `doctor` names the place and the chmod that mends it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { AgentsHost, apiKey, fileOf } from './agents-host.ts';
import { CONFIG, MIRROR, pair, reasonsOf } from './seed-host.ts';

const KEY = { 'anthropic:a': apiKey('AGENTkey-0123456789-0123', 'anthropic') };
const STORE = '.epiloop/auth.sqlite';

describe('permissions', () => {
  const folders = ['.epiloop', '.epiloop/agents/main/agent', '.epiloop/agents/web/agent'];
  const files = [MIRROR, fileOf('web'), STORE, '.epiloop/.env', '.claude/.credentials.json'];

  async function open(folderMode: number, fileMode: number): Promise<AgentsHost> {
    const host = new AgentsHost();
    host.has('main', KEY);
    host.has('web', KEY);
    host.write('.epiloop/.env', 'SOMETHING=1\n');
    host.claudeWrites(pair(1));
    await host.sync();
    for (const name of folders) chmodSync(host.path(name), folderMode);
    for (const name of files) chmodSync(host.path(name), fileMode);
    return host;
  }

  for (const [folderMode, fileMode, word] of [
    [0o755, 0o644, 'readable'],
    [0o750, 0o640, 'readable'],
    [0o770, 0o660, 'writable'],
  ] as const) {
    const modes = `${folderMode.toString(8)} and ${fileMode.toString(8)}`;
    test(`${modes}: each place with the chmod that mends it, after which all is quiet`, async () => {
      using host = await open(folderMode, fileMode);
      const found = await host.doctor(1);
      assert.deepEqual(new Set(reasonsOf(found)), new Set(['permissions']));
      const expected = [
        ...folders.map((name) => `chmod 700 '${host.path(name)}'`),
        ...files.map((name) => `chmod 600 '${host.path(name)}'`),
      ];
      assert.deepEqual(found.map(({ hint }) => hint).sort(), expected.sort());
      for (const { message, path } of found) assert.equal(message, `${path} is ${word} by others`);
      for (const command of expected) execFileSync('sh', ['-c', command]);
      assert.deepEqual(await host.doctor(0), []);
    });
  }

  test('the config holds no secret, unless somebody else may write to it', async () => {
    using host = new AgentsHost();
    host.has('main', KEY);
    host.write(CONFIG, '{}', 0o644);
    assert.deepEqual(await host.doctor(0), []);
    chmodSync(host.path(CONFIG), 0o664);
    const [found] = await host.doctor(1);
    assert.equal(found?.hint, `chmod 600 '${host.path(CONFIG)}'`);
    execFileSync('sh', ['-c', found?.hint ?? 'false']);
    assert.deepEqual(await host.doctor(0), []);
  });

  test('an agent directory that is a link is judged by what it leads to', async () => {
    using host = new AgentsHost();
    host.has('main', KEY);
    mkdirSync(host.path('.epiloop/agents/web'));
    host.has('elsewhere/', KEY);
    execFileSync('ln', ['-s', host.path('elsewhere'), host.path('.epiloop/agents/web/agent')]);
    chmodSync(host.path('elsewhere'), 0o755);
    const [found] = await host.doctor(1);
    assert.equal(found?.hint, `chmod 700 '${host.path('.epiloop/agents/web/agent')}'`);
    execFileSync('sh', ['-c', found?.hint ?? 'false']);
    assert.deepEqual(await host.doctor(0), []);
  });
});
