import * as v from 'valibot';
import type { LintOutcome } from '../../app/app.ts';
import type { Remark } from '../../domain/lint.ts';
import { usage } from '../argument.ts';
import { type Command, defineCommand, type Option, type Positional } from '../command.ts';
import { flag } from '../input.ts';
import { type Line, styled } from '../screen.ts';

const lintFlag: Option = {
  flags: '--lint',
  summary: 'check the files that are written by hand instead',
};
const files: Positional = { name: 'file', repeat: true };

const input = v.strictObject({
  file: v.optional(v.array(v.string()), []),
  nonInteractive: flag,
  yes: flag,
});

const lint = defineCommand<v.InferOutput<typeof input>, LintOutcome>({
  options: [],
  positionals: [files],
  input,
  examples: ['epiloop doctor --lint', 'epiloop doctor --lint ./epiloop.json'],
  async run({ file }, { open, globals }) {
    const app = await open({ write: false });
    return app.lint({ files: file, agent: globals.agent });
  },
  render: ({ remarks }) => remarks.flatMap(remarkLines),
  json: ({ remarks, failures }) => ({ schemaVersion: 1, remarks, failures }),
  exit: ({ exitCode }) => exitCode,
  notices: ({ notices, failures }) => [...notices, ...failures.map(failureLine)],
});

const description =
  '--lint checks the config with its includes, .env, and the auth-profiles.json,\n' +
  'auth.json, models.json and oauth.json of every agent, or the files that are\n' +
  'named, and writes nothing: one remark per line as path:line:column, columns in\n' +
  'UTF-16 units from 1. Exit 0 nothing to say, 1 remarks, 64 and above where a file\n' +
  'could not be looked at and there is no remark on the others.';

/** `doctor`, and `doctor --lint`, which has words and an answer of its own. */
export function withLint(doctor: Command): Command {
  return {
    ...doctor,
    description: [doctor.description, description].filter(Boolean).join('\n\n'),
    options: [...doctor.options, lintFlag],
    positionals: [files],
    examples: [...doctor.examples, ...lint.examples],
    async output() {
      const { lintReport } = await import('../schemas/doctor-lint.ts');
      const own = await doctor.output?.();
      return own === undefined ? lintReport : v.union([own, lintReport]);
    },
    async execute({ lint: wanted, ...raw }, context) {
      if (wanted === undefined) {
        if (raw.file !== undefined) throw usage('files are only taken with --lint');
        return doctor.execute(raw, context);
      }
      const other = Object.keys(raw).find((name) => !Object.hasOwn(input.entries, name));
      if (other === undefined) return lint.execute(raw, context);
      throw usage(`--lint does not go with --${dashed(other)}`);
    },
  };
}

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** As compilers write them, so that editors and terminals find the place: the path is never shortened. */
function remarkLines({ path, line, column, severity, message, hint }: Remark): Line[] {
  const style = severity === 'error' ? 'bad' : 'warn';
  const place = `${path}:${line}:${column}: `;
  const first: Line = [place, styled(style, severity), `: ${message}`];
  return hint === undefined ? [first] : [first, `  hint: ${hint}`];
}

function failureLine({ message, hint }: LintOutcome['failures'][number]): string {
  return hint === undefined ? message : `${message}; ${hint}`;
}
