import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { catalogue } from '../../src/cli/catalogue.ts';
import { longName } from '../../src/cli/parse.ts';
import { absent, completions, ShellHome, scriptOf } from './completion-script.ts';

const script = await scriptOf('fish');

function offered(home: ShellHome, typed: string): string[] {
  const program = `source $SCRIPT; complete -C 'epiloop ${typed}'`;
  const out = home.run(['fish', '--no-config', '-c', program], '');
  const words = out.split('\n').slice(0, -1);
  return words.map((line) => line.split('\t')[0] ?? '').sort();
}

describe('completion fish', () => {
  const skip = absent('fish');
  for (const [typed, expected] of completions) {
    test(typed, { skip }, () => {
      using home = new ShellHome(script);
      assert.deepEqual(offered(home, typed), expected);
    });
  }
});

test('every option of every command has its line', async () => {
  for (const { name, command } of await catalogue()) {
    const lines = script.split('\n').filter((line) => line.includes(`"__epiloop_at ${name}"`));
    for (const option of command.options) {
      const own = lines.filter((line) => line.includes(` -l ${longName(option).slice(2)} `));
      assert.equal(own.length, 1, longName(option));
      assert.equal(/ -[xr] /.test(own[0] ?? ''), option.flags.includes('<'));
    }
  }
});

test('quotes what its summaries quote', () => {
  assert.match(script, /-d 'an agent\\'s own order of profiles'$/m);
});
