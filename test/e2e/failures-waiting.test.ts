/** Every command while another program holds what it needs: they wait, all at the same time. */
import { describe } from 'node:test';
import { catalogue } from '../../src/cli/catalogue.ts';
import { conditionNames, testCondition, waits } from './failure-runs.ts';

const commands = await catalogue();

describe('what somebody else holds', { concurrency: true }, () => {
  for (const name of conditionNames.filter(waits)) testCondition(name, commands);
});
