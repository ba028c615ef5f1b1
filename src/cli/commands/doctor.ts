import * as v from 'valibot';
import type { DoctorOutcome } from '../../app/app.ts';
import { defineCommand } from '../command.ts';
import { duration, flag } from '../input.ts';
import { findingLines } from '../status-screen.ts';
import { withLint } from './doctor-lint.ts';
import { mirrorLine } from './models-sync.ts';

const input = v.strictObject({
  warnWithin: v.optional(duration('h'), '24h'),
  nonInteractive: flag,
  yes: flag,
});

const diagnosis = defineCommand<v.InferOutput<typeof input>, DoctorOutcome>({
  description:
    'Syncs, then tells everything that is left to do on this host: credentials of all\n' +
    'agents, their files, permissions, logins that may be copies, the store itself.\n' +
    'Exit 0 only when nothing is left.',
  options: [
    { flags: '--warn-within <duration>', summary: 'what counts as expiring (24h)' },
    { flags: '--non-interactive', summary: 'as always: nothing is ever asked' },
    { flags: '--yes', summary: 'the same' },
  ],
  input,
  examples: ['epiloop doctor', 'epiloop doctor --json'],
  async run({ warnWithin }, context) {
    const app = await context.open();
    return app.doctor({ agent: context.globals.agent, warnWithinMs: warnWithin });
  },
  render: ({ mirrors, findings, home }) => [
    ...mirrors.map((mirror) => mirrorLine(mirror, home)),
    ...(findings.length === 0 ? ['nothing left to do'] : ['', ...findings.flatMap(findingLines)]),
  ],
  json: ({ mirrors, findings }) => ({ schemaVersion: 1, mirrors, findings }),
  output: async () => (await import('../schemas/doctor.ts')).doctor,
  exit: ({ exitCode }) => exitCode,
  notices: ({ notices }) => notices,
});

export const doctor = withLint(diagnosis);
