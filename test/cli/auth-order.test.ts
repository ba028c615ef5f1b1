import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { App, OrderOutcome } from '../../src/app/app.ts';
import type { Globals } from '../../src/cli/effects.ts';
import { session, withAnswers } from './session.ts';

type Verb = 'get' | 'set' | 'clear';

const outcome: OrderOutcome = {
  agentId: 'ops',
  agentDir: '/home/op/.epiloop/agents/ops/agent',
  provider: 'zai',
  authStorePath: '~/.epiloop/agents/ops/agent/auth-profiles.json',
  order: ['zai:a\u202e', 'zai:b'],
  effective: { from: 'agent', order: ['zai:b'] },
  findings: [{ reason: 'mirror_pending', message: '/x is locked', exit: 0 }],
  notices: ['wrote /x\u200b'],
  home: '/home/op',
};

async function order(words: readonly string[], more: Partial<OrderOutcome> = {}) {
  const requests: unknown[] = [];
  const opened: { globals: Globals; command: string }[] = [];
  const answers = (verb: Verb) => async (request: unknown) => {
    requests.push([verb, request]);
    return { ...outcome, ...more };
  };
  const app: Partial<App> = {
    getOrder: answers('get'),
    setOrder: answers('set'),
    clearOrder: answers('clear'),
  };
  const told = await session(['models', 'auth', 'order', ...words], {
    effects: {
      openApp: (globals, command) => {
        opened.push({ globals, command });
        return withAnswers(app);
      },
    },
  });
  return { ...told, requests, opened };
}

const zai = ['--provider', 'zai'];

describe('what is asked', () => {
  const cases = [
    { words: ['get', ...zai], request: ['get', { provider: 'zai', agent: undefined }] },
    {
      words: ['get', '--provider', 'Z.ai', '--agent', '007'],
      request: ['get', { provider: 'Z.ai', agent: '007' }],
    },
    {
      words: ['set', 'zai:b', ...zai, '1e3', '--', '--zai:c'],
      request: ['set', { provider: 'zai', agent: undefined, ids: ['zai:b', '1e3', '--zai:c'] }],
    },
    {
      words: ['clear', '--provider=zai', '--agent=work'],
      request: ['clear', { provider: 'zai', agent: 'work' }],
    },
  ];
  for (const { words, request } of cases) {
    test(words.join(' '), async () => {
      const { exit, requests, opened } = await order(words);
      assert.deepEqual([exit, requests], [0, [request]]);
      const [{ globals, command } = assert.fail('not opened')] = opened;
      assert.equal(command, `models auth order ${words[0]}`);
      assert.equal(globals.sync, words[0] !== 'get', 'a question writes nothing');
    });
  }

  const wrong = [
    { words: ['get'], err: 'epiloop: --provider is missing\n' },
    { words: ['set', 'zai:a'], err: 'epiloop: --provider is missing\n' },
    { words: ['clear'], err: 'epiloop: --provider is missing\n' },
    { words: ['set', ...zai], err: 'epiloop: <ids> is missing\n' },
    { words: ['get', '--provider'], err: 'epiloop: --provider needs a value\n' },
    { words: ['clear', '--provider', ''], err: 'epiloop: --provider needs a value\n' },
    { words: ['get', ...zai, ...zai], err: /^epiloop: --provider/ },
    { words: ['get', ...zai, 'zai:a'], err: /^epiloop: .*zai:a/ },
    { words: ['clear', ...zai, 'zai:a'], err: /^epiloop: .*zai:a/ },
  ];
  for (const { words, err: expected } of wrong) {
    test(`64: ${words.join(' ')}`, async () => {
      const { exit, out, err, opened } = await order(words);
      assert.deepEqual([exit, out, opened], [64, '', []]);
      if (typeof expected === 'string') assert.equal(err, expected);
      else assert.match(err, expected);
    });
  }
});

describe('the screen', () => {
  const head = 'Agent: ops\nProvider: zai\n';
  const get = `${head}Auth file: ${outcome.authStorePath}\n`;
  const own = 'Order override: zai:a\\u{202e}, zai:b\n';
  const screens: readonly (readonly [string, Partial<OrderOutcome>, string])[] = [
    ['get', {}, `${get}${own}`],
    [
      'get',
      { order: null, effective: { from: 'rotation', order: ['zai:b'] } },
      `${get}Order override: (none)\n`,
    ],
    [
      'get',
      { order: null, effective: { from: 'main', order: ['zai:b', 'zai:c\n'] } },
      `${get}Order override: (none)\nIn force: zai:b, zai:c\\u{a} (from main's file)\n`,
    ],
    ['set zai:a', {}, `${head}${own}`],
    [
      'set zai:a',
      { effective: { from: 'main', order: [] } },
      `${head}${own}In force: (none) (from main's file)\n`,
    ],
    [
      'clear',
      { order: null, effective: { from: 'config', order: ['zai:c'] } },
      `${head}Cleared per-agent order override.\nIn force: zai:c (from auth.order of the config)\n`,
    ],
    [
      'clear',
      { order: null, effective: { from: 'rotation', order: ['zai:c'] } },
      `${head}Cleared per-agent order override.\n`,
    ],
  ];
  for (const [words, more, screen] of screens) {
    test(`${words} ${JSON.stringify(more)}`, async () => {
      const { out, err } = await order([...words.split(' '), ...zai], more);
      assert.equal(out, screen);
      assert.equal(err, 'epiloop: wrote /x\\u{200b}\n');
    });
  }
});

describe('--json', () => {
  for (const words of [['get'], ['set', 'zai:a'], ['clear']]) {
    test(`${words[0]}: the gateway's fields in its order, ours behind`, async () => {
      const { out, err } = await order([...words, ...zai, '--json']);
      const { agentId, agentDir, provider, authStorePath, effective } = outcome;
      const value = JSON.parse(out);
      const { order: ids } = outcome;
      const gateways = { agentId, agentDir, provider, authStorePath, order: ids };
      assert.deepEqual(value, { ...gateways, schemaVersion: 1, effective });
      assert.deepEqual(Object.keys(value), [
        ...Object.keys(gateways),
        'schemaVersion',
        'effective',
      ]);
      assert.equal(err, 'epiloop: wrote /x\\u{200b}\n');
    });
  }

  test('null where the agent has no order of its own', async () => {
    const { out } = await order(['get', ...zai, '--json'], { order: null });
    assert.equal(JSON.parse(out).order, null);
  });
});
