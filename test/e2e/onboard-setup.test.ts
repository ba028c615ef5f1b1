/** `onboard` where a setup token is chosen: on a terminal it runs claude, with stand-ins for it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canary, installClaude, token } from './fake-claude.ts';
import { type GatewayHost, onHost } from './host.ts';
import { MIRROR } from './seed-host.ts';
import { noTerminal, onTerminal, type Step } from './terminal.ts';

const [down, enter] = ['\x1b[B', '\r'];
const asked = 'the token that claude setup-token printed: ';
const chosen = ['onboard', '--auth-choice', 'setup-token'];

/** One key at a time, as from a keyboard: each is pressed when the one before was shown. */
const toSetupToken: Step[] = [
  ['nothing is set up yet', enter],
  ['what is it?', down],
  ['claude setup-token, for', down],
  ['claude setup-token', enter],
];

function profileOf(host: GatewayHost): Record<string, unknown> | undefined {
  const { profiles } = host.json(MIRROR) as { profiles: Record<string, Record<string, unknown>> };
  return profiles['anthropic:claude-cli'];
}

describe('onboard and claude setup-token', { skip: noTerminal, concurrency: 2 }, () => {
  test('named on the command line it runs claude, asks for the token, stores it', () =>
    onHost(async (host) => {
      const env = installClaude(host, 'silent');
      const steps: Step[] = [
        ['lasts a year', enter],
        [asked, `${token}\r`],
      ];
      const told = await onTerminal(host, chosen, steps, { env });
      assert.equal(told.code, 0, told.shown);
      assert.equal(profileOf(host)?.['token'], token);
      assert.match(told.shown, /stored anthropic:claude-cli \(#[0-9a-f]{8}\) for agent main in ~/);
      assert.ok(told.restored && !told.shown.includes(canary));
    }));

  test('a login that claude stores itself is taken over', () =>
    onHost(async (host) => {
      const env = installClaude(host, 'saves');
      const told = await onTerminal(host, chosen, [['lasts a year', enter]], { env });
      assert.equal(told.code, 0, told.shown);
      assert.equal(profileOf(host)?.['type'], 'oauth');
    }));

  test('chosen among the questions, it is stored with all the rest', () =>
    onHost(async (host) => {
      const env = installClaude(host, 'silent');
      const steps: Step[] = [
        ...toSetupToken,
        ['enter a token that it has printed before', enter],
        ['how long does it last?', enter],
        [asked, 'no such token\r'],
        ['try again?', enter],
        [asked, `${token}\r`],
        ['anything else?', enter],
        ['store this?', enter],
      ];
      const told = await onTerminal(host, ['onboard'], steps, { env });
      assert.equal(told.code, 0, told.shown);
      const { token: held, expires } = profileOf(host) ?? {};
      assert.equal(held, token);
      assert.ok(Math.abs(Number(expires) - Date.now() - 365 * 86_400_000) < 60_000);
      assert.ok(!told.shown.includes(canary));
    }));

  test('without claude that is told, the questions go on, and nothing is stored', () =>
    onHost(async (host) => {
      const steps: Step[] = [
        ...toSetupToken,
        ['there is no claude in the absolute folders of PATH', enter],
        ['anything else?', enter],
      ];
      const env = { PATH: '/usr/bin:/bin' };
      const told = await onTerminal(host, ['onboard'], steps, { env });
      assert.equal(told.code, 0, told.shown);
      assert.match(told.shown, /nothing was stored/);
      assert.ok(!host.snapshot().has(MIRROR));
    }));

  test('without a person it is refused, with the way that needs none', () =>
    onHost(async (host) => {
      const env = installClaude(host, 'silent');
      for (const words of [chosen, [...chosen, '--non-interactive']]) {
        const run = await host.run(words, { env });
        assert.equal(run.code, 77, run.stderr);
        assert.match(
          run.stderr,
          /^hint: run claude setup-token .*paste-token --provider anthropic/m,
        );
      }
    }));
});
