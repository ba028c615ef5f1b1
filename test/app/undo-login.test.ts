/** Logins: brought back with the pair they have now, and never with a refresh token that was used. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EpiloopError } from '../../src/errors.ts';
import { FILE, Workbench } from './workbench.ts';

const ID = 'alpha:login';
const LAB = 'agents/lab/agent/auth-profiles.json';

const login = (bench: Workbench, name: string, hours = 1) => ({
  ...{ type: 'oauth', provider: 'alpha', access: `access-${name}`, refresh: `refresh-${name}` },
  ...{ expires: bench.now + hours * 3_600_000, clientId: `of-${name}` },
});

function holds(bench: Workbench, profile: object | undefined, name = FILE): void {
  const profiles = profile === undefined ? {} : { [ID]: profile };
  bench.write(name, {
    version: 1,
    profiles: { ...profiles, 'beta:k': { type: 'api_key', provider: 'beta', key: 'k' } },
  });
}

const profileIn = (bench: Workbench, name = FILE) =>
  JSON.parse(bench.read(name) ?? '{}').profiles[ID];

const refusal = (exit: number, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof EpiloopError, String(error));
  assert.equal(error.exitCode, exit, error.message);
  assert.match(`${error.message}\n${error.hint}`, message);
  return true;
};

describe('a login', { concurrency: true }, () => {
  test('that was removed comes back with the pair that another agent has by now', async () => {
    using bench = new Workbench();
    for (const file of [FILE, LAB]) holds(bench, login(bench, 'a'), file);
    await bench.sync();
    await bench.remove(ID);
    bench.now += 3_600_000;
    holds(bench, login(bench, 'b'), LAB);
    await bench.sync();
    await bench.undo(await bench.last('profile_removed'));
    assert.equal(profileIn(bench).refresh, 'refresh-b');
    assert.equal(profileIn(bench).clientId, 'of-a');
    assert.equal(profileIn(bench, LAB).refresh, 'refresh-b');
  });

  test('that was refreshed cannot go back', async () => {
    using bench = new Workbench();
    holds(bench, login(bench, 'a'));
    await bench.sync();
    bench.now += 3_600_000;
    holds(bench, login(bench, 'b'));
    await bench.sync();
    const rotated = await bench.last('rotated');
    await assert.rejects(bench.undo(rotated), refusal(77, /refresh token is used up.*log in/s));
  });

  test('that another login replaced comes back, with its own row', async () => {
    using bench = new Workbench();
    holds(bench, login(bench, 'a', 99));
    await bench.sync();
    holds(bench, login(bench, 'other', 99));
    await bench.sync();
    const { madeChanges } = await bench.undo(await bench.last('login_replaced'));
    assert.equal(profileIn(bench).refresh, 'refresh-a');
    await bench.sync();
    assert.equal(profileIn(bench).refresh, 'refresh-a', 'and stays');
    await bench.undo(madeChanges[0] ?? 0);
    assert.equal(profileIn(bench).refresh, 'refresh-other');
  });

  test('whose refresh token was used elsewhere does not come back', async () => {
    using bench = new Workbench();
    holds(bench, login(bench, 'a'));
    await bench.sync();
    await bench.remove(ID);
    await bench.inside(({ store }) => {
      // another row of the same login has gone on from this very refresh token
      store.db.exec(`INSERT INTO credentials (id, provider, type, secret, refresh, source, blank,
          secret_hash, refresh_hash, changed_at)
        VALUES (99, 'alpha', 'oauth', 's', 'r', 'file', 0, 'new', 'new', 1);
        INSERT INTO generations (credential, generation, secret_hash, refresh_hash, superseded_at)
        SELECT 99, 1, secret_hash, refresh_hash, 1 FROM credentials WHERE type = 'oauth' AND id <> 99;
        INSERT INTO profiles (agent_dir, id, position, credential, provider)
        VALUES ('/elsewhere', 'alpha:x', 0, 99, 'alpha')`);
    });
    const removed = await bench.last('profile_removed');
    await assert.rejects(bench.undo(removed), refusal(77, /used up/));
    assert.equal(profileIn(bench), undefined);
  });

  test('that a client brought is not taken away by undo', async () => {
    using bench = new Workbench();
    holds(bench, login(bench, 'a'));
    await bench.sync();
    const added = (await bench.history()).find(
      ({ event, subject }) => event === 'profile_added' && subject === ID,
    );
    await assert.rejects(bench.undo(added?.id ?? 0), refusal(77, /taken over.*auth remove/s));
  });
});
