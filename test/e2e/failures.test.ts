/** Every command against everything that can be wrong: code, message, remedy, and nothing changed. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { catalogue } from '../../src/cli/catalogue.ts';
import { failureCells } from './failure-cells.ts';
import { conditionNames, testCondition, waits } from './failure-runs.ts';

const commands = await catalogue();

test('every command has a row, every row a cell for each condition, and each says why not', () => {
  assert.deepEqual(Object.keys(failureCells).sort(), commands.map(({ name }) => name).sort());
  for (const [name, row] of Object.entries(failureCells)) {
    assert.deepEqual(Object.keys(row).sort(), [...conditionNames].sort(), name);
    for (const cell of Object.values(row)) assert.ok(!('not' in cell) || cell.not.length > 8);
  }
});

describe('what fails at once', { concurrency: 4 }, () => {
  for (const name of conditionNames.filter((each) => !waits(each))) testCondition(name, commands);
});
