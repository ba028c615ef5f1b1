import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { draw } from '../../src/cli/screen.ts';
import { statusScreen } from '../../src/cli/status-screen.ts';
import type { StatusReport } from '../../src/domain/status-report.ts';

const golden = join(import.meta.dirname, '..', 'golden');

interface Recorded {
  readonly results: readonly { readonly args: readonly string[]; readonly stdout: string }[];
}

interface Pair {
  readonly name: string;
  readonly json: string;
  readonly text: string;
}

/** Every recorded screen with the JSON of the same host and clock. */
function pairs(): readonly Pair[] {
  const names = readdirSync(golden).filter((name) => !name.includes('.'));
  return names.flatMap((name) => {
    const folder = join(golden, name);
    // test data that was recorded by us: its shape is known
    const recorded = JSON.parse(readFileSync(join(folder, 'case.json'), 'utf8')) as Recorded;
    const outputOf = (flags: string) => {
      const found = recorded.results.find(({ args }) => args.join(' ') === `models status${flags}`);
      return found === undefined ? '' : readFileSync(join(folder, found.stdout), 'utf8');
    };
    const json = outputOf(' --json');
    const screens = [outputOf(''), outputOf(' --check')];
    return screens
      .filter((text) => text.startsWith('Config ') && json.includes('\n}'))
      .map((text) => ({ name, json, text }));
  });
}

/** The first sync made the gateway print a log line before its JSON. */
function reportOf(json: string): StatusReport {
  const start = json.startsWith('{') ? 0 : json.indexOf('\n{') + 1;
  return { ...JSON.parse(json.slice(start)), schemaVersion: 1, findings: [], mirrors: [] };
}

describe("the screen of models status is the gateway's", () => {
  for (const { name, json, text } of pairs()) {
    test(name, () => {
      assert.equal(draw(statusScreen(reportOf(json), '/home/operator'), false), text);
    });
  }

  test('enough screens were compared', () => {
    const names = new Set(pairs().map(({ name }) => name));
    assert.ok(names.size >= 18, `${names.size} cases`);
  });
});
