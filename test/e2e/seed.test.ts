// biome-ignore-all lint/suspicious/noTemplateCurlyInString: that is how a config names variables
/** What the first page of the documentation promises, step by step on a new host. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync } from 'node:fs';
import { describe, test } from 'node:test';
import { asStranger, giveAway, isRoot } from './bad-host.ts';
import { CONFIG, claudeEntry, MIRROR, pair, reasonsOf, SeedHost } from './seed-host.ts';

const STATUS = ['models', 'status'];
const CHECK = ['models', 'status', '--check'];
const KEY = 'sk-ant-api03-SEEDkeySEEDkeySEEDkey';

describe('an API key', () => {
  async function answersWithKey(host: SeedHost, env: Record<string, string> = {}): Promise<void> {
    const before = host.files();
    const { auth, findings } = await host.report([], { env });
    assert.deepEqual(findings, []);
    assert.deepEqual(auth.missingProvidersInUse, []);
    const [anthropic] = auth.providers;
    assert.equal(anthropic?.effective.kind, 'env');
    assert.equal(anthropic?.env?.source, 'env: ANTHROPIC_API_KEY');
    assert.match(anthropic?.env?.value ?? '', /^#[0-9a-f]{8}$/);
    const screen = await host.succeed(STATUS, { env });
    assert.match(screen.stdout, /^- anthropic effective=env:#[0-9a-f]{8} /m);
    const checked = await host.succeed(CHECK, { env });
    assert.deepEqual([checked.stdout, checked.stderr], ['', '']);
    assert.deepEqual(host.files(), before);
    assert.equal(existsSync(host.path('.epiloop/agents')), false);
  }

  test('in the environment', async () => {
    using host = new SeedHost();
    await answersWithKey(host, { ANTHROPIC_API_KEY: KEY });
  });

  test('in ~/.epiloop/.env', async () => {
    using host = new SeedHost();
    host.write('.epiloop/.env', `ANTHROPIC_API_KEY=${KEY}\n`);
    await answersWithKey(host);
  });

  test('nowhere: the check says so', async () => {
    using host = new SeedHost();
    const { code, stdout } = await host.run(CHECK);
    assert.equal(code, 1);
    assert.equal(stdout, 'missing: anthropic has no credential\n');
  });
});

describe("Claude Code's login", () => {
  test('becomes anthropic:claude-cli in the store of the gateway', async () => {
    using host = new SeedHost();
    host.claudeWrites(pair(1));
    const { stderr } = await host.succeed(STATUS);
    assert.match(stderr, /took the login of Claude Code from .+ as anthropic:claude-cli/);
    assert.match(stderr, /made .+\/auth-profiles\.json of agent main/);
    const profiles = { 'anthropic:claude-cli': claudeEntry(pair(1)) };
    assert.equal(host.read(MIRROR), `${JSON.stringify({ version: 1, profiles }, null, 2)}\n`);
    assert.match(host.identity(MIRROR), / 600$/);
    assert.match(host.identity('.epiloop/auth.sqlite'), / 600$/);
    assert.deepEqual(await host.history(), ['profile_added anthropic:claude-cli']);
  });

  test('is not taken or written twice', async () => {
    using host = new SeedHost();
    host.claudeWrites(pair(1));
    host.write(CONFIG, '{}');
    await host.succeed(STATUS);
    const names = [MIRROR, CONFIG, '.claude/.credentials.json'];
    const before = names.map((name) => host.identity(name));
    const files = host.files();
    for (const args of [STATUS, CHECK, [...STATUS, '--json']]) {
      assert.equal((await host.succeed(args)).stderr, '');
    }
    assert.deepEqual(
      names.map((name) => host.identity(name)),
      before,
    );
    assert.deepEqual(host.files(), files);
    assert.deepEqual(await host.history(), ['profile_added anthropic:claude-cli']);
  });

  test('is answered from but not stored with --no-sync', async () => {
    using host = new SeedHost();
    host.claudeWrites(pair(1));
    const before = host.snapshot();
    const { auth } = await host.report(['--no-sync']);
    assert.equal(auth.oauth.profiles[0]?.profileId, 'anthropic:claude-cli');
    assert.deepEqual(host.snapshot(), before);
  });

  test('shows no part of a token anywhere', async () => {
    using host = new SeedHost();
    host.claudeWrites(pair(1));
    for (const args of [STATUS, CHECK, [...STATUS, '--json'], ['models', 'history', '--json']]) {
      const { stdout, stderr } = await host.run(args);
      assert.doesNotMatch(stdout + stderr, /SEED|sk-ant/);
    }
  });
});

const OLD = `// the gateway of the north office
{
  $include: "./rest.json5", // shared with the south office
  auth: {
    profiles: {
      /* Claude's own */ "anthropic:claude-cli": { provider: 'anthropic', mode: "token", },
      'openai:default': { provider: "openai", mode: "api_key" },
    },
  },
  models: { providers: { openai: { baseUrl: "https://api.openai.com/v1", apiKey: "\${OPENAI_KEY}" } } },
}
`;
const NEW = OLD.replace('mode: "token"', 'mode: "oauth"');
const REST = `{ agents: { defaults: { model: { primary: "anthropic/claude-opus-4-5" } } } } // rest\n`;
const env = { OPENAI_KEY: 'sk-proj-SEEDopenaikeySEED' };
const UPGRADED = 'config_mode_upgraded anthropic:claude-cli';

describe('a config that still says mode token', () => {
  function oldHost(): SeedHost {
    const host = new SeedHost();
    host.write(CONFIG, OLD);
    host.write('.epiloop/rest.json5', REST);
    host.claudeWrites(pair(1));
    return host;
  }

  test('is rewritten once, and only there', async () => {
    using host = oldHost();
    const { stderr } = await host.succeed(STATUS, { env });
    assert.match(
      stderr,
      /changed auth\.profiles\["anthropic:claude-cli"\]\.mode .+ restarts on it/,
    );
    assert.equal(host.read(CONFIG), NEW);
    assert.match(host.identity(CONFIG), / 600$/);
    assert.equal(host.read(`${CONFIG}.bak`), OLD);
    assert.match(host.identity(`${CONFIG}.bak`), / 600$/);
    assert.equal(host.read('.epiloop/rest.json5'), REST);
    assert.ok((await host.history()).includes(UPGRADED));
    assert.equal((await host.succeed(CHECK, { env })).stdout, '');

    const before = [host.identity(CONFIG), host.files()];
    assert.equal((await host.succeed(STATUS, { env })).stderr, '');
    assert.deepEqual([host.identity(CONFIG), host.files()], before);
    assert.equal((await host.history()).filter((event) => event === UPGRADED).length, 1);
  });

  test('is rewritten in the included file if that says it', async () => {
    using host = oldHost();
    host.write(CONFIG, '{ $include: "./rest.json5" } // all of it\n');
    host.write('.epiloop/rest.json5', OLD.replace(/ {2}\$include.+\n/, ''));
    const before = host.identity(CONFIG);
    await host.succeed(STATUS, { env });
    assert.equal(host.read('.epiloop/rest.json5'), NEW.replace(/ {2}\$include.+\n/, ''));
    assert.equal(host.identity(CONFIG), before);
  });

  for (const flag of [['--no-sync'], ['--at', String(Date.now())]]) {
    test(`is left as it is by ${flag[0]}, which answers as if it were new`, async () => {
      using host = oldHost();
      const before = host.identity(CONFIG);
      const checked = await host.succeed([...CHECK, ...flag], { env });
      assert.equal(checked.stdout, '');
      assert.deepEqual([host.read(CONFIG), host.identity(CONFIG)], [OLD, before]);
      assert.equal(existsSync(host.path(`${CONFIG}.bak`)), false);
      assert.ok(!(await host.history()).includes(UPGRADED));
    });
  }

  test('is left as it is under EPILOOP_NIX_MODE, and told', async () => {
    using host = oldHost();
    const nix = { env: { ...env, EPILOOP_NIX_MODE: '1' } };
    const { findings } = await host.report([], nix);
    assert.ok(reasonsOf(findings).includes('config_upgrade_pending'));
    assert.ok(reasonsOf(findings).includes('mode_mismatch'));
    assert.equal((await host.run(CHECK, nix)).code, 1);
    assert.equal(host.read(CONFIG), OLD);
  });

  test('is left as it is where the state cannot be written, and told', async () => {
    using host = oldHost();
    if (isRoot) giveAway(host);
    const before = host.files();
    chmodSync(host.path('.epiloop'), 0o555);
    const options = { env, wrapper: isRoot ? asStranger : [] };
    const { findings } = await host.report([], options);
    const told = findings.filter(({ reason }) => reason === 'config_upgrade_pending');
    assert.deepEqual(
      told.map(({ message, hint, path }) => [message, hint, path]),
      [
        [
          'auth.profiles["anthropic:claude-cli"].mode is still token: the state cannot be written',
          `set it to "oauth" in ${host.path(CONFIG)}`,
          host.path(CONFIG),
        ],
      ],
    );
    const checked = await host.run(CHECK, options);
    assert.deepEqual([checked.code, checked.stdout.includes('mode_mismatch')], [1, true]);
    chmodSync(host.path('.epiloop'), 0o700);
    assert.deepEqual(host.files(), before);
  });
});
