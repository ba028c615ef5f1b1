/** A secret pasted where an id, a name or a command belongs: whoever looks on sees it once, not twice. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { catalogue, type Listed } from '../../src/cli/catalogue.ts';
import { globalOptions } from '../../src/cli/globals.ts';
import { longName } from '../../src/cli/parse.ts';
import { GatewayHost, onHost } from './host.ts';

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
  'models explain --provider zai --profile-id $',
  'models explain --provider zai --profile-id zai:$',
  'models explain --provider zai --simulate $=ok',
  'models auth paste-token --provider zai --from-file ./$',
  'models auth setup-token --from-file x/$',
  'models status --state-dir $',
  'doctor --lint ./x/$',
  'chat --session $ /model',
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

/** What a command needs beside the one word, so that it gets as far as to look at that. */
const needed: Readonly<Record<string, string>> = {
  'models explain': '--provider zai',
  'models auth order get': '--provider zai',
  'models auth order set': '--provider zai zai:a',
  'models auth order clear': '--provider zai',
  'models auth remove': 'zai:a',
  'models auth mark': 'zai:a --ok',
  'models auth paste-token': '--provider zai',
  'models auth paste-api-key': '--provider zai',
  'models auth setup-token': '--provider anthropic',
  chat: '--session main',
  onboard: '--auth-choice token',
  undo: '1',
  completion: 'bash',
};

/** The answer repeats nothing there either, but it is none of 64. */
const exempt: ReadonlyMap<string, string> = new Map([
  ['onboard --token', 'is for a secret, as the gateway has it'],
]);

/** Each option and positional that takes text, of one command, with `$` in it. */
function placesOf({ name, command }: Listed): string[] {
  const rest = needed[name]?.split(' ') ?? [];
  const options = [...command.options, ...globalOptions]
    .filter(({ flags }) => flags.includes('<'))
    .flatMap((option) => {
      const flag = longName(option);
      if (exempt.has(`${name} ${flag}`)) return [];
      const at = rest.indexOf(flag);
      const others = rest.filter((_, n) => at < 0 || (n !== at && n !== at + 1));
      return [`${[name, ...others].join(' ')} ${flag}=$`];
    });
  const words = rest.filter((word, at) => word.startsWith('--') || rest[at - 1]?.startsWith('--'));
  const positionals = command.positionals.length === 0 ? [] : [[name, ...words, '$'].join(' ')];
  return [...options, ...positionals];
}

describe('no place of any command repeats one', { concurrency: 4 }, async () => {
  for (const listed of await catalogue()) {
    test(listed.name, () =>
      onHost(async (host) => {
        const key = { type: 'api_key', provider: 'zai', key: 'zai-key-0123456789' };
        host.write(MIRROR, { version: 1, profiles: { 'zai:a': key } });
        for (const line of placesOf(listed)) {
          for (const secret of secrets) {
            for (const json of [[], ['--json']]) {
              const words = line.split(' ').map((word) => word.replace('$', secret));
              const run = await host.run([...json, ...words], { stdin: 'x\n' });
              const said = `${run.stdout}${run.stderr}${[...host.snapshot().keys()].join('\n')}`;
              assert.ok(!said.toLowerCase().includes('canary'), `${line}: ${said}`);
              assert.notEqual(run.code, 70, `${line}: ${said}`);
            }
          }
        }
      }),
    );
  }
});

describe('nor is one in $include', { concurrency: 2 }, () => {
  for (const line of [
    'models status',
    'doctor',
    'doctor --lint',
    'models explain --provider zai',
  ]) {
    test(`epiloop ${line}`, () =>
      onHost(async (host) => {
        for (const secret of [...secrets, secrets[0].repeat(9)]) {
          host.write('.epiloop/epiloop.json', { auth: { $include: secret } });
          for (const words of [line, `${line} --json`]) {
            const { code, stdout, stderr } = await host.run(words.split(' '));
            assert.ok(code !== 0 && !/canary/i.test(stdout + stderr), stdout + stderr);
          }
        }
      }));
  }
});
