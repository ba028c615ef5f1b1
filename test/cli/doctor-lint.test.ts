import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import type { LintOutcome, LintRequest } from '../../src/app/app.ts';
import type { Globals } from '../../src/cli/effects.ts';
import { lintReport } from '../../src/cli/schemas/doctor-lint.ts';
import { session, withAnswers } from './session.ts';

const clean: LintOutcome = { remarks: [], failures: [], notices: [], exitCode: 0 };

const found: LintOutcome = {
  remarks: [
    {
      path: '/home/op/.epiloop/epiloop.json',
      line: 3,
      column: 14,
      severity: 'error',
      code: 'unknown-mode',
      message: 'mode: expected api_key',
      hint: 'did you mean api_key',
    },
    { path: '/x\u001b', line: 1, column: 1, severity: 'warning', code: 'version', message: 'm' },
  ],
  failures: [
    { path: '/y', code: 'refused', message: 'cannot read /y', hint: 'chmod u+rw /y' },
    { path: '/z', code: 'not_found', message: 'there is no /z' },
  ],
  notices: ['told first'],
  exitCode: 1,
};

async function lint(words: readonly string[], outcome = clean) {
  const requests: LintRequest[] = [];
  const opened: Globals[] = [];
  const told = await session(words, {
    effects: {
      openApp: (globals) => {
        opened.push(globals);
        return withAnswers({
          lint: async (request) => {
            requests.push(request);
            return outcome;
          },
        });
      },
    },
  });
  return { ...told, requests, opened };
}

test('nothing to say says nothing', async () => {
  const { exit, out, err } = await lint(['doctor', '--lint']);
  assert.deepEqual({ exit, out, err }, { exit: 0, out: '', err: '' });
});

test('a remark per line, as compilers write them, and what could not be read beside it', async () => {
  const { exit, out, err } = await lint(['doctor', '--lint'], found);
  assert.equal(
    out,
    `\
/home/op/.epiloop/epiloop.json:3:14: error: mode: expected api_key
  hint: did you mean api_key
/x\\u{1b}:1:1: warning: m
`,
  );
  assert.equal(
    err,
    `\
epiloop: told first
epiloop: cannot read /y; chmod u+rw /y
epiloop: there is no /z
`,
  );
  assert.equal(exit, 1);
});

test('--json is the same as data, as its schema says', async () => {
  for (const outcome of [clean, found]) {
    const { exit, out } = await lint(['doctor', '--lint', '--json'], outcome);
    const { remarks, failures } = outcome;
    assert.deepEqual(JSON.parse(out), { schemaVersion: 1, remarks, failures });
    assert.ok(v.is(lintReport, JSON.parse(out)));
    assert.equal(exit, outcome.exitCode);
  }
});

describe('what the use case is asked', () => {
  const table: readonly [words: string, request: Partial<LintRequest>][] = [
    ['doctor --lint', {}],
    ['doctor --lint a.json ./b', { files: ['a.json', './b'] }],
    ['doctor a.json --lint', { files: ['a.json'] }],
    ['doctor --lint -- -a', { files: ['-a'] }],
    ['--agent work doctor --lint --non-interactive --yes', { agent: 'work' }],
  ];
  for (const [words, request] of table) {
    test(words, async () => {
      const { exit, requests, opened } = await lint(words.split(' '));
      const expected = { agent: undefined, files: [], ...request };
      assert.deepEqual({ exit, requests }, { exit: 0, requests: [expected] });
      assert.equal(opened[0]?.sync, false, 'it writes nothing');
    });
  }

  test('nothing where the words are wrong', async () => {
    const table: readonly [words: string, says: RegExp][] = [
      ['doctor a.json', /files are only taken with --lint/],
      ['doctor --lint --warn-within 3d', /--lint does not go with --warn-within/],
    ];
    for (const [words, says] of table) {
      const { exit, err, opened } = await lint(words.split(' '));
      assert.deepEqual({ exit, opened }, { exit: 64, opened: [] });
      assert.match(err, says);
    }
  });
});
