import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildStatus } from '../../src/domain/status.ts';
import { goldenCases, statusInput, statusRuns } from './golden-host.ts';

/** The gateway prints secrets of up to 16 characters whole; these are all that were recorded. */
function hideShort(json: string): string {
  return json
    .replace('"openai:default=short"', '"openai:default=…"')
    .replace('"openrouter:manual=token:sk-or-FAKE"', '"openrouter:manual=token:…"')
    .replace('"qwen:x=q"', '"qwen:x=…"');
}

describe('models status --json of the gateway', () => {
  let compared = 0;
  for (const name of goldenCases) {
    statusRuns(name).forEach((run, index) => {
      const { json } = run;
      if (json === undefined) return;
      test(`${name}, run ${index + 1}`, () => {
        const { schemaVersion, ...report } = buildStatus(statusInput(run));
        assert.equal(schemaVersion, 1);
        assert.equal(`${JSON.stringify(report, null, 2)}\n`, hideShort(json));
      });
      compared += 1;
    });
  }

  test('every recorded status was compared', () => {
    assert.equal(compared, 38);
  });
});
