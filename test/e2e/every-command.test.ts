/** Every command of the table on a made-up host: its answer is what its schema says, no more, no less. */
import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { catalogue } from '../../src/cli/catalogue.ts';
import { error } from '../../src/cli/schemas/error.ts';
import { version } from '../../src/cli/schemas/version.ts';
import { busyHost, commandRuns } from './command-runs.ts';
import { executable } from './host.ts';

const commands = await catalogue();

/** The places of what does not fit, without the values, which may be anything. */
function misfits(schema: v.GenericSchema, text: string): string[] {
  const result = v.safeParse(schema, JSON.parse(text));
  const issues = result.issues ?? [];
  return issues.map((issue) => `${v.getDotPath(issue)}: expected ${issue.expected}`);
}

test('every command has a row that says how to run it, and every row is of a command', () => {
  assert.deepEqual(Object.keys(commandRuns).sort(), commands.map(({ name }) => name).sort());
});

for (const { name, command } of commands) {
  const { runs, stdin = '', question, secret, exit = 0 } = commandRuns[name] ?? { runs: [] };
  describe(name, () => {
    for (const words of runs) {
      test(`${words.join(' ')} --json is as its schema says`, async () => {
        using host = busyHost();
        // without a change there is no history
        await host.sync();
        const { code, stdout, stderr } = await host.run([...words, '--json'], { stdin });
        assert.equal(code, exit, stderr);
        assert.ok(command.output !== undefined);
        assert.deepEqual(misfits(await command.output(), stdout), []);
        assert.doesNotMatch(secret ? stderr : stdout + stderr, /RUNS\w+-\w{3}|RUNScanary/);
      });
    }

    // a probe would go out to the providers
    const own = command.examples.filter((example) => !example.includes('--probe'));
    for (const example of question ? own : []) {
      test(`$ ${example}`, async () => {
        using host = busyHost();
        // folders that the examples write into
        for (const folder of ['.zfunc', '.config/fish/completions']) host.write(`${folder}/x`, '');
        const { code, stderr } = await host.run([], {
          wrapper: ['sh', '-c', example],
          env: { PATH: `${dirname(executable)}:${process.env['PATH']}` },
        });
        assert.ok(code !== null && code < 64, stderr);
        assert.doesNotMatch(stderr, /hint:/);
      });
    }
  });
}

describe('what is no answer', () => {
  test('--version --json', async () => {
    using host = busyHost();
    const { stdout } = await host.succeed(['--version', '--json']);
    assert.deepEqual(misfits(version, stdout), []);
  });

  const failures: readonly (readonly [string, number])[] = [
    ['models status --nonsense', 64],
    ['nonsense', 64],
    ['models auth remove openai:nobody', 66],
    ['models auth paste-token --provider openai --no-sync', 77],
    ['models sync --agent nobody', 66],
  ];
  for (const [words, exit] of failures) {
    test(`${words}: exit ${exit}`, async () => {
      using host = busyHost();
      const { code, stdout } = await host.run([...words.split(' '), '--json']);
      assert.equal(code, exit);
      assert.deepEqual(misfits(error, stdout), []);
    });
  }
});

test('the printed schema is the one the answer is held to, and it is printed by the executable', async () => {
  using host = busyHost();
  const { stdout: list } = await host.succeed(['schema']);
  const names = list.trimEnd().split('\n');
  assert.ok(names.length > commands.length);
  for (const name of names) {
    const { stdout } = await host.succeed(['schema', name]);
    const document: { $schema: string; title: string } = JSON.parse(stdout);
    assert.equal(document.$schema, 'https://json-schema.org/draft/2020-12/schema');
    assert.ok(document.title.length > 5);
  }
});
