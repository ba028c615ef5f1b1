import * as v from 'valibot';
import { defineCommand } from '../command.ts';
import type { Place } from '../completion/place.ts';
import { oneOf } from '../input.ts';

const shells = ['bash', 'zsh', 'fish'] as const;

const input = v.strictObject({ shell: oneOf(shells) });

type Shell = (typeof shells)[number];

interface Answer {
  readonly shell: Shell;
  /** without the last line end */
  readonly script: string;
}

export const completion = defineCommand<v.InferOutput<typeof input>, Answer>({
  description:
    'Prints a script for bash, zsh or fish that completes commands, options, what\n' +
    'options take, agents and profile ids. Completing never runs epiloop: agents and\n' +
    "ids are looked up in the state directory's agents folder.",
  options: [],
  positionals: [{ name: 'shell', required: true, values: shells }],
  input,
  examples: [
    'eval "$(epiloop completion bash)"',
    'epiloop completion zsh > ~/.zfunc/_epiloop',
    'epiloop completion fish > ~/.config/fish/completions/epiloop.fish',
  ],
  async run({ shell }) {
    const { places } = await import('../completion/place.ts');
    const write = await writers[shell]();
    return { shell, script: write(await places()) };
  },
  render: ({ script }) => script.split('\n'),
  json: ({ shell, script }) => ({ schemaVersion: 1, shell, script: `${script}\n` }),
  output: async () => (await import('../schemas/completion.ts')).completion,
});

const writers: Readonly<Record<Shell, () => Promise<(places: readonly Place[]) => string>>> = {
  bash: async () => (await import('../completion/bash.ts')).bashScript,
  zsh: async () => (await import('../completion/zsh.ts')).zshScript,
  fish: async () => (await import('../completion/fish.ts')).fishScript,
};
