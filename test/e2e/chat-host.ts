/** A host with sessions, the command that speaks in them, and the gateway that writes them too. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { renameSync, writeFileSync } from 'node:fs';
import { AgentsHost, apiKey } from './agents-host.ts';
import type { Run, RunOptions } from './host.ts';

export const SESSIONS = '.epiloop/agents/main/sessions/sessions.json';
export const KEY = 'agent:main:main';

export interface Told {
  readonly sessionKey: string;
  readonly agentId: string;
  readonly replies: readonly { line: number; text: string; refused: string | null }[];
  readonly pin: Readonly<Record<string, string | number | null>> | null;
  readonly sessionsFile: { readonly path: string | null; readonly state: string };
}

export type Session = Readonly<Record<string, unknown>>;

/** main has two profiles of anthropic and one of openai, work has one of its own. */
export class ChatHost extends AgentsHost {
  constructor(sessions?: Readonly<Record<string, Session>>, config: object = {}) {
    super();
    const key = (name: string, provider = 'anthropic') =>
      apiKey(`CHATkey-${name}-0123456`, provider);
    this.has('main', {
      'anthropic:a': key('a'),
      'anthropic:b': key('b'),
      'openai:k': key('k', 'openai'),
    });
    this.has('work', { 'anthropic:w': key('w') });
    const models = {
      'anthropic/claude-opus-4-5': { alias: 'opus' },
      'anthropic/claude-sonnet-4-5': { alias: 'sonnet' },
      'openai/gpt-5.2': {},
    };
    const defaults = { model: { primary: 'anthropic/claude-opus-4-5' }, models };
    this.config({ agents: { defaults, list: [{ id: 'main' }, { id: 'work' }] }, ...config });
    if (sessions !== undefined) this.write(SESSIONS, sessions);
  }

  chat(line: string | undefined, options: RunOptions = {}, key = KEY): Promise<Run> {
    const words = line === undefined ? [] : [line];
    return this.run(['chat', '--session', key, ...words], options);
  }

  /** It has to succeed. */
  async told(line: string | undefined, options: RunOptions = {}, key = KEY): Promise<Told> {
    const words = line === undefined ? [] : [line];
    const { stdout } = await this.succeed(['chat', '--json', '--session', key, ...words], options);
    return JSON.parse(stdout);
  }

  sessions(name = SESSIONS): Record<string, Session> {
    return JSON.parse(this.read(name));
  }

  /** The gateway replaces its file with what it has in memory. */
  gatewaySaves(sessions: Readonly<Record<string, Session>>): void {
    const path = this.path(SESSIONS);
    writeFileSync(`${path}.1.tmp`, JSON.stringify(sessions, null, 2), { mode: 0o600 });
    renameSync(`${path}.1.tmp`, path);
  }

  /**
   * The gateway's own way (2026.1.24, config/sessions/store.ts), in a process of its own: so many
   * times it takes the lock, adds one to a session and gives the lock back.
   */
  async gatewayCounts(key: string, times: number): Promise<void> {
    const child = spawn(process.execPath, ['-e', gateway, this.path(SESSIONS), key, String(times)]);
    child.stderr.pipe(process.stderr);
    const [code] = await once(child, 'exit');
    assert.equal(code, 0);
  }
}

const gateway = `
const fs = require('node:fs');
const [path, key, times] = process.argv.slice(1);
const lock = path + '.lock';
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
async function take() {
  for (;;) {
    try {
      const file = fs.openSync(lock, 'wx');
      fs.writeSync(file, JSON.stringify({ pid: process.pid, startedAt: Date.now() }));
      return fs.closeSync(file);
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      await pause(25);
    }
  }
}
(async () => {
  for (let at = 0; at < Number(times); at += 1) {
    await take();
    const store = JSON.parse(fs.readFileSync(path, 'utf8'));
    store[key] = { ...store[key], n: (store[key]?.n ?? 0) + 1 };
    await pause(5);
    fs.writeFileSync(path + '.tmp', JSON.stringify(store, null, 2), { mode: 0o600 });
    fs.renameSync(path + '.tmp', path);
    fs.unlinkSync(lock);
    await pause(5);
  }
})();
`;
