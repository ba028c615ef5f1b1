import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { AgentView } from '../../src/domain/agent-view.ts';
import type { ProbeResult, ProbeStatus } from '../../src/domain/probe.ts';
import { probeFindings } from '../../src/domain/probe-finding.ts';
import { exitOf } from '../../src/domain/verdict.ts';

const view: AgentView = {
  agentId: 'work',
  agentDir: '/a',
  storePath: '/a/auth-profiles.json',
  profiles: new Map(),
  order: new Map(),
  usage: new Map(),
  lastGood: new Map(),
};

function result(status: ProbeStatus, more: Partial<ProbeResult> = {}): ProbeResult {
  const about = { provider: 'xai', label: 'env: XAI_API_KEY', source: 'env', mode: 'api_key' };
  return { ...about, latencyMs: 5, ...more, status } as ProbeResult; // all fields are there
}

describe('the weight of a probe', () => {
  const rows: readonly (readonly [ProbeStatus, number])[] = [
    ['ok', 0],
    ['auth', 1],
    ['billing', 1],
    ['rate_limit', 0],
    ['timeout', 69],
    ['format', 69],
    ['unknown', 69],
    ['no_model', 0],
    ['unsupported', 0],
  ];
  for (const [status, exit] of rows) {
    test(`${status} is ${exit}`, () => {
      assert.equal(exitOf(probeFindings([result(status, { error: 'why' })], view)), exit);
    });
  }

  test('a refusal goes before what could not be told', () => {
    assert.equal(exitOf(probeFindings([result('timeout'), result('auth')], view)), 1);
  });

  test('a login that has ended, and so was not asked with, is told elsewhere', () => {
    const { latencyMs: _, ...unasked } = result('auth');
    assert.deepEqual(probeFindings([unasked], view), []);
  });
});

describe('the remedy', () => {
  const rows: readonly (readonly [ProbeResult, hint: string])[] = [
    [result('auth'), 'set XAI_API_KEY anew'],
    [
      result('auth', { label: 'models.json', source: 'models.json' }),
      'mend models.providers.xai.apiKey in the config',
    ],
    [result('billing'), 'settle it with xai, or use another credential'],
    [
      result('auth', { provider: 'anthropic', error: 'HTTP 400, only for use with Claude Code' }),
      'run epiloop models auth paste-api-key --provider anthropic --agent work',
    ],
    [result('timeout'), 'try again; nothing is known to be wrong with the credential'],
    [result('format'), 'check the model and models.providers.xai in the config'],
  ];
  for (const [probed, hint] of rows) {
    test(hint, () => assert.equal(probeFindings([probed], view)[0]?.hint, hint));
  }
});
