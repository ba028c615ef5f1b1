import * as v from 'valibot';
import { shown, usage } from '../argument.ts';
import { defineCommand } from '../command.ts';
import { nearest } from '../suggest.ts';

const input = v.strictObject({ name: v.optional(v.array(v.string()), []) });

type Answer =
  | { readonly names: readonly string[] }
  /** a JSON Schema, draft 2020-12 */
  | { readonly document: object };

export const schema = defineCommand<v.InferOutput<typeof input>, Answer>({
  description:
    'Prints the JSON Schema (draft 2020-12) of what a command prints with --json, all\n' +
    'of it: no other field ever stands there. error is what a failure prints. Without\n' +
    'a name the names are listed; models-status and "models status" are the same.',
  options: [],
  positionals: [{ name: 'name', repeat: true }],
  input,
  examples: ['epiloop schema', 'epiloop schema models-status', 'epiloop schema error'],
  run: ({ name }) =>
    answer(
      name
        .join(' ')
        .trim()
        .split(/[\s-]+/)
        .join('-'),
    ),
  render: (given) =>
    'names' in given ? given.names : JSON.stringify(given.document, null, 2).split('\n'),
  json: (given) => ('names' in given ? { schemaVersion: 1, names: given.names } : given.document),
  output: async () => (await import('../schemas/schema.ts')).schema,
});

/** Throws EpiloopError `usage` for a name that there is none of. */
async function answer(name: string): Promise<Answer> {
  const { answers, documentOf } = await import('../answers.ts');
  const all = await answers();
  if (name === '') return { names: all.map((each) => each.name) };
  const found = all.find((each) => each.name === name);
  if (found !== undefined) return { document: await documentOf(found) };
  const guess = nearest(
    name,
    all.map((each) => each.name),
  );
  const hint = guess === undefined ? 'epiloop schema lists the names' : `did you mean ${guess}`;
  throw usage(`no schema ${shown(name)}`, hint);
}
