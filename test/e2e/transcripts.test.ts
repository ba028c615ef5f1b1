/**
 * What an operator does and sees, session by session. `EPILOOP_RECORD=1` writes down what is shown
 * now in place of what is expected.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { AgentsHost } from './agents-host.ts';
import { readTranscript, say } from './transcript.ts';
import { transcriptHosts } from './transcript-hosts.ts';

const folder = join(import.meta.dirname, 'transcripts');
const names = readdirSync(folder);

function furnished(name: string): AgentsHost {
  const host = new AgentsHost();
  const furnish = transcriptHosts[name];
  assert.ok(furnish !== undefined, `there is no host ${name}`);
  furnish(host);
  return host;
}

describe('transcripts', { concurrency: 2 }, () => {
  for (const name of names) {
    test(name, async () => {
      const path = join(folder, name);
      const transcript = readTranscript(path);
      using host = furnished(transcript.host);
      const shown: string[] = [];
      for (const { command } of transcript.said) shown.push(await say(host, command));
      assert.doesNotMatch(shown.join('\n'), /TRANSCRIPT/, 'a secret was shown');
      if (process.env['EPILOOP_RECORD'] === '1') writeFileSync(path, transcript.with(shown));
      else assert.equal(transcript.with(shown), readFileSync(path, 'utf8'));
    });
  }

  test('there are some, and each asks something', () => {
    assert.ok(names.length >= 6);
    for (const name of names) assert.ok(readTranscript(join(folder, name)).said.length >= 3, name);
  });
});

/** `$ command` and what is shown, in the blocks that are marked `console`. */
const examples = [
  ...readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8').matchAll(
    /^```console\n(.*?)^```$/gms,
  ),
].flatMap(([, block = '']) => block.split(/^\$ /m).slice(1));

describe('the examples of README.md', () => {
  for (const example of examples) {
    const [command = '', ...shown] = example.trimEnd().split('\n');
    test(command, async () => {
      using host = furnished('claude');
      await host.sync();
      assert.equal(await say(host, command), shown.join('\n'));
    });
  }

  test('are found', () => assert.ok(examples.length > 0));
});
