/** One command in one condition: what it says as text and as JSON, and what it changed. */
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import * as v from 'valibot';
import type { Listed } from '../../src/cli/catalogue.ts';
import { error } from '../../src/cli/schemas/error.ts';
import type { AgentsHost } from './agents-host.ts';
import { commandRuns } from './command-runs.ts';
import { failureCells } from './failure-cells.ts';
import {
  type Condition,
  type ConditionName,
  conditions,
  inCondition,
} from './failure-conditions.ts';
import type { Cell } from './failure-kinds.ts';
import type { Run } from './host.ts';

export const conditionNames = Object.keys(conditions) as ConditionName[];

export function waits(name: ConditionName): boolean {
  const condition: Condition = conditions[name];
  return condition.waits ?? false;
}

/**
 * Registers the tests of one condition, for all commands. Those that change nothing share a host,
 * one after the other; where a command waits, and where it changes something, it has its own.
 */
export function testCondition(named: ConditionName, commands: readonly Listed[]): void {
  const condition: Condition = conditions[named];
  describe(named, { concurrency: waits(named), skip: condition.skip ?? false }, () => {
    let shared: ReturnType<typeof inCondition> | undefined;
    after(async () => (await shared)?.end());
    for (const { name, command } of commands) {
      const cell = failureCells[name]?.[named];
      if (cell === undefined || 'not' in cell) continue;
      test(name, async () => {
        const isShared = !waits(named) && cell.changes === undefined;
        if (isShared) shared ??= inCondition(condition);
        const { host, end } = await (isShared && shared !== undefined
          ? shared
          : inCondition(condition));
        try {
          await check({ host, condition, cell, name, command });
        } finally {
          if (!isShared) end();
        }
      });
    }
  });
}

interface Asked extends Omit<Listed, 'entry'> {
  readonly host: AgentsHost;
  readonly condition: Condition;
  readonly cell: Exclude<Cell, { not: string }>;
}

async function check(asked: Asked): Promise<void> {
  const { host, condition, cell, name, command } = asked;
  const words = withOptions(cell.words ?? wordsOf(name), condition.words ?? []);
  const stdin = commandRuns[name]?.stdin ?? '';
  const options = { stdin, timeoutMs: 90_000, ...condition.options };
  const before = host.snapshot();
  if ('exit' in cell && condition.waits !== true) {
    assertText(await host.run(words, options), cell);
    assertChanges(before, host, cell.changes);
  }
  const run = await host.run(withOptions(words, ['--json']), options);
  assert.equal(run.code, 'exit' in cell ? cell.exit : cell.answers, run.stdout + run.stderr);
  assertChanges(before, host, cell.changes);
  const told = commandRuns[name]?.secret === true ? run.stderr : run.stdout + run.stderr;
  assert.doesNotMatch(told, /RUNS\w+-\w{3}|RUNScanary/);
  if ('exit' in cell) return assertError(run, cell);
  const schema = await command.output?.();
  assert.ok(schema !== undefined && v.safeParse(schema, JSON.parse(run.stdout)).success);
  if (cell.says !== undefined) assert.match(run.stdout + run.stderr, cell.says);
}

function wordsOf(name: string): readonly string[] {
  const words = commandRuns[name]?.runs[0] ?? name.split(' ');
  return words.filter((word) => word !== '--json');
}

/** What stands behind `--` is another program's. */
function withOptions(words: readonly string[], options: readonly string[]): readonly string[] {
  const end = words.includes('--') ? words.indexOf('--') : words.length;
  return [...words.slice(0, end), ...options, ...words.slice(end)];
}

type Failing = Extract<Cell, { exit: number }>;

/** One line that names what happened, one that names the remedy, nothing on standard output. */
function assertText({ code, stdout, stderr }: Run, { exit, says, hint }: Failing): void {
  assert.deepEqual([code, stdout], [exit, ''], stderr);
  const [first = '', second = '', ...more] = stderr.split('\n').filter((line) => line !== '');
  assert.match(first, /^epiloop: /);
  assert.match(first.slice('epiloop: '.length).replace(/ \(\/[^()]*\)$/, ''), says);
  if (hint === undefined) assert.equal(second, '');
  else assert.match(second.replace(/^hint: /, ''), hint);
  assert.deepEqual(more, []);
}

function assertError({ stdout, stderr }: Run, { says, hint }: Failing): void {
  const { error: told } = v.parse(error, JSON.parse(stdout));
  assert.match(told.message, says);
  if (hint === undefined) assert.equal(told.hint, null);
  else assert.match(told.hint ?? '', hint);
  assert.equal(stderr, '');
}

/** A database that somebody has open has files beside it: they tell nothing. */
function assertChanges(before: ReadonlyMap<string, string>, host: AgentsHost, may = /^$/): void {
  const after = host.snapshot();
  const names = new Set([...before.keys(), ...after.keys()]);
  const changed = [...names].filter((name) => {
    return before.get(name) !== after.get(name) && !/\.sqlite-(wal|shm)$/.test(name);
  });
  assert.deepEqual(
    changed.filter((name) => !may.test(name)),
    [],
  );
}
