import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AgentView } from '../../src/domain/agent-view.ts';
import { judge } from '../../src/domain/verdict.ts';
import { environment, facts, hostConfig, now, profiles, view } from './judge-fixtures.ts';

const models = { primary: 'openai/gpt-5', fallbacks: [] };
const config = hostConfig({
  agents: {
    list: [
      { id: 'main', default: true, model: { primary: 'anthropic/opus', fallbacks: [] } },
      { id: 'work', default: false, model: models },
      { id: 'dev', default: false, model: models },
      { id: 'plain', default: false },
    ],
  },
});

function judgeAgents(own: AgentView, others: Readonly<Record<string, AgentView>>, usable = false) {
  const found = judge({
    view: own,
    config,
    env: environment(),
    fileExists: () => false,
    now,
    warnWithin: 0,
    usable,
    inUseOnly: false,
    otherViews: (id) => others[id] ?? assert.fail(`asked for ${id}`),
  });
  return found.map((one) => `${one.exit} ${one.agentId} ${one.message}`);
}

const claude = facts('anthropic:default');
const main = view({ profiles: profiles(claude) });
const agent = (agentId: string, ...stored: ReturnType<typeof facts>[]) =>
  view({ agentId, profiles: profiles(...stored) });

describe('the own models of other agents', () => {
  test('are judged by what those agents have', () => {
    const has = agent('work', facts('openai:work'));
    assert.deepEqual(judgeAgents(main, { work: has, dev: agent('dev') }), [
      '1 dev openai has no credential for agent dev',
    ]);
  });

  test('each agent that lacks it is named', () => {
    assert.deepEqual(judgeAgents(main, { work: agent('work'), dev: agent('dev') }), [
      '1 work openai has no credential for agent work',
      '1 dev openai has no credential for agent dev',
    ]);
  });

  test('a dead login is found there too, with the agent in the hint', () => {
    const dead = facts('openai:x', { type: 'oauth', expiresAt: now - 60_000 });
    const own = facts('openai:y');
    const found = judgeAgents(main, { work: agent('work', dead), dev: agent('dev', own) }, true);
    assert.deepEqual(found, ['1 work openai:x expired 1m ago for agent work']);
  });

  test('what is no obstacle there is not reported', () => {
    const blank = facts('openai:blank', { blank: true });
    const work = agent('work', blank, facts('openai:good'));
    assert.deepEqual(judgeAgents(main, { work, dev: work }), []);
  });

  test('one profile that both inherit is one finding, with the graver exit', () => {
    const blank = facts('openai:default', { blank: true });
    const inherited = { ...blank, inherited: true };
    const mainToo = view({ profiles: profiles(claude, blank) });
    const work = agent('work', claude, inherited);
    assert.deepEqual(judgeAgents(mainToo, { work, dev: work }), [
      '1 work openai:default has an empty secret',
    ]);
  });

  test("the asked agent's own model is judged by its own view, and main by another", () => {
    const found = judgeAgents(agent('work', claude), {
      main,
      dev: agent('dev', facts('openai:d')),
    });
    assert.deepEqual(found, ['1 work openai has no credential']);
  });
});
