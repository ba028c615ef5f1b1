import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { exitOf, judge } from '../../src/domain/verdict.ts';
import { goldenCases, statusInput, statusRuns } from './golden-host.ts';

/** Where our verdict differs from the gateway's, and what is true. */
const mended: ReadonlyMap<string, readonly [number, string]> = new Map([
  ['07-config-token-stored-oauth', [1, 'the mode hides the only profile']],
  ['10-disabled-billing', [1, 'the only profile is disabled']],
]);

describe("the exit code of --check, beside the gateway's", () => {
  let compared = 0;
  for (const name of goldenCases.filter((entry) => !/^(18|20)/.test(entry))) {
    const run = statusRuns(name).find(({ args }) => args.includes('--check'));
    if (run === undefined) continue;
    const [expected, why] = mended.get(name) ?? [run.exit, 'as the gateway'];
    test(`${name}: ${expected}, ${why}`, () => {
      const input = statusInput(run);
      const otherViews = () => assert.fail('no agent has a model of its own');
      const flags = { usable: false, inUseOnly: false, otherViews };
      const findings = judge({ ...input, home: input.paths.home, ...flags });
      assert.equal(exitOf(findings), expected);
      assert.equal(findings.length === 0, expected === 0 && name !== '09-cooldown');
    });
    compared += 1;
  }

  test('every recorded check was compared', () => assert.equal(compared, 20));
});
