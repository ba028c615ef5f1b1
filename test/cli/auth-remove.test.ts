import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { RemoveOutcome, RemoveRequest } from '../../src/app/app.ts';
import { session, withAnswers } from './session.ts';

const agentDir = '/home/op/.epiloop/agents/main/agent';
const main = {
  agentId: 'main',
  agentDir,
  path: `${agentDir}/auth-profiles.json`,
  home: '/home/op',
};
const ends = { config: [], purged: false, cleaned: [], stillIn: [] };
const token = `sk-ant-oat01-${'Ab3_-'.repeat(19)}`;

describe('models auth remove', () => {
  async function remove(words: readonly string[], keptIn: readonly string[] = []) {
    const requests: RemoveRequest[] = [];
    const app = withAnswers({
      remove: async (request): Promise<RemoveOutcome> => {
        requests.push(request);
        const outcome = { ...main, profileId: request.id, keptIn, ...ends };
        return { ...outcome, findings: [], notices: [] };
      },
    });
    const told = await session(['models', 'auth', 'remove', ...words], {
      effects: { openApp: () => app },
    });
    return { ...told, requests };
  }
  const removed =
    'removed a:b of agent main from ~/.epiloop/agents/main/agent/auth-profiles.json\n';

  test('removes, and says from where', async () => {
    const { exit, out, err, requests } = await remove(['a:b', '--agent', '007', '--keep-out']);
    assert.deepEqual([exit, out, err], [0, removed, '']);
    assert.deepEqual(requests, [{ id: 'a:b', agent: '007', keepOut: true, purge: false }]);
  });

  test('tells who still has the login', async () => {
    assert.equal(
      (await remove(['a:b'], ['work', 'lab'])).out,
      `${removed}agents work, lab still have this login\n`,
    );
    assert.match((await remove(['a:b'], ['work'])).out, /\nagent work still has this login\n$/);
  });

  test('--json is one value', async () => {
    const { agentId, agentDir, path: storePath } = main;
    assert.deepEqual(JSON.parse((await remove(['a:b', '--json'], ['work'])).out), {
      ...{ schemaVersion: 1, agentId, agentDir, storePath, profileId: 'a:b' },
      ...{ keptIn: ['work'], ...ends, findings: [] },
    });
  });

  test('needs one id, which is no secret', async () => {
    for (const words of [[], ['a:b', 'c:d'], [token]]) {
      const { exit, out, err, requests } = await remove(words);
      assert.deepEqual([exit, out, requests], [64, '', []]);
      assert.ok(!err.includes(token));
    }
  });
});
