import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { session } from './session.ts';

/** The script for a shell, as `epiloop completion` prints it. */
export async function scriptOf(shell: string): Promise<string> {
  const { exit, out, err, opened } = await session(['completion', shell]);
  assert.deepEqual({ exit, err, opened }, { exit: 0, err: '', opened: [] });
  return out;
}

/** Why a test of this shell cannot run here, if so. */
export function absent(shell: string): string | false {
  return spawnSync(shell, ['--version']).error === undefined ? false : `${shell} is not installed`;
}

/** A home with the completion script, two agents and a file; nobody's start-up files. */
export class ShellHome {
  readonly home = mkdtempSync(join(tmpdir(), 'epiloop-shell-'));
  readonly script: string;

  constructor(script: string) {
    this.script = join(this.home, 'completion');
    writeFileSync(this.script, script);
    for (const agent of ['main', 'work']) {
      const folder = join(this.home, '.epiloop', 'agents', agent, 'agent');
      mkdirSync(folder, { recursive: true });
      const entry = { type: 'api_key', provider: 'x', key: 'made:up' };
      const profiles = {
        [`zai:${agent}`]: entry,
        'openai:op@example.org': entry,
        '$(id):x': entry,
      };
      const file = { version: 1, profiles, usageStats: { 'zai:main': { lastUsed: 1 } } };
      writeFileSync(join(folder, 'auth-profiles.json'), JSON.stringify(file, null, 2));
    }
    mkdirSync(join(this.home, '.epiloop', 'agents', '$(touch ran)'));
    writeFileSync(join(this.home, 'my token.txt'), '');
  }

  /** What a script of the shell prints; to fail or to complain fails the test. */
  run(command: readonly [string, ...string[]], program: string): string {
    const [name, ...words] = command;
    const { status, stdout, stderr } = spawnSync(name, words, {
      encoding: 'utf8',
      cwd: this.home,
      env: { PATH: process.env['PATH'], HOME: this.home, SCRIPT: this.script, TERM: 'dumb' },
      input: program,
    });
    assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
    return stdout;
  }

  [Symbol.dispose](): void {
    rmSync(this.home, { recursive: true });
  }
}

/** What a person types, with the cursor at the end, and what is offered. */
export const completions: readonly (readonly [string, readonly string[]])[] = [
  ['doc', ['doctor']],
  ['models auth order ', ['clear', 'get', 'set']],
  ['--agent work models auth order c', ['clear']],
  ['models status --warn-within 7d --com', ['--compat-mask']],
  ['models --all', ['--all-agents', '--allow-token-endpoint']],
  ['models status --format ', ['json', 'text']],
  ['models auth paste-token --provider openr', ['openrouter']],
  ['completion ', ['bash', 'fish', 'zsh']],
  ['help air', ['air-gapped']],
  ['help models auth order ', ['clear', 'get', 'set']],
  ['schema models-h', ['models-history']],
  ['--agent ', ['main', 'work']],
  ['doctor --agent w', ['work']],
  ['models auth remove ', ['openai:op@example.org', 'zai:main', 'zai:work']],
  ['models auth order set --provider zai za', ['zai:main', 'zai:work']],
];
