/** Everything that is printed as JSON, each with its schema. */
import { toJsonSchema } from '@valibot/to-json-schema';
import type { GenericSchema } from 'valibot';
import { catalogue } from './catalogue.ts';

export interface Answer {
  /** `models-status` */
  readonly name: string;
  readonly title: string;
  schema(): Promise<GenericSchema>;
}

/** What is no command's own: a failure, the version, and what stands in several answers. */
const others: readonly Answer[] = [
  {
    name: 'error',
    title: 'what epiloop prints with --json where it fails',
    schema: async () => (await import('./schemas/error.ts')).error,
  },
  {
    name: 'version',
    title: 'epiloop --version --json',
    schema: async () => (await import('./schemas/version.ts')).version,
  },
  {
    name: 'finding',
    title: 'one of findings[]',
    schema: async () => (await import('./schemas/finding.ts')).finding,
  },
  {
    name: 'mirror',
    title: 'one of mirrors[]',
    schema: async () => (await import('./schemas/finding.ts')).mirrorState,
  },
];

/** Those of the commands in the table's order, then the others. */
export async function answers(): Promise<readonly Answer[]> {
  const commands = (await catalogue()).flatMap(({ name, command }) =>
    command.output === undefined
      ? []
      : [
          {
            name: name.replaceAll(' ', '-'),
            title: `epiloop ${name} --json`,
            schema: command.output,
          },
        ],
  );
  return [...commands, ...others];
}

/** As a JSON Schema document, draft 2020-12. */
export async function documentOf({ title, schema }: Answer): Promise<object> {
  const { $schema, ...rest } = toJsonSchema(await schema(), {
    target: 'draft-2020-12',
    typeMode: 'output',
    errorMode: 'throw',
  });
  return { $schema, title, ...rest };
}
