/** The mode upgrade of the config: undone once, it is not made again; and edits that are not ours. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { DoctorOutcome } from '../../src/app/app.ts';
import { Secret } from '../../src/domain/secret.ts';
import { EpiloopError } from '../../src/errors.ts';
import { Workbench } from './workbench.ts';

const config = (mode: string) =>
  `{ auth: { profiles: { 'anthropic:claude-cli': { provider: 'anthropic', mode: '${mode}' /* m */ } } } }\n`;

const refusal = (exit: number, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof EpiloopError, String(error));
  assert.equal(error.exitCode, exit, error.message);
  assert.match(`${error.message}\n${error.hint}`, message);
  return true;
};

const doctor = (bench: Workbench): Promise<DoctorOutcome> =>
  bench.run('doctor', (app) => app.doctor({ warnWithinMs: 1, fix: false, dryRun: false }));

describe('an upgrade of the mode', { concurrency: true }, () => {
  test('that was undone is not repeated, until that is undone', async () => {
    using bench = new Workbench(config('token'));
    await bench.sync();
    assert.equal(bench.read('epiloop.json'), config('oauth'));
    const upgraded = await bench.last('config_mode_upgraded');
    const { madeChanges, result, config: files } = await bench.undo(upgraded);
    assert.match(result, /claude-cli has mode token again/);
    assert.equal(files.length, 1);
    for (const ask of [() => bench.sync(), () => doctor(bench)]) {
      const { findings: left, ...answer } = await ask();
      const isNote = 'notes' in answer;
      const findings = isNote ? answer.notes : left;
      assert.equal(
        left.some(({ reason }) => reason === 'config_upgrade_pending'),
        !isNote,
      );
      assert.equal(bench.read('epiloop.json'), config('token'));
      const told = findings.find(({ reason }) => reason === 'config_upgrade_pending');
      assert.equal(told?.hint, `epiloop undo ${madeChanges[0]} makes it oauth again`);
      assert.equal(told?.exit, 0);
    }
    assert.deepEqual((await bench.undo(madeChanges[0] ?? 0)).findings, []);
    assert.equal(bench.read('epiloop.json'), config('oauth'));
    assert.deepEqual((await bench.sync()).findings, []);
  });

  test('is ended by a person who sets it to oauth', async () => {
    using bench = new Workbench(config('token'));
    await bench.sync();
    await bench.undo(await bench.last('config_mode_upgraded'));
    bench.write('epiloop.json', config('oauth'));
    assert.deepEqual((await bench.sync()).findings, []);
  });

  test('that was undone is not told by the run that sets the mode', async () => {
    using bench = new Workbench(config('token'));
    await bench.sync();
    await bench.undo(await bench.last('config_mode_upgraded'));
    const credential = { type: 'token', token: new Secret('canary-0123456789') } as const;
    const request = { provider: 'anthropic', profileId: 'anthropic:claude-cli', credential };
    const { findings } = await bench.run('models auth setup-token', (app) => app.enter(request));
    assert.equal(bench.read('epiloop.json'), config('oauth'));
    assert.deepEqual(findings, []);
  });

  test('is put back alone where the rest of the file has changed since', async () => {
    using bench = new Workbench(config('token'));
    await bench.sync();
    bench.write('epiloop.json', `// new\n${config('oauth')}`);
    await bench.undo(await bench.last('config_mode_upgraded'));
    assert.equal(bench.read('epiloop.json'), `// new\n${config('token')}`);
  });

  test('is not put back where somebody else has set the mode since', async () => {
    using bench = new Workbench(config('token'));
    await bench.sync();
    const now = config('api_key');
    bench.write('epiloop.json', now);
    const undo = bench.undo(await bench.last('config_mode_upgraded'));
    await assert.rejects(undo, refusal(77, /not as it left it/));
    assert.equal(bench.read('epiloop.json'), now);
  });
});

describe('the undo of an edit of the config', { concurrency: true }, () => {
  test('under EPILOOP_NIX_MODE only says what to do', async () => {
    using bench = new Workbench('{}\n');
    await bench.paste('alpha', 'canary-key-0123456789');
    const before = bench.read('epiloop.json');
    bench.env = { EPILOOP_NIX_MODE: '1' };
    const change = await bench.last('config_profile_listed');
    const said = /EPILOOP_NIX_MODE.*remove auth\.profiles\["alpha:default"\] in .*epiloop\.json/s;
    await assert.rejects(bench.undo(change), refusal(77, said));
    assert.equal(bench.read('epiloop.json'), before);
  });

  test('goes to the file that was edited', async () => {
    using bench = new Workbench("{ $include: ['a.json5'] }\n");
    const own =
      "{ auth: { profiles: { 'alpha:x': { provider: 'alpha', mode: 'token' } } } } // mine\n";
    bench.write('a.json5', own);
    await bench.paste('alpha', 'canary-key-0123456789');
    assert.match(bench.read('a.json5') ?? '', /alpha:default/);
    await bench.undo(await bench.last('config_profile_listed'));
    assert.equal(bench.read('a.json5'), own);
    await bench.paste('alpha', 'canary-key-0123456789');
    bench.write('epiloop.json', '{}\n');
    const undo = bench.undo(await bench.last('config_profile_listed'));
    await assert.rejects(undo, refusal(66, /no part of the config any more/));
  });

  test('of one profile leaves the others that came into the list later', async () => {
    using bench = new Workbench('{}\n');
    await bench.paste('alpha', 'canary-key-of-alpha-0123456789');
    const first = await bench.last('config_profile_listed');
    await bench.paste('beta', 'canary-key-of-beta-0123456789');
    await bench.undo(first);
    assert.deepEqual(JSON.parse(bench.read('epiloop.json') ?? ''), {
      auth: { profiles: { 'beta:default': { provider: 'beta', mode: 'api_key' } } },
    });
  });

  test('takes away a config that it made, and keeps a copy', async () => {
    using bench = new Workbench();
    await bench.paste('alpha', 'canary-key-0123456789');
    const made = bench.read('epiloop.json');
    const { madeChanges } = await bench.undo(await bench.last('config_profile_listed'));
    assert.equal(bench.read('epiloop.json'), undefined);
    assert.equal(bench.read('epiloop.json.bak'), made);
    await bench.undo(madeChanges[0] ?? 0);
    assert.equal(bench.read('epiloop.json'), made);
  });

  test('keeps the variables of what it puts back', async () => {
    const text = `{ auth: { profiles: { 'alpha:default': { provider: '\${P}', mode: 'api_key' } } } }\n`;
    using bench = new Workbench(text);
    bench.env = { P: 'alpha' };
    await bench.paste('alpha', 'canary-key-0123456789');
    await bench.remove('alpha:default');
    bench.write('epiloop.json', '{ auth: { profiles: {} }, gateway: {} }\n');
    await bench.undo(await bench.last('config_profile_unlisted'));
    assert.match(bench.read('epiloop.json') ?? '', /provider: "\$\{P\}"/);
  });
});
