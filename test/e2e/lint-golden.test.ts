/** `doctor --lint` on the hosts that the gateway was recorded on: a healthy one is told nothing. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { caseNames, loadCase } from './golden-cases.ts';
import { onHost } from './host.ts';

/** What is wrong there on purpose. */
const expected: Readonly<Record<string, readonly string[]>> = {
  '05-bad-json': ['1:61 syntax'],
  '06-unknown-type': ['5:15 unknown-type', '9:5 missing-key', '20:3 unknown-key'],
  '08-order-missing-id': ['23:7 unknown-profile'],
  '18-config-invalid': ['1:69 unknown-mode'],
  '18b-config-unparsable': ['2:1 syntax'],
};

describe('hosts of the gateway', () => {
  for (const name of caseNames) {
    test(name, async () => {
      await onHost(async (host) => {
        const { files, env } = loadCase(name, host.home);
        for (const [path, text] of Object.entries(files)) host.write(path, text);
        const run = await host.run(['doctor', '--lint', '--json'], { env });
        const { remarks, failures } = JSON.parse(run.stdout);
        const told = remarks.map(
          (remark: { line: number; column: number; code: string }) =>
            `${remark.line}:${remark.column} ${remark.code}`,
        );
        const codes = expected[name] ?? [];
        assert.deepEqual({ told, failures }, { told: codes, failures: [] });
        assert.equal(run.code, codes.length === 0 ? 0 : 1);
      });
    });
  }
});
