/** `models explain` through the executable: its answer is the one of `order get` and `status`. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { modelsExplain } from '../../src/cli/schemas/models-explain.ts';
import type { StatusReport } from '../../src/domain/status-report.ts';
import fc from '../property.ts';
import { AgentsHost, apiKey, errorOf } from './agents-host.ts';
import { OrderHost } from './order-host.ts';
import type { Entry } from './seed-host.ts';

const HOUR = 3_600_000;

type Explained = v.InferOutput<typeof modelsExplain>;

async function explain(
  host: AgentsHost,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
) {
  const words = ['models', 'explain', '--provider', 'zai', '--json', ...args];
  const run = await host.run(words, { env });
  assert.ok(run.code === 0 || run.code === 1, run.stdout + run.stderr);
  const answer: Explained = JSON.parse(run.stdout);
  assert.equal(v.is(modelsExplain, answer), true, run.stdout);
  return { ...answer, code: run.code };
}

const keptOf = ({ candidates }: Explained) =>
  candidates.filter(({ verdict }) => verdict !== 'dropped').map(({ id }) => id);

describe('explain', { concurrency: 4 }, () => {
  const places = [
    { orders: {}, basis: 'stored', kept: 'zai:a zai:b zai:w' },
    { orders: { work: { zai: ['zai:w'] } }, basis: 'agent', kept: 'zai:w' },
    { orders: { main: { 'Z.AI': ['zai:b', 'x'] } }, basis: 'main', kept: 'zai:b' },
    { orders: { config: { zai: ['zai:a'] } }, basis: 'config', kept: 'zai:a' },
    { orders: { config: { zai: [] } }, basis: 'config', kept: '' },
  ];
  for (const { orders, basis, kept } of places) {
    test(`whose list it is: ${basis} ${kept}`, async () => {
      using host = new OrderHost(orders);
      const before = host.snapshot();
      const answer = await explain(host, []);
      assert.deepEqual([answer.agentId, answer.basis], ['work', basis]);
      assert.equal(keptOf(answer).join(' '), kept);
      assert.equal(answer.next ?? '', kept.split(' ')[0]);
      assert.equal(answer.code, kept === '' ? 1 : 0);
      assert.deepEqual(host.snapshot(), before, 'nothing is written');
    });
  }

  test('profiles that the config lists hide the others', async () => {
    using host = new OrderHost();
    const profiles = { 'zai:a': { provider: 'zai', mode: 'api_key' } };
    host.config({ auth: { profiles } });
    const answer = await explain(host, ['--agent', 'main']);
    assert.deepEqual([answer.basis, keptOf(answer)], ['config_profiles', ['zai:a']]);
    const hidden = answer.candidates.find(({ id }) => id === 'zai:b');
    assert.equal(hidden?.reason, 'not_in_order');
    assert.match(hidden?.hint ?? '', /auth\.profiles of epiloop\.json$/);
  });

  test('what comes after profiles, by fingerprint', async () => {
    using host = new OrderHost({ config: { zai: [] } });
    assert.equal((await explain(host, [])).code, 1);
    const env = { ZAI_API_KEY: 'CANARY-0123456789' };
    const { code, next, otherwise } = await explain(host, [], env);
    assert.deepEqual([code, next, otherwise?.kind], [0, null, 'env']);
    assert.match(`${otherwise?.source} ${otherwise?.detail}`, /^env: ZAI_API_KEY #[0-9a-f]{8}$/);
  });

  test('as of another time a token is expired, and a rest is over', async () => {
    using host = new AgentsHost();
    const token = { type: 'token', provider: 'zai', token: 'AGENTtoken-0123456789' };
    const soon = Date.now() + HOUR;
    host.has(
      'main',
      { 'zai:t': { ...token, expires: soon }, 'zai:k': apiKey('AGENTkey-0123456789', 'zai') },
      { usageStats: { 'zai:k': { cooldownUntil: soon } } },
    );
    assert.equal((await explain(host, [])).next, 'zai:t');
    const later = await explain(host, ['--at', `${soon}`]);
    assert.deepEqual([later.next, keptOf(later)], ['zai:k', ['zai:k']]);
  });

  test('a pin that is kept comes first; one that is not is lost, and that is said', async () => {
    using host = new OrderHost({ work: { zai: ['zai:w', 'zai:a'] } });
    assert.equal((await explain(host, ['--profile-id', 'zai:a'])).next, 'zai:a');
    const words = ['models', 'explain', '--provider', 'zai', '--profile-id', 'zai:b'];
    const { stdout, stderr } = await host.succeed(words);
    assert.match(stdout, /\nUsed: zai:w\n/);
    assert.match(stderr, /^epiloop: zai:b cannot be used here: a session loses a pin on it\n$/);
  });

  test('a simulation shows the order after each step and changes nothing', async () => {
    using host = new OrderHost({ work: { zai: ['zai:w', 'zai:a'] } });
    const before = host.snapshot();
    const script = 'zai:w=rate_limit,zai:a=billing,+2m';
    const { steps } = await explain(host, ['--simulate', script]);
    assert.deepEqual(
      steps?.map(({ next, order }) => [next, order.map(({ id }) => id).join(' ')]),
      [
        ['zai:a', 'zai:a zai:w'],
        [undefined, 'zai:w zai:a'],
        ['zai:w', 'zai:w zai:a'],
      ],
    );
    const run = await host.run([
      'models',
      'explain',
      '--provider',
      'zai',
      '--simulate',
      'zai:w=nonsense',
      '--json',
    ]);
    assert.deepEqual([run.code, errorOf(run).code], [64, 'usage']);
    assert.deepEqual(host.snapshot(), before);
  });

  test('a provider of which nothing is known: 1, with those there are', async () => {
    using host = new OrderHost();
    const run = await host.run(['models', 'explain', '--provider', 'zia']);
    assert.deepEqual([run.code, run.stdout], [1, '']);
    assert.match(
      run.stderr,
      /^epiloop: nothing is known of a provider zia\nhint: .*openai, zai\n$/,
    );
    const empty = await host.run(['models', 'explain', '--provider', 'groq']);
    assert.deepEqual([empty.code, empty.stderr], [1, '']);
    assert.match(empty.stdout, /hint: run epiloop models auth paste-token --provider groq /);
  });

  test('a file that cannot be read is no answer', async () => {
    using host = new OrderHost();
    host.write('.epiloop/agents/main/agent/auth-profiles.json', '{"profiles":');
    const run = await host.run(['models', 'explain', '--provider', 'zai', '--json']);
    assert.deepEqual([run.code, errorOf(run).code], [65, 'bad_data']);
  });
});

const ids = fc.constantFrom('zai:1', 'zai:2', 'zai:3', 'ghost');
const offset = fc.constantFrom(-HOUR, HOUR);
const entry: fc.Arbitrary<(n: string) => Entry> = fc
  .record({
    type: fc.constantFrom('api_key', 'token', 'oauth'),
    provider: fc.constantFrom('zai', 'Z.ai'),
    blank: fc.constantFrom(false, false, false, true),
    expires: fc.option(offset, { nil: undefined }),
    refresh: fc.boolean(),
  })
  .map(({ type, provider, blank, expires, refresh }) => (id) => {
    const secret = blank ? '' : `AGENTsecret-${id}-0123456789`;
    const end = expires === undefined ? {} : { expires: Date.now() + expires };
    if (type === 'api_key') return { type, provider, key: secret };
    if (type === 'token') return { type, provider, token: secret, ...end };
    const renewing = refresh && !blank ? { refresh: `AGENTrefresh-${id}-0123456789` } : {};
    return { type, provider, access: secret, ...renewing, ...end };
  });
const order = fc.option(fc.array(ids, { minLength: 1, maxLength: 3 }), { nil: undefined });
const mode = fc.constantFrom('api_key', 'token', 'oauth');
const hosts = fc.record({
  main: fc.dictionary(fc.constantFrom('zai:1', 'zai:2'), entry, { maxKeys: 2 }),
  work: fc.dictionary(fc.constantFrom('zai:2', 'zai:3'), entry, { maxKeys: 2 }),
  mainOrder: order,
  workOrder: order,
  configOrder: order,
  listed: fc.dictionary(fc.constantFrom('zai:1', 'zai:3'), mode, { maxKeys: 1 }),
  resting: fc.dictionary(fc.constantFrom('zai:1', 'zai:2', 'zai:3'), offset, { maxKeys: 2 }),
  env: fc.constantFrom({}, {}, { ZAI_API_KEY: 'AGENTenv-0123456789' }),
});
type Generated = typeof hosts extends fc.Arbitrary<infer T> ? T : never;

function build(host: AgentsHost, made: Generated): void {
  const entries = (of: Record<string, (id: string) => Entry>) =>
    Object.fromEntries(Object.entries(of).map(([id, make]) => [id, make(id)]));
  const orderOf = (list: string[] | undefined) => (list ? { order: { zai: list } } : {});
  const usage = Object.entries(made.resting).map(([id, at], place) => {
    const field = place === 0 ? 'cooldownUntil' : 'disabledUntil';
    return [id, { [field]: Date.now() + at }] as const;
  });
  host.has('main', entries(made.main), orderOf(made.mainOrder));
  host.has('work', entries(made.work), {
    ...orderOf(made.workOrder),
    usageStats: Object.fromEntries(usage),
  });
  const listed = Object.entries(made.listed).map(([id, kind]) => [
    id,
    { provider: 'zai', mode: kind },
  ]);
  host.config({
    agents: { list: [{ id: 'work', default: true, model: 'zai/glm-4.7' }] },
    auth: {
      profiles: Object.fromEntries(listed),
      ...(made.configOrder && { order: { zai: made.configOrder } }),
    },
  });
}

test('on any host explain, order get and status give one answer', async () => {
  const answers = new Set<boolean>();
  await fc.assert(
    fc.asyncProperty(hosts, async (made) => {
      using host = new AgentsHost();
      build(host, made);
      const { env } = made;
      const answer = await explain(host, [], env);
      const words = ['models', 'auth', 'order', 'get', '--provider', 'zai', '--json'];
      const { effective } = JSON.parse((await host.succeed(words, { env })).stdout);
      assert.deepEqual(keptOf(answer), effective.order);
      const run = await host.run(
        [...['models', 'status', '--json', '--check', '--usable', '--in-use', '--no-sync']].concat([
          '--agent',
          'work',
        ]),
        { env },
      );
      answers.add(answer.code === 0);
      compare(answer, JSON.parse(run.stdout), run.code);
    }),
    { numRuns: 25 },
  );
  assert.equal(answers.size, 2, 'some hosts have something to use, some have not');
});

/** What status counts as usable, by its findings: all of it, and each profile of it. */
function compare(
  answer: Explained & { readonly code: number },
  report: StatusReport,
  exit: number | null,
): void {
  const about = report.findings.filter(({ provider }) => provider === 'zai');
  const grave = about.filter(({ exit: weight }) => weight === 1);
  if (answer.code === 1) assert.equal(exit, 1, 'nothing can be used');
  // with something to use only a single profile may be bad, by its expiry
  else
    for (const { reason, profileId } of grave) {
      assert.ok(['expired', 'missing'].includes(reason) && profileId, reason);
    }
  const resting = new Set(report.auth.unusableProfiles.map(({ profileId }) => profileId));
  const broken = new Set(
    about
      .filter(({ reason }) => reason === 'blank_secret' || reason === 'mode_mismatch')
      .map(({ profileId }) => profileId),
  );
  for (const { id, verdict, reason } of answer.candidates) {
    if (verdict === 'dropped') continue;
    assert.equal(verdict === 'cooling', resting.has(id), id);
    if (reason === undefined) assert.equal(broken.has(id), false, id);
  }
}
