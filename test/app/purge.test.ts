/** What is erased is nowhere: not in the store, its log, the agent's file, or a copy of either. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { EpiloopError } from '../../src/errors.ts';
import { FILE, Workbench } from './workbench.ts';

const ID = 'alpha:default';
const canary = (n: number) => `canary/"${n}"-ABCDEFGHIJKLMNOP-0123456789`;

/** The files below the state directory in which any of these bytes stand. */
function holders(bench: Workbench, text = 'ABCDEFGHIJKLMNOP'): string[] {
  return readdirSync(bench.state, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text));
}

const refusal = (exit: number, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof EpiloopError, String(error));
  assert.equal(error.exitCode, exit, error.message);
  assert.match(`${error.message}\n${error.hint}`, message);
  return true;
};

describe('models auth remove --purge', { concurrency: true }, () => {
  test('leaves the secret, and the ones before it, in no file', async () => {
    using bench = new Workbench('{}');
    for (const n of [1, 2, 3]) await bench.paste('alpha', canary(n));
    await bench.paste('beta', 'another-key-0123456789');
    assert.ok(holders(bench).length > 0);
    const { purged, cleaned, stillIn } = await bench.remove(ID, { purge: true });
    assert.deepEqual([purged, cleaned, stillIn], [true, [], []]);
    assert.deepEqual(holders(bench), []);
    assert.ok(holders(bench, 'another-key-0123456789').length > 0);
    assert.doesNotMatch(bench.read('epiloop.json') ?? '', /alpha/);
  });

  test('leaves none of a hundred secrets that moved from page to page', async () => {
    using bench = new Workbench();
    const profiles = Object.fromEntries(
      Array.from({ length: 100 }, (_, n) => [
        `alpha:${n}`,
        { type: 'api_key', provider: 'alpha', key: `QRSTUVWXYZ-${n}-`.repeat(1 + ((n * 37) % 90)) },
      ]),
    );
    bench.write(FILE, { version: 1, profiles });
    await bench.sync();
    for (const n of [1, 2, 3, 4]) {
      await bench.paste('alpha', canary(n).repeat(n * 9));
      for (const other of [n, n * 7, n * 19]) await bench.remove(`alpha:${other}`);
    }
    await bench.remove(ID, { purge: true });
    assert.deepEqual(holders(bench), []);
  });

  test('works for what was removed before, and cannot be undone', async () => {
    using bench = new Workbench();
    await bench.paste('alpha', canary(1));
    await bench.remove(ID);
    const removed = await bench.last('profile_removed');
    await bench.remove(ID, { purge: true });
    assert.deepEqual(holders(bench), []);
    await assert.rejects(bench.undo(await bench.last('profile_purged')), refusal(77, /for good/));
    await assert.rejects(bench.undo(removed), refusal(66, /is gone/));
    await assert.rejects(bench.remove(ID, { purge: true }), refusal(66, /no profile/));
  });

  test('cleans damaged copies and backups byte by byte, and tells what is not ours', async () => {
    using bench = new Workbench('{}');
    await bench.paste('alpha', canary(1));
    const escaped = JSON.stringify(canary(1)).slice(1, -1);
    const [copy, other] = [1, 2].map((n) => `${FILE}.damaged-${n}`) as [string, string];
    const damaged = (key: string) =>
      Buffer.concat([
        Buffer.from(`\ufeff{"profiles": {"key": "${key}", "only": "copy-of-another-`),
        Buffer.from([0xff, 0x00, 0xc3]),
        Buffer.from(`", "again": "${key}"`),
      ]);
    bench.write(copy, damaged(escaped));
    bench.write(other, '{"profiles": ');
    bench.write('epiloop.json.bak.2', `\ufeff{ env: { vars: { A: '${escaped}' } } }`);
    bench.write('.env', `ALPHA_API_KEY='${canary(1)}'\n`);
    const { cleaned, stillIn } = await bench.remove(ID, { purge: true });
    assert.deepEqual(cleaned, [join(bench.state, copy), join(bench.state, 'epiloop.json.bak.3')]);
    assert.deepEqual(stillIn, [join(bench.state, '.env')]);
    assert.deepEqual(holders(bench), stillIn);
    const stars = '*'.repeat(escaped.length);
    assert.deepEqual(readFileSync(join(bench.state, copy)), damaged(stars));
    assert.equal(bench.read(other), '{"profiles": ');
    const backup = `\ufeff{ env: { vars: { A: '${stars}' } } }`;
    assert.equal(bench.read('epiloop.json.bak.3'), backup);
  });

  test('cleans the backups of included files, and tells where one still holds it', async () => {
    using bench = new Workbench("{ $include: './keys.json5' }");
    const secret = canary(1);
    bench.write('keys.json5', { env: { vars: { A: secret } } });
    await bench.paste('alpha', secret);
    bench.write('keys.json5.bak.1', { env: { vars: { A: secret } } });
    const { cleaned, stillIn } = await bench.remove(ID, { purge: true });
    assert.ok(cleaned.includes(join(bench.state, 'keys.json5.bak.1')), String(cleaned));
    assert.deepEqual(stillIn, [join(bench.state, 'keys.json5')]);
    assert.deepEqual(holders(bench), stillIn);
  });

  test('names who holds the same secret: in use, before, or removed', async () => {
    using bench = new Workbench();
    for (const name of ['alpha', 'beta', 'gamma']) await bench.paste(name, canary(1));
    await bench.paste('gamma', canary(2));
    const first = (await bench.remove(ID, { purge: true })).notices.join('\n');
    assert.match(first, /^beta:default of agent main holds the same secret: it stays/m);
    assert.match(first, /^gamma:default of agent main held the same secret before/m);
    await bench.paste('alpha', canary(1));
    await bench.remove('gamma:default', { purge: true });
    await bench.remove('beta:default');
    const second = (await bench.remove(ID, { purge: true })).notices.join('\n');
    assert.match(second, /^beta:default of agent main, which was removed, held the same secret/m);
    assert.match(second, /: epiloop models auth remove --purge 'beta:default'$/m);
    assert.doesNotMatch(second, /gamma/);
    const last = (await bench.remove('beta:default', { purge: true })).notices.join('\n');
    assert.doesNotMatch(last, /same secret/);
    assert.deepEqual(holders(bench), []);
  });

  test('is refused while another profile is the same login, and nothing changes', async () => {
    using bench = new Workbench();
    const id = 'alpha:$(login)';
    const login = {
      ...{ type: 'oauth', provider: 'alpha', access: 'access-0123456789', refresh: canary(1) },
      expires: bench.now + 9e9,
    };
    const file = { version: 1, profiles: { [id]: login } };
    bench.write(FILE, file);
    bench.write('agents/lab/agent/auth-profiles.json', file);
    await bench.sync();
    const before = await bench.picture();
    const purge = bench.remove(id, { purge: true });
    await assert.rejects(purge, refusal(77, /agent lab.*remove --agent lab 'alpha:\$\(login\)'/s));
    assert.deepEqual(await bench.picture(), before);
    await bench.remove(id, { agent: 'lab' });
    await bench.remove(id, { purge: true });
    assert.deepEqual(holders(bench), []);
  });

  test('a stale file does not bring it back', async () => {
    using bench = new Workbench();
    await bench.paste('alpha', canary(1));
    const stale = bench.read(FILE) ?? '';
    const realNow = Date.now();
    bench.now = realNow;
    await bench.remove(ID, { purge: true });
    bench.write(FILE, stale);
    await bench.run('models sync', (app) => app.sync({}));
    assert.deepEqual(holders(bench), []);
  });
});
