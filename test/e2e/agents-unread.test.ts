/** Of an agent whose file, or main's, cannot be read, nobody can tell what is missing. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AgentsHost, apiKey, DOCTOR, fileOf } from './agents-host.ts';
import { reasonsOf } from './seed-host.ts';

const CHECK = ['models', 'status', '--check'];
const DAMAGE = '{"profiles": {';

/** The defaults run on anthropic; `hurt` runs on zai, and holds a key for it that is unread. */
function unread(agent: string): AgentsHost {
  const host = new AgentsHost();
  host.config({
    agents: {
      defaults: { model: { primary: 'anthropic/claude-opus-4-5' } },
      list: [{ id: 'main' }, { id: 'hurt', model: 'zai/glm-4.7' }],
    },
  });
  host.has('main', { 'anthropic:a': apiKey('AGENTkey-main-0123456789', 'anthropic') });
  host.has('hurt', { 'zai:a': apiKey('AGENTkey-hurt-0123456789', 'zai') });
  host.write(fileOf(agent), DAMAGE);
  return host;
}

describe('what is missing is not guessed', { concurrency: 4 }, () => {
  for (const agent of ['main', 'hurt']) {
    for (const args of [[...CHECK, '--all-agents'], CHECK]) {
      test(`${agent} unread: ${args.join(' ')}`, async () => {
        using host = unread(agent);
        const run = await host.run(args);
        const said = `${run.stdout}${run.stderr}`;
        assert.equal(run.code, 65, said);
        assert.match(said, new RegExp(`${agent}.+ is damaged`));
        assert.doesNotMatch(said, /missing/);
      });
    }

    test(`${agent} unread: doctor`, async () => {
      using host = unread(agent);
      const { code, stdout } = await host.run(DOCTOR);
      assert.equal(code, 1);
      assert.deepEqual(reasonsOf(JSON.parse(stdout).findings), ['mirror_unreadable']);
    });
  }

  test('but told once it is known', async () => {
    using host = unread('hurt');
    host.has('hurt', {});
    const { code, stdout } = await host.run(CHECK);
    assert.equal(code, 1);
    assert.match(stdout, /^missing: zai .+ hurt$/m);
  });
});
