import * as v from 'valibot';
import type { DoctorOutcome, DoctorRepair } from '../../app/app.ts';
import type { Finding } from '../../domain/finding.ts';
import { EpiloopError } from '../../errors.ts';
import { defineCommand } from '../command.ts';
import { duration, flag } from '../input.ts';
import { type Line, styled } from '../screen.ts';
import { findingLines } from '../status-screen.ts';
import { withLint } from './doctor-lint.ts';
import { mirrorLine } from './models-sync.ts';

const input = v.strictObject({
  warnWithin: v.optional(duration('h'), '24h'),
  fix: flag,
  repair: flag,
  dryRun: flag,
  nonInteractive: flag,
  yes: flag,
  force: flag,
  deep: flag,
});

const diagnosis = defineCommand<v.InferOutput<typeof input>, DoctorOutcome>({
  description:
    'Syncs, then tells everything that is left to do on this host: credentials of all\n' +
    'agents, orders, the config, files and whose they are, logins that may be copies,\n' +
    'variables, the store itself. Exit 0 only when nothing is left; notes are not\n' +
    'counted.\n' +
    '\n' +
    '--fix repairs what is safe: permissions within the state directory, stale ids\n' +
    'in stored orders, files that differ from the store, anthropic:default in the\n' +
    'config, leftovers of killed runs, secrets kept for more than 30 days. It deletes\n' +
    "no credential in use, touches no other program's file and changes no owner.",
  options: [
    { flags: '--warn-within <duration>', summary: 'what counts as expiring (24h)' },
    { flags: '--fix', summary: 'repair what is safe' },
    { flags: '--repair', summary: 'the same as --fix' },
    { flags: '--dry-run', summary: 'with --fix: only say what it would repair' },
    { flags: '--non-interactive', summary: 'as always: nothing is ever asked' },
    { flags: '--yes', summary: 'the same' },
    { flags: '--force', summary: 'accepted, without effect' },
    { flags: '--deep', summary: 'the same' },
  ],
  input,
  examples: ['epiloop doctor', 'epiloop doctor --fix --dry-run', 'epiloop doctor --json'],
  output: async () => (await import('../schemas/doctor.ts')).doctor,
  async run({ warnWithin, fix, repair, dryRun }, context) {
    const repairs = fix || repair;
    if (dryRun && !repairs) {
      throw new EpiloopError('usage', '--dry-run goes with --fix', {
        hint: 'epiloop doctor alone repairs nothing',
      });
    }
    const app = await (dryRun ? context.open({ write: false }) : context.open());
    const { agent } = context.globals;
    return app.doctor({ agent, warnWithinMs: warnWithin, fix: repairs, dryRun });
  },
  render: ({ mirrors, findings, repairs, notes, home }) => [
    ...mirrors.map((mirror) => mirrorLine(mirror, home)),
    ...part(repairs.map(repairLine)),
    ...part(groups.flatMap(({ heading, has }) => group(heading, findings.filter(has)))),
    ...part(group('Notes', notes)),
    ...(findings.length + repairs.length + notes.length === 0 ? [] : ['']),
    findings.length === 0 ? 'nothing left to do' : `${findings.length} left to do`,
  ],
  json: ({ mirrors, findings, repairs, notes }) => ({
    schemaVersion: 1,
    mirrors,
    findings,
    repairs,
    notes,
  }),
  exit: ({ exitCode }) => exitCode,
  notices: ({ notices }) => notices,
});

const groups: readonly { heading: string; has: (finding: Finding) => boolean }[] = [
  { heading: 'Not working', has: ({ exit }) => exit === 1 },
  { heading: 'Could not be told', has: ({ exit }) => exit >= 64 },
  { heading: 'Expiring', has: ({ exit }) => exit === 2 },
  { heading: 'To be mended', has: ({ exit }) => exit === 0 },
];

function group(heading: string, findings: readonly Finding[]): Line[] {
  if (findings.length === 0) return [];
  return [[styled('heading', heading)], ...findings.flatMap(findingLines)];
}

function part(lines: readonly Line[]): readonly Line[] {
  return lines.length === 0 ? [] : ['', ...lines];
}

function repairLine({ done, message }: DoctorRepair): Line {
  return [styled(done ? 'good' : 'warn', done ? 'repaired' : 'would repair'), `: ${message}`];
}

export const doctor = withLint(diagnosis);
