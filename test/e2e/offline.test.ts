/** No command reaches for the network of its own accord, and with `--offline` none does whatever is due. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { catalogue } from '../../src/cli/catalogue.ts';
import { serve } from '../oauth/loopback-server.ts';
import { fileOf, opaque } from './agents-host.ts';
import { busyHost, commandRuns } from './command-runs.ts';
import { GatewayHost, type Run, type RunOptions } from './host.ts';

const hasStrace = spawnSync('strace', ['-V']).status === 0;
const skip = hasStrace ? false : 'strace is not installed';

interface Traced extends Run {
  /** the calls that made a socket of the internet or asked the kernel about its routes */
  readonly sockets: readonly string[];
}

async function traced(
  host: GatewayHost,
  words: readonly string[],
  options: RunOptions = {},
): Promise<Traced> {
  const log = host.path('trace');
  const wrapper = ['strace', '-f', '--seccomp-bpf', '-qq', '-e', 'trace=network', '-o', log];
  const run = await host.run(words, { timeoutMs: 60_000, ...options, wrapper });
  const lines = readFileSync(log, 'utf8').split('\n');
  return { ...run, sockets: lines.filter((line) => /socket\(AF_(INET6?|NETLINK)\b/.test(line)) };
}

const commands = await catalogue();

describe('no command makes a socket', { skip, concurrency: 2 }, () => {
  for (const { name } of commands) {
    const { runs = [], stdin = '', exit = 0 } = commandRuns[name] ?? {};
    for (const words of runs) {
      it(words.join(' '), async () => {
        using host = busyHost();
        // without a change there is no history
        await host.sync();
        for (const line of [words, ['--offline', ...words]]) {
          const { sockets, code, stderr } = await traced(host, line, { stdin });
          assert.deepEqual(sockets, []);
          // removing and the like is no more to do the second time
          if (line === words) assert.equal(code, exit, stderr);
        }
      });
    }
  }
});

/** A login that has expired, and an address that is answered. */
function expiredHost(): GatewayHost {
  const host = new GatewayHost();
  host.write(fileOf('main'), {
    version: 1,
    profiles: { 'anthropic:default': opaque(1, Date.now() - 60_000) },
  });
  return host;
}

describe('a refresh that is due', { skip, concurrency: 2 }, () => {
  const uses = [
    ['models', 'auth', 'refresh'],
    ['models', 'auth', 'refresh', 'anthropic:default'],
    ['models', 'auth', 'token', '--provider', 'anthropic'],
    ['models', 'exec', '--provider', 'anthropic', '--', 'true'],
  ];
  for (const words of uses) {
    it(`is not made with --offline: ${words.join(' ')}`, async () => {
      const host = expiredHost();
      const { code, sockets, stdout, stderr } = await traced(host, ['--offline', ...words]);
      host.remove();
      assert.deepEqual(sockets, []);
      assert.equal(code, 77);
      assert.match(stdout + stderr, /--offline forbids to refresh anthropic:default/);
    });
  }

  it('is made without it, and the trace shows it', async () => {
    const host = expiredHost();
    const server = await serve((response) => void response.destroy());
    const env = { EPILOOP_TOKEN_ENDPOINT_ANTHROPIC: server.url.href };
    const words = ['models', 'auth', 'token', '--provider', 'anthropic', '--allow-token-endpoint'];
    const { code, sockets } = await traced(host, words, { env });
    await server.close();
    host.remove();
    assert.equal(code, 69);
    assert.ok(sockets.length > 0);
    assert.equal(server.asked.length, 1);
  });
});
