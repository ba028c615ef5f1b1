import assert from 'node:assert/strict';
import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { assemble } from '../../build/assemble.ts';
import { root } from '../../build/targets.ts';

describe('an executable', () => {
  const folder = mkdtempSync(join(tmpdir(), 'epiloop-executable-'));
  let file: string;

  before(async () => {
    file = await assemble(join(root, 'test', 'build', 'probe.ts'), folder);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const run = (env: NodeJS.ProcessEnv = {}, ...args: string[]): SpawnSyncReturns<string> =>
    spawnSync(file, args, { env, encoding: 'utf8' });
  const emptyFolder = (name: string): string => {
    mkdirSync(join(folder, name));
    return join(folder, name);
  };

  it('is within the size that was promised, and executable', () => {
    const { size, mode } = statSync(file);
    assert.ok(size <= 125e6, `${size} bytes`);
    assert.equal(mode & 0o777, 0o755);
  });

  it('loads sqlite from itself, with nothing beside it and nothing on stderr', () => {
    const { stdout, stderr, status } = run();
    // A code cache that V8 rejects would say so on stderr.
    assert.equal(stderr, '');
    assert.equal(status, 0);
    const { sqlite, from } = JSON.parse(stdout);
    assert.match(sqlite, /^3\.\d+\.\d+$/);
    assert.match(from, /\(deleted\)$/);
  });

  it('loads nothing and opens nothing that NODE_OPTIONS names', () => {
    const { execArgv } = JSON.parse(run().stdout);
    const intruder = join(folder, 'intruder.cjs');
    writeFileSync(intruder, 'console.error("I am in"); process.exit(5);');
    for (const options of [`--require=${intruder}`, '--inspect=0', '--expose-gc', '--nonsense']) {
      const { stdout, stderr, status } = run({ NODE_OPTIONS: options });
      assert.equal(stderr, '');
      assert.equal(status, 0);
      assert.deepEqual(JSON.parse(stdout).execArgv, execArgv);
    }
  });

  for (const variable of ['NODE_COMPILE_CACHE', 'NODE_V8_COVERAGE']) {
    it(`writes nothing where ${variable} says`, () => {
      const target = emptyFolder(variable);
      const { stderr, status } = run({ [variable]: target });
      assert.equal(stderr, '');
      assert.equal(status, 0);
      assert.deepEqual(readdirSync(target), []);
    });
  }

  it('writes its warnings to stderr, whatever NODE_REDIRECT_WARNINGS says', () => {
    const target = join(emptyFolder('warnings'), 'log');
    const { stderr } = run({ NODE_REDIRECT_WARNINGS: target }, 'warn');
    assert.match(stderr, /somebody should know/);
    assert.equal(statSync(target, { throwIfNoEntry: false }), undefined);
  });

  it('does not print what NODE_DEBUG or NODE_DEBUG_NATIVE asks for', () => {
    const everything = 'module,timer,net,tls,fs,esm,stream,mksnapshot,worker';
    assert.equal(run({ NODE_DEBUG: everything, NODE_DEBUG_NATIVE: everything }).stderr, '');
  });

  it('opens no inspector at SIGUSR1', async () => {
    const child = spawn(file, ['wait'], { stdio: ['pipe', 'pipe', 'pipe'] });
    let complaints = '';
    child.stderr.on('data', (data) => {
      complaints += data;
    });
    await once(child.stdout, 'data');
    child.kill('SIGUSR1');
    await once(child.stdout, 'data');
    child.stdin.end();
    const [code] = await once(child, 'close');
    assert.equal(complaints, '');
    assert.equal(code, 0);
  });

  it('does not read what OPENSSL_CONF names', () => {
    const config = join(folder, 'openssl.cnf');
    writeFileSync(config, 'nodejs_conf = x\n[x]\nssl_conf = missing\n');
    const { stdout, stderr } = spawnSync('strace', ['-f', '-e', 'trace=open,openat', file], {
      env: { OPENSSL_CONF: config },
      encoding: 'utf8',
    });
    assert.match(stdout, /sqlite/);
    assert.match(stderr, /openat/);
    assert.ok(!stderr.includes(config));
  });

  for (const option of ['--env-file', '--env-file-if-exists']) {
    it(`leaves ${option} to the program, and the file that it names unread`, () => {
      const named = join(folder, 'planted.env');
      writeFileSync(named, 'PLANTED=1\n');
      for (const words of [[option, named], [`${option}=${named}`], [option]]) {
        const args = ['-f', '-e', 'trace=open,openat', file, ...words];
        const { stdout, stderr } = spawnSync('strace', args, { env: {}, encoding: 'utf8' });
        assert.match(stdout, /sqlite/);
        assert.match(stderr, /openat/);
        assert.ok(!stderr.includes(`"${named}"`));
      }
    });
  }

  it('needs neither HOME nor PATH nor a working directory', () => {
    const gone = emptyFolder('gone');
    const script = `cd '${gone}' && rmdir '${gone}' && exec '${file}'`;
    const { stderr, status } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
    assert.equal(stderr, '');
    assert.equal(status, 0);
  });
});
