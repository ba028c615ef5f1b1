/** What was removed here, and stands in a file again or still. */
import assert from 'node:assert/strict';
import { utimesSync } from 'node:fs';
import { test } from 'node:test';
import { MIRROR, pair, SeedHost } from './seed-host.ts';

const STATUS = ['models', 'status', '--json'];
const ID = 'anthropic:claude-cli';
const KEY = 'openai:default';

test('a login that a source still has is told on every run', async () => {
  using host = new SeedHost();
  host.claudeWrites(pair(1));
  await host.succeed(STATUS);
  await host.succeed(['models', 'auth', 'remove', ID, '--keep-out']);
  for (let runs = 0; runs < 3; runs += 1) {
    const { stdout } = await host.succeed(STATUS);
    assert.match(stdout, /source_skipped/);
    assert.match(stdout, /still has the login of anthropic:claude-cli, which was removed here/);
  }
});

test('a removed key is kept out for minutes, and later it is an addition', async () => {
  using host = new SeedHost();
  const entry = { type: 'api_key', provider: 'openai', key: 'sk-SEEDkeySEEDkeySEED' };
  const other = { type: 'api_key', provider: 'xai', key: 'xai-SEEDkeySEEDkeySEED' };
  host.write(MIRROR, { version: 1, profiles: { [KEY]: entry, 'xai:default': other } });
  await host.succeed(STATUS);
  await host.succeed(['models', 'auth', 'remove', KEY]);
  const bringBack = () =>
    host.gatewayWrites((file) => {
      file.profiles[KEY] = entry;
    });
  bringBack();
  const { stdout } = await host.succeed(STATUS);
  assert.match(stdout, /openai:default was removed here minutes ago and is not taken back/);
  assert.equal(host.mirror().profiles[KEY], undefined);
  await backdateRemoval(host);
  bringBack();
  utimesSync(host.path(MIRROR), new Date(), new Date());
  await host.succeed(STATUS);
  assert.deepEqual(host.mirror().profiles[KEY], entry);
});

async function backdateRemoval(host: SeedHost): Promise<void> {
  const { default: Database } = await import('better-sqlite3');
  const db = new Database(host.path('.epiloop/auth.sqlite'));
  db.prepare('UPDATE tombstones SET removed_at = removed_at - 660000').run();
  db.close();
}
