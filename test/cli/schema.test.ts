import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { answers, documentOf } from '../../src/cli/answers.ts';
import { error } from '../../src/cli/schemas/error.ts';
import { finding } from '../../src/cli/schemas/finding.ts';
import { help } from '../../src/cli/schemas/help.ts';
import { modelsStatus } from '../../src/cli/schemas/models-status.ts';
import { schema } from '../../src/cli/schemas/schema.ts';
import { version } from '../../src/cli/schemas/version.ts';
import { emptyReport, session } from './session.ts';

async function told(...words: readonly string[]): Promise<string> {
  const { exit, out, err, opened } = await session(words);
  assert.deepEqual({ exit, err, opened }, { exit: 0, err: '', opened: [] });
  return out;
}

describe('schema', () => {
  test('lists what there is', async () => {
    const names = (await told('schema')).trimEnd().split('\n');
    assert.deepEqual(
      names,
      (await answers()).map(({ name }) => name),
    );
    for (const name of ['models-status', 'doctor', 'error', 'version', 'finding']) {
      assert.ok(names.includes(name), name);
    }
    const value: unknown = JSON.parse(await told('schema', '--json'));
    assert.deepEqual(v.parse(schema, value), { schemaVersion: 1, names });
  });

  test('a name may be written as the command is', async () => {
    const text = await told('schema', 'models-auth-order-get');
    assert.equal(await told('schema', 'models', 'auth', 'order', 'get'), text);
    assert.equal(await told('schema', 'models auth order get'), text);
    assert.equal(await told('schema', 'models-auth-order-get', '--json'), text);
  });

  test('prints a document of the draft it names, closed and with descriptions', async () => {
    const text = await told('schema', 'models-history');
    const document = v.parse(schema, JSON.parse(text));
    assert.ok('$schema' in document && 'additionalProperties' in document);
    assert.equal(document['title'], 'epiloop models history --json');
    assert.equal(document['additionalProperties'], false);
    assert.deepEqual(document['required'], ['schemaVersion', 'entries']);
    assert.match(text, /"description": "ms since the epoch"/);
  });

  for (const [name, hint] of [
    ['models-statos', 'did you mean models-status'],
    ['gateway', 'epiloop schema lists the names'],
  ] as const) {
    test(`${name} is a usage error`, async () => {
      const { exit, out, err } = await session(['schema', name]);
      assert.deepEqual({ exit, out }, { exit: 64, out: '' });
      assert.equal(err, `epiloop: no schema ${name}\nhint: ${hint}\n`);
    });
  }

  test('every one can be turned into JSON Schema', async () => {
    for (const answer of await answers())
      assert.ok(Object.keys(await documentOf(answer)).length > 2);
  });
});

describe('the schemas of what is no command', () => {
  test('a failure', async () => {
    const { out } = await session(['models', 'status', '--nonsense', '--json']);
    const { error: failure } = v.parse(error, JSON.parse(out));
    assert.equal(failure.code, 'usage');
  });

  test('the version', async () => {
    v.parse(version, JSON.parse(await told('--version', '--json')));
  });

  test('help of a command', async () => {
    v.parse(help, JSON.parse(await told('models', 'status', '--help', '--json')));
  });
});

describe('a field that nobody documented is noticed', () => {
  const found = { reason: 'missing', message: 'x has no credential', exit: 1 };

  test('in a finding', () => {
    assert.ok(v.is(finding, found));
    assert.ok(!v.is(finding, { ...found, secret: 'x' }));
    assert.ok(!v.is(finding, { ...found, reason: 'lost' }));
  });

  test('deep in a report, and where one is missing', () => {
    const report = { ...emptyReport, findings: [found] };
    assert.ok(v.is(modelsStatus, report));
    assert.ok(v.is(modelsStatus, { schemaVersion: 1, agents: [{ ...report, agentId: 'main' }] }));
    assert.ok(!v.is(modelsStatus, { schemaVersion: 1, agents: [report] }));
    assert.ok(!v.is(modelsStatus, { ...report, auth: { ...report.auth, more: true } }));
    const { mirrors: _, ...less } = report;
    assert.ok(!v.is(modelsStatus, less));
  });
});
