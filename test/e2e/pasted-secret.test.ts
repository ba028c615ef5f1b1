/** A secret pasted where an id, a name or a command belongs: whoever looks on sees it once, not twice. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { GatewayHost } from './host.ts';

const MIRROR = '.epiloop/agents/main/agent/auth-profiles.json';
const secrets = [
  'sk-ant-api03-CANARY0123456789abcdefXYZ',
  'CANARY0123456789abcdef0123456789abcdef',
] as const;

/** `$` stands for the secret. */
const lines = [
  '$',
  'models $',
  'models auth $',
  'help $',
  'help models status $',
  'models status $',
  'models status --$',
  'models status --key=$',
  'models status --agent $',
  'models status --all-agents --agent $',
  'models status --agent $ --json',
  'models status --profile $',
  'models status --at $',
  'models status --warn-within=$',
  'models auth list --agent $',
  'models auth order get --provider $',
  'models auth order get --provider zai --agent $',
  'models auth order clear --provider zai:$',
  'models auth order set --provider zai $',
  'models auth order set --provider zai zai:a zai:$',
  'models auth remove $',
  'models auth remove zai:$',
  'models auth remove zai:a --agent=$',
  'models auth paste-token --provider $',
  'models auth paste-token --provider zai --profile-id zai:$',
  'models auth paste-api-key --provider zai --from-env $',
  'models auth paste-api-key --provider zai $',
  'models auth cooldown clear $',
  'models auth cooldown clear zai:$',
  'models explain --provider $',
  'models history $',
  'doctor $',
];

describe('a secret on the command line is refused, and not repeated', { concurrency: 4 }, () => {
  for (const line of lines) {
    test(`epiloop ${line}`, async () => {
      const host = new GatewayHost();
      try {
        const key = { type: 'api_key', provider: 'zai', key: 'zai-key-0123456789' };
        host.write(MIRROR, { version: 1, profiles: { 'zai:a': key } });
        for (const secret of secrets) {
          const run = await host.run(line.replace('$', secret).split(' '), { stdin: 'x\n' });
          const said = `${run.stdout}${run.stderr}${[...host.snapshot().keys()].join('\n')}`;
          assert.ok(!said.toLowerCase().includes('canary'), said);
          assert.equal(run.code, 64, said);
        }
      } finally {
        host.remove();
      }
    });
  }
});
