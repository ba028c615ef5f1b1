// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a config names variables
/** Whatever was done: undone from the newest to the oldest, everything is as it was at the start. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EpiloopError } from '../../src/errors.ts';
import fc from '../property.ts';
import { Workbench } from './workbench.ts';

type Step =
  | {
      readonly kind: 'enter';
      readonly provider: string;
      readonly key: number;
      readonly token: boolean;
    }
  | { readonly kind: 'remove'; readonly provider: string; readonly token: boolean }
  | { readonly kind: 'clear'; readonly provider: string }
  | { readonly kind: 'order'; readonly provider: string; readonly turned: boolean };

const provider = fc.constantFrom('alpha', 'beta');
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('enter' as const),
    provider,
    key: fc.integer({ min: 1, max: 3 }),
    token: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('remove' as const), provider, token: fc.boolean() }),
  fc.record({ kind: fc.constant('clear' as const), provider }),
  fc.record({ kind: fc.constant('order' as const), provider, turned: fc.boolean() }),
);

const idOf = (of: string, token: boolean) => `${of}:${token ? 'manual' : 'default'}`;

async function perform(bench: Workbench, it: Step): Promise<void> {
  if (it.kind === 'enter') {
    const type = it.token ? 'token' : 'api_key';
    await bench.paste(it.provider, `canary-${it.key}-of-${it.provider}-0123456789`, type);
  } else if (it.kind === 'remove') {
    await bench.remove(idOf(it.provider, it.token));
  } else if (it.kind === 'clear') {
    await bench.order(it.provider);
  } else {
    const ids = [idOf(it.provider, false), idOf(it.provider, true)];
    await bench.order(it.provider, it.turned ? ids.toReversed() : ids);
  }
}

const configs = [
  undefined,
  '{}',
  '// mine\n{\n  gateway: { port: 1 }, // keep\n}\n',
  "{ auth: { profiles: { 'alpha:default': { provider: 'alpha', mode: 'api_key' } }, /* o */ order: { beta: ['beta:manual', 'beta:default'], alpha: [] } } }\n",
  '{\n\t"auth": {\n\t\t"profiles": {\n\t\t\t"beta:manual": { "provider": "${P}", "mode": "token" } // mine\n\t\t}\n\t}\n}\n',
];

/** Steps that ask for what is not there are refused, and change nothing. */
async function tolerant(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof EpiloopError)) throw error;
  }
}

test('undoing everything, newest first, leads back to the start', async () => {
  const property = fc.asyncProperty(
    fc.constantFrom(...configs),
    fc.array(step, { maxLength: 4 }),
    fc.array(step, { minLength: 1, maxLength: 6 }),
    async (config, before, steps) => {
      using bench = new Workbench(config);
      bench.env = { P: 'beta' };
      await bench.sync();
      for (const each of before) await tolerant(perform(bench, each));
      const [start, known] = [await bench.picture(), (await bench.history())[0]?.id ?? 0];
      for (const each of steps) await tolerant(perform(bench, each));
      const end = await bench.picture();
      const undos: number[] = [];
      for (const { id } of await bench.history()) {
        if (id > known) undos.push(...(await bench.undo(id)).madeChanges);
      }
      assert.deepEqual(await bench.picture(), start);
      for (const id of undos.toReversed()) await bench.undo(id);
      assert.deepEqual(await bench.picture(), end);
    },
  );
  await fc.assert(property, { numRuns: 25 });
});

const commented = `{
  auth: {
    // comment 1
    profiles: {
      // comment 2
      'beta:manual': { provider: 'beta', mode: 'token' },
      // comment 3
      'alpha:default': { provider: 'alpha', mode: 'api_key' },
      // comment 4
    },
    order: {
      // comment 5
      alpha: [
        // comment 6
        'alpha:manual',
        // comment 7
        'alpha:default',
        // comment 8
      ],
      beta: [/* comment 9 */ 'beta:default', /* comment 10 */ 'beta:manual'],
    },
  },
}
`;

test('undone in any order, every comment of the config stays', async () => {
  const property = fc.asyncProperty(
    fc.array(step, { minLength: 2, maxLength: 6 }),
    fc.infiniteStream(fc.nat()),
    async (steps, picks) => {
      using bench = new Workbench(commented);
      await bench.sync();
      for (const each of steps) await tolerant(perform(bench, each));
      const left = (await bench.history()).map(({ id }) => id);
      for (const pick of picks) {
        const [id] = left.splice(pick % Math.max(left.length, 1), 1);
        if (id === undefined) break;
        await tolerant(bench.undo(id).then(() => undefined));
        const found = bench.read('epiloop.json')?.match(/comment \d+/g) ?? [];
        const sorted = found.map((each) => Number(each.slice(8))).toSorted((a, b) => a - b);
        assert.deepEqual(sorted, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], bench.read('epiloop.json'));
      }
    },
  );
  await fc.assert(property, { numRuns: 25 });
});
