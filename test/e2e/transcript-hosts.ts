/** The hosts on which the transcripts take place. */
import { type AgentsHost, apiKey } from './agents-host.ts';
import { HOUR, MIRROR, pair } from './seed-host.ts';

const openai = (name: string) => `sk-proj-${name.repeat(12)}TRANSCRIPT`;
/** Shown as this many hours, rounded, for the next half hour: a slow machine has time enough. */
const soon = (hours: number) => Date.now() + (hours + 0.1) * HOUR;

const daemon = { agents: { defaults: { model: { primary: 'openai/gpt-5' } } } };

export const transcriptHosts: Readonly<Record<string, (host: AgentsHost) => void>> = {
  claude(host) {
    host.claudeWrites({ ...pair(1), expires: soon(6) });
  },
  daemon(host) {
    host.config(daemon);
    host.write('key.txt', `${openai('abc1')}\n`);
    host.write('other-key.txt', `${openai('def2')}\n`);
  },
  'token-file'(host) {
    host.write('token.txt', `sk-ant-oat01-${'TRANSCRIPT'.repeat(9)}-_tAA\n`);
  },
  agents(host) {
    host.config({
      agents: { ...daemon.agents, list: [{ id: 'main', default: true }, { id: 'work' }] },
    });
    host.has('main', { 'openai:default': apiKey(openai('abc1')) });
    host.has('work', { 'openai:work': apiKey(openai('def2')) });
  },
  mess(host) {
    host.config(daemon);
    const order = { openai: ['openai:gone', 'openai:default'] };
    host.has('main', { 'openai:default': apiKey(openai('abc1')) }, { order });
    host.write(MIRROR, host.read(MIRROR), 0o644);
  },
  cron(host) {
    host.config({ agents: { defaults: { model: { primary: 'zai/glm-4.7' } } } });
    const token = (provider: string, expires: number) => {
      return { type: 'token', provider, token: `TRANSCRIPT-${provider}`, expires };
    };
    host.has('main', {
      'zai:old': token('zai', Date.now() - HOUR),
      'zai:new': token('zai', soon(400)),
      'groq:default': token('groq', soon(10)),
    });
  },
};
