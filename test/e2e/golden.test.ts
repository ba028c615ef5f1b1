import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { caseNames, loadCase } from './golden-cases.ts';
import type { Difference } from './golden-compare.ts';
import { differences, pending } from './golden-differences.ts';
import { type Comparison, runCase } from './golden-run.ts';

function isPending(name: string, n: string): boolean {
  return pending.some((row) => row.name === name && row.runs.includes(n));
}

function listed(name: string, n: string): Difference[] {
  return differences
    .filter((row) => row.name === name && row.runs.includes(n))
    .map(({ where, ours }) => ({ where, ours }));
}

/** Both ways: what is not listed fails, and so does what is listed and did not occur. */
function judgeRun(name: string, { n, args, differences: found, code }: Comparison): void {
  const command = `${name} ${n}: ${args.join(' ')}`;
  if (isPending(name, n)) {
    assert.equal(code, 64, `${command} is pending: it is refused as unknown`);
    assert.deepEqual(found, undefined, `${command} is pending: it touches no file`);
  } else {
    assert.deepEqual(sorted(found ?? []), sorted(listed(name, n)), command);
  }
}

function sorted(all: readonly Difference[]): Difference[] {
  return all.toSorted((a, b) => (a.where < b.where ? -1 : 1));
}

describe("the executable on the gateway's recorded hosts", { concurrency: 4 }, () => {
  for (const name of caseNames) {
    test(`${name}: ${loadCase(name, '/').description}`, async () => {
      for (const run of await runCase(name, (n) => isPending(name, n))) judgeRun(name, run);
    });
  }
});

describe('the table of differences', () => {
  test('names only cases and commands that were recorded', () => {
    for (const { name, runs } of [...differences, ...pending]) {
      assert.ok(caseNames.includes(name), name);
      const recorded = loadCase(name, '/').runs.map(({ n }) => n);
      for (const n of runs) assert.ok(recorded.includes(n), `${name} ${n}`);
    }
  });

  test('calls no command pending that it also compares', () => {
    const both = differences.filter(({ name, runs }) => runs.some((n) => isPending(name, n)));
    assert.deepEqual(both, []);
  });
});
