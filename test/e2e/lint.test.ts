/** `doctor --lint` through the executable: which files it looks at, and what it cannot look at. */
import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { type Kind, type KindName, kinds } from './bad-kinds.ts';
import { GatewayHost, onHost, type Run } from './host.ts';

const CONFIG = '.epiloop/epiloop.json';
const MIRROR = '.epiloop/agents/main/agent/auth-profiles.json';
const SECRET = 'sk-ant-api03-c4n4ryc4n4ryc4n4ryc4n4ry';

const key = { type: 'api_key', provider: 'anthropic', key: SECRET };
const mirror = { version: 1, profiles: { 'anthropic:a': key } };

/** Lints, and sees that nothing was written and no secret was told. */
async function lint(host: GatewayHost, words: readonly string[] = [], options = {}): Promise<Run> {
  const before = host.snapshot();
  const run = await host.run(['doctor', '--lint', ...words], options);
  assert.deepEqual(host.snapshot(), before);
  assert.ok(!`${run.stdout}${run.stderr}`.includes('c4n4ry'), run.stdout);
  return run;
}

function codesOf({ stdout }: Run): string[] {
  const { remarks } = JSON.parse(stdout) as { remarks: { code: string; path: string }[] }; // ours
  return remarks.map(({ code, path }) => `${path.split('/').slice(-3).join('/')} ${code}`);
}

test('a host that has nothing yet, and one that is in order', async () => {
  await onHost(async (host) => {
    assert.deepEqual(await lint(host), { code: 0, signal: null, stdout: '', stderr: '' });
    host.write(MIRROR, mirror);
    host.write(CONFIG, "{ auth: { order: { anthropic: ['anthropic:a'] } } } // fine");
    host.write('.epiloop/.env', 'OPENAI_API_KEY=abc\n');
    assert.deepEqual(await lint(host), { code: 0, signal: null, stdout: '', stderr: '' });
  });
});

test('every file of every agent, each remark at its place', async () => {
  await onHost(async (host) => {
    host.write(
      CONFIG,
      "{\n  $include: 'more.json5',\n  agents: { list: [{ id: 'work', agentDir: '~/w' }] },\n}",
    );
    host.write('.epiloop/more.json5', "{ auth: {\n  order: { anthropic: ['anthropic:gone'] } } }");
    host.write('.epiloop/.env', 'OPENAI_API_KEY:abc\n');
    host.write(MIRROR, { ...mirror, extra: 1 });
    host.write('.epiloop/agents/main/agent/auth.json', { anthropic: { type: 'apiKey' } });
    host.write('.epiloop/agents/main/agent/models.json', { providers: [] });
    host.write('.epiloop/credentials/oauth.json', { anthropic: {} });
    host.write('w/auth-profiles.json', { ...mirror, version: 2 });
    const { code, stdout } = await lint(host);
    assert.equal(code, 1);
    const places = stdout.split('\n').filter((line) => line.startsWith('/'));
    assert.deepEqual(
      places.map((line) => line.slice(host.home.length + 1).replace(/^(\S+: \w+): .*/, '$1')),
      [
        '.epiloop/.env:1:1: error',
        '.epiloop/agents/main/agent/auth-profiles.json:10:3: warning',
        '.epiloop/agents/main/agent/auth.json:2:3: error'.replace('2:3', '3:13'),
        '.epiloop/agents/main/agent/models.json:2:16: error',
        '.epiloop/credentials/oauth.json:2:3: error',
        '.epiloop/credentials/oauth.json:2:3: warning',
        '.epiloop/more.json5:2:24: warning',
        'w/auth-profiles.json:2:14: warning',
      ],
    );
    const work = await lint(host, ['--agent', 'work', '--json']);
    assert.ok(codesOf(work).some((line) => line.endsWith('version')));
    assert.ok(!codesOf(work).some((line) => line.includes('agents/main')));
  });
});

test('files that are named: their kind by name or by what stands in them', async () => {
  await onHost(async (host) => {
    host.write(MIRROR, { version: 7 });
    host.write(CONFIG, "{ auth: { $include: 'auth.json5' } }");
    host.write('.epiloop/auth.json5', '{ profil: {} }');
    host.write('x/deploy.json', { profiles: { 'a:b': { type: 'apikey', provider: 'a' } } });
    host.write('x/prod.env', 'what\n');
    host.write('x/part.json', '{ auth: { x: 1 } }');
    const told = async (...words: string[]) => codesOf(await lint(host, [...words, '--json']));
    assert.deepEqual(await told('x/deploy.json'), [
      `${host.home.split('/').at(-1)}/x/deploy.json unknown-type`,
    ]);
    assert.equal((await told('x/prod.env')).length, 1);
    assert.match((await told('~/x/part.json')).join(), / unknown-key$/);
    assert.match((await told(host.path('.epiloop/auth.json5'))).join(), /auth.json5 unknown-key$/);
    assert.match((await told(host.path(CONFIG))).join(), /auth.json5 unknown-key$/);
    assert.equal((await told('x/prod.env', './x/prod.env')).length, 1);
    const gone = await lint(host, ['x/gone.json']);
    assert.deepEqual({ code: gone.code, stdout: gone.stdout }, { code: 66, stdout: '' });
    assert.match(gone.stderr, /there is no .*\/x\/gone\.json/);
    assert.equal((await lint(host, ['x/gone.json', 'x/prod.env'])).code, 1);
  });
});

test('what is not known to be missing is not told: a broken config, a variable of the service', async () => {
  await onHost(async (host) => {
    host.write('w/auth-profiles.json', mirror);
    const list = "agents: { list: [{ id: 'w', agentDir: '~/w' }] }";
    const auth = (more: string) => `auth: { order: { anthropic: ['anthropic:a'] } ${more}}`;
    const told = async (config: string) => {
      host.write(CONFIG, config);
      const run = await lint(host, ['--json']);
      return [...codesOf(run).map((line) => line.split(' ')[1]), run.stderr];
    };
    assert.deepEqual(await told(`{ ${list}, ${auth('')} }`), ['']);
    assert.deepEqual(
      await told(`{ ${list}, ${auth('')}, models: { providers: { a: { apiKey: '\${X}' } } } }`),
      ['unset-variable', ''],
    );
    const [code, err, ...rest] = await told(`{ ${list}, ${auth(', x: 1')} }`);
    assert.deepEqual([code, rest], ['unknown-key', []]);
    assert.match(err ?? '', /agents\.list is not followed/);
    assert.deepEqual(
      (await told("{ auth: { order: { anthropic: ['anthropic:b'] } } }"))[0],
      'unknown-profile',
    );
  });
});

describe('what cannot be looked at', () => {
  const outcomes: readonly (readonly [kind: KindName, code: number])[] = [
    ['folder', 65],
    ['pipe', 65],
    ['device behind a link', 65],
    ['dangling link', 65],
    ['link loop', 65],
    ['gigabyte', 65],
    ['bad UTF-8', 65],
    ['link', 0],
    ['hard link', 0],
    ['byte order mark', 0],
    ['garbage', 1],
    ['truncated', 1],
    ['empty', 1],
    ['NUL tail', 1],
  ];
  for (const name of [CONFIG, MIRROR]) {
    for (const [kind, code] of outcomes) {
      test(`${name}: ${kind}`, async () => {
        await onHost(async (host) => {
          host.write(MIRROR, mirror);
          host.write(CONFIG, { auth: { order: { anthropic: ['anthropic:a'] } } });
          const spoil: Kind = kinds[kind];
          spoil(host.path(name));
          const run = await host.run(['doctor', '--lint', '--json'], { timeoutMs: 10_000 });
          assert.deepEqual([run.code, run.signal], [code, null], run.stdout);
          assert.ok(!run.stdout.includes('c4n4ry'));
          const { failures } = JSON.parse(run.stdout) as { failures: unknown[] }; // ours
          assert.equal(failures.length > 0, code > 1);
        });
      });
    }
  }

  test('what is not permitted is 77, and the others are looked at', async (t) => {
    if (process.geteuid?.() !== 0) return t.skip('needs root to become somebody else');
    const host = new GatewayHost();
    try {
      host.write(MIRROR, mirror);
      host.write('.epiloop/.env', 'what\n');
      mkdirSync(host.path('x'));
      writeFileSync(host.path('x/lone.env'), 'A=1\n');
      for (const name of [
        '',
        'x',
        '.epiloop',
        '.epiloop/agents',
        '.epiloop/agents/main',
        '.epiloop/agents/main/agent',
        MIRROR,
        '.epiloop/.env',
        'x/lone.env',
      ]) {
        chownSync(host.path(name), 65_534, 65_534);
      }
      chmodSync(host.path(MIRROR), 0);
      chmodSync(host.path('x/lone.env'), 0);
      const wrapper = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
      const lone = await host.run(['doctor', '--lint', 'x/lone.env'], { wrapper });
      assert.equal(lone.code, 77, lone.stderr);
      assert.match(lone.stderr, /chmod u\+rw /);
      const all = await host.run(['doctor', '--lint'], { wrapper });
      assert.equal(all.code, 1, all.stderr);
      assert.match(all.stdout, /\.env:1:1: error/);
      assert.match(all.stderr, /auth-profiles\.json/);
    } finally {
      host.remove();
    }
  });
});
