import * as v from 'valibot';
import type { SyncOutcome } from '../../app/app.ts';
import type { MirrorState } from '../../domain/status-report.ts';
import { shortenHome } from '../../domain/visible.ts';
import { defineCommand } from '../command.ts';
import { type Line, type Style, styled } from '../screen.ts';
import { findingLines } from '../status-screen.ts';

const input = v.strictObject({});

export const modelsSync = defineCommand<v.InferOutput<typeof input>, SyncOutcome>({
  description:
    'Takes over what the gateway and other clients changed, and writes what the files\n' +
    'of all agents should say. Exit 0, or the gravest of 65 (damaged), 74 (I/O), 75\n' +
    '(locked: stored, to be written by the next run) and 77 (not permitted).',
  options: [],
  input,
  examples: ['epiloop models sync', 'epiloop models sync --agent work --json'],
  async run(_given, context) {
    const app = await context.open();
    return app.sync({ agent: context.globals.agent });
  },
  render: ({ mirrors, findings, home }) => [
    ...mirrors.map((mirror) => mirrorLine(mirror, home)),
    ...findings.flatMap(findingLines),
  ],
  json: ({ mirrors, findings }) => ({ schemaVersion: 1, mirrors, findings }),
  output: async () => (await import('../schemas/models-sync.ts')).modelsSync,
  exit: ({ exitCode }) => exitCode,
  notices: ({ notices }) => notices,
});

const styles: Readonly<Record<MirrorState['state'], Style>> = {
  current: 'dim',
  absent: 'dim',
  unchecked: 'dim',
  written: 'good',
  pending: 'warn',
  damaged: 'bad',
  unreadable: 'bad',
};

/** One agent's file as a run left it. */
export function mirrorLine({ agentId, path, state }: MirrorState, home?: string): Line {
  return [styled(styles[state], state.padEnd(10)), ` ${agentId} ${shortenHome(path, home)}`];
}
