import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import type { UndoOutcome, UndoRequest } from '../../src/app/app.ts';
import { undo } from '../../src/cli/commands/undo.ts';
import { session, withAnswers } from './session.ts';

const path = '/home/op/.epiloop/agents/main/agent/auth-profiles.json';
const outcome: UndoOutcome = {
  ...{ change: 12, event: 'profile_removed', subject: 'a:b', dryRun: false, madeChanges: [14] },
  ...{ agentId: 'main', agentDir: '/home/op/.epiloop/agents/main/agent', path },
  ...{ result: 'a:b is back', config: [], siblings: [13], findings: [], notices: ['wrote it'] },
  home: '/home/op',
};

describe('undo', () => {
  async function run(words: readonly string[], told: Partial<UndoOutcome> = {}) {
    const requests: UndoRequest[] = [];
    const opened: boolean[] = [];
    const app = withAnswers({
      undo: async (request) => {
        requests.push(request);
        return { ...outcome, ...told };
      },
    });
    const openApp = ({ sync }: { readonly sync: boolean }) => {
      opened.push(sync);
      return app;
    };
    return { ...(await session(['undo', ...words], { effects: { openApp } })), requests, opened };
  }

  test('says what it did, where, and what it left', async () => {
    const { exit, out, err, requests, opened } = await run(['12']);
    assert.equal(exit, 0);
    assert.equal(
      out,
      'undid #12: a:b is back for agent main in ~/.epiloop/agents/main/agent/auth-profiles.json\n' +
        '#13 was made with it and still stands: epiloop undo 13\n',
    );
    assert.equal(err, 'epiloop: wrote it\n');
    assert.deepEqual([requests, opened], [[{ change: 12, dryRun: false }], [true]]);
  });

  test('a dry run opens nothing for writing, and says would', async () => {
    const { out, requests, opened } = await run(['12', '--dry-run'], {
      dryRun: true,
      siblings: [],
    });
    assert.match(out, /^would undo #12: a:b is back for agent main in .*\n$/);
    assert.deepEqual([requests, opened], [[{ change: 12, dryRun: true }], [false]]);
  });

  test('of the config names the file and the copy', async () => {
    const file = {
      path: '/home/op/.epiloop/epiloop.json',
      backup: '/home/op/.epiloop/epiloop.json.bak',
    };
    const { out } = await run(['3'], {
      ...{ agentId: undefined, agentDir: undefined, config: [file], siblings: [], path: file.path },
      result: 'a:b is no longer listed',
    });
    assert.equal(
      out,
      'undid #12: a:b is no longer listed in ~/.epiloop/epiloop.json\n' +
        'changed ~/.epiloop/epiloop.json (as it was: ~/.epiloop/epiloop.json.bak); ' +
        'a running gateway restarts on it\n',
    );
  });

  test('--json is one value, as its schema says', async () => {
    const schema = await undo.output?.();
    assert.ok(schema);
    for (const told of [{}, { agentId: undefined, agentDir: undefined, subject: undefined }]) {
      const value: unknown = JSON.parse((await run(['12', '--json'], told)).out);
      assert.ok(v.is(schema, value), JSON.stringify(value));
    }
  });

  test('takes one number, from 1', async () => {
    for (const words of [
      [],
      ['0'],
      ['-1'],
      ['1.5'],
      ['last'],
      ['1', '2'],
      ['1e3'],
      ['9'.repeat(30)],
    ]) {
      const { exit, out, opened } = await run(words);
      assert.deepEqual([exit, out, opened], [64, '', []], String(words));
    }
  });
});
