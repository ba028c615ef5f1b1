/** `models auth add` on a real terminal. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canary, installClaude, token } from './fake-claude.ts';
import { onHost } from './host.ts';
import { noTerminal, onTerminal, type Step } from './terminal.ts';

const mirror = '.epiloop/agents/main/agent/auth-profiles.json';
const add = ['models', 'auth', 'add'];
const down = '\x1b[B';

interface Mirror {
  readonly profiles: Record<string, Record<string, unknown>>;
}

const tokenSteps: readonly Step[] = [
  ['whose credential', '\r'],
  ['what is it', `${down}\r`],
  ['under which profile id', '\r'],
  ['how long does it last', '365d\r'],
  ['token for anthropic: ', `${token}\r`],
];

describe('models auth add', { skip: noTerminal, concurrency: 2 }, () => {
  test('enters a token, question by question, the secret unseen', () =>
    onHost(async (host) => {
      host.write('.epiloop/epiloop.json', '{ agents: { defaults: {} } } // mine\n');
      const { code, shown, restored } = await onTerminal(host, add, tokenSteps);
      assert.equal(code, 0, shown);
      assert.ok(restored && !shown.includes(canary), shown);
      assert.match(shown, /anthropic.*needed, and missing/);
      assert.match(shown, /stored anthropic:manual \(token #\w{8}, expires in 365d\)/);
      assert.equal((host.json(mirror) as Mirror).profiles['anthropic:manual']?.token, token);
      assert.match(host.read('.epiloop/epiloop.json'), /anthropic:manual[\s\S]*\/\/ mine/);
    }));

  test('asks in whole lines on a terminal whose size nobody set', () =>
    onHost(async (host) => {
      const size = 'cols 0 rows 0';
      const { code, shown } = await onTerminal(host, add, tokenSteps, { size });
      assert.equal(code, 0, shown);
      assert.match(shown, /stored anthropic:manual/);
    }));

  test('names what stands there, and replaces it after a yes', () =>
    onHost(async (host) => {
      const words = ['models', 'auth', 'paste-token', '--provider', 'anthropic'];
      await host.run(words, { stdin: token.replace('-_t', '-_u') });
      const steps: Step[] = tokenSteps.flatMap((step): Step[] =>
        step[0] === 'under which profile id' ? [step, ['replace it?', 'y']] : [step],
      );
      const { code, shown } = await onTerminal(host, add, steps);
      assert.equal(code, 0, shown);
      assert.match(shown, /has anthropic:manual/);
      assert.match(shown, /replaced anthropic:manual/);
    }));

  test('enters an API key of a provider of one’s own', () =>
    onHost(async (host) => {
      const { code, shown } = await onTerminal(host, add, [
        ['whose credential', '\x1b[A\r'],
        ['the id of the provider', 'Acme\r'],
        ['what is it', '\r'],
        ['under which profile id', '\r'],
        ['API key for acme: ', `${canary}-${canary}\r`],
      ]);
      assert.equal(code, 0, shown);
      assert.ok(!shown.includes(canary));
      const profile = (host.json(mirror) as Mirror).profiles['acme:default'];
      assert.deepEqual(profile, { type: 'api_key', provider: 'acme', key: `${canary}-${canary}` });
    }));

  test('runs claude setup-token', () =>
    onHost(async (host) => {
      const env = installClaude(host, 'silent');
      const steps: Step[] = [
        ['whose credential', '\r'],
        ['what is it', `${down}${down}\r`],
        ['under which profile id', '\r'],
        ['how long does it last', '\r'],
        ['lasts a year', '\r'],
        ['setup-token printed: ', `${token}\r`],
      ];
      const { code, shown } = await onTerminal(host, add, steps, { env });
      assert.equal(code, 0, shown);
      const profile = (host.json(mirror) as Mirror).profiles['anthropic:claude-cli'];
      assert.equal(profile?.token, token);
    }));

  for (const [index, [question]] of tokenSteps.entries()) {
    for (const [name, key, code] of [
      ['Ctrl-C', '\x03', 130],
      ['Ctrl-D', '\x04', 65],
    ] as const) {
      // Ctrl-D is no answer to a question; to an empty prompt it is an empty one
      if (key === '\x04' && index < tokenSteps.length - 1) continue;
      test(`${name} at '${question}' changes no byte`, () =>
        onHost(async (host) => {
          await host.run(['models', 'sync']);
          const before = host.snapshot();
          const steps: Step[] = [...tokenSteps.slice(0, index), [question, key]];
          const told = await onTerminal(host, add, steps);
          assert.equal(told.code, code, told.shown);
          assert.ok(told.restored);
          assert.deepEqual(host.snapshot(), before);
        }));
    }
  }
});
