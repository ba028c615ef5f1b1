import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { makeSandbox, npm, plainEnv, type Sandbox } from './sandbox.ts';

/** Says what it was given; the first argument chooses what else it does. */
const probe = (version: string): string => `
import fs from 'node:fs';
import tty from 'node:tty';
const [what = '', ...rest] = process.argv.slice(2);
if (what === 'exit') process.exit(Number(rest[0]));
if (what === 'wait') {
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => { fs.writeSync(1, name); process.exit(9); });
  }
  setInterval(() => undefined, 1000);
  fs.writeSync(1, 'ready ');
} else {
  const stdin = what === 'read' ? fs.readFileSync(0, 'utf8') : '';
  const facts = { version: '${version}', rest, stdin, cwd: process.cwd(), tty: tty.isatty(1) };
  fs.writeSync(1, JSON.stringify(facts));
}
`;

describe('npm start', () => {
  let sandbox: Sandbox;
  before(() => {
    sandbox = makeSandbox(probe('one'));
  });
  after(() => sandbox.remove());

  it('builds once, says so on stderr only, and is quiet from then on', () => {
    const first = sandbox.start([]);
    assert.match(first.stderr, /building dist\/epiloop/);
    assert.equal(JSON.parse(first.stdout).version, 'one');
    const second = sandbox.start([]);
    assert.equal(second.stderr, '');
    assert.equal(second.stdout, first.stdout);
  });

  it('passes arguments, standard input and the exit code through', () => {
    const args = ['read', 'two words', "it's", '$HOME', '--flag=a b', ''];
    const { stdout } = sandbox.start(args, { input: 'a secret\n' });
    const { rest, stdin } = JSON.parse(stdout);
    assert.deepEqual(rest, args.slice(1));
    assert.equal(stdin, 'a secret\n');
    for (const code of [0, 1, 2, 64, 78]) {
      assert.equal(sandbox.start(['exit', String(code)]).status, code);
    }
  });

  it('runs where the user is, not where package.json is', () => {
    const { stdout } = spawnSync('npm', ['start', '--silent', '--prefix', sandbox.folder], {
      cwd: '/usr',
      env: plainEnv(),
      encoding: 'utf8',
    });
    assert.equal(JSON.parse(stdout).cwd, '/usr');
  });

  it('leaves a terminal a terminal', () => {
    const command = `npm start --silent --prefix ${sandbox.folder}`;
    const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
      env: plainEnv(),
      encoding: 'utf8',
    });
    assert.equal(JSON.parse(stdout).tty, true);
  });

  /** With the machine's own Node instead of the pinned one: so it is after an installation. */
  const anyNode = process.env['npm_node_execpath'] ?? process.execPath;
  const ways = {
    npm: () => ['npm', 'start', '--silent', '--', 'wait'],
    'another node': () => [anyNode, sandbox.path('build', 'install.mjs'), 'start', 'wait'],
  };
  for (const [way, command] of Object.entries(ways)) {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      it(`passes ${signal} on through ${way}, and the exit code back`, async () => {
        const [file = '', ...args] = command();
        const child = spawn(file, args, {
          cwd: sandbox.folder,
          env: plainEnv(),
          stdio: ['ignore', 'pipe', 'inherit'],
        });
        let text = '';
        child.stdout.on('data', (data) => {
          text += data;
          if (text === 'ready ') child.kill(signal);
        });
        const [code] = await once(child, 'close');
        assert.equal(text, `ready ${signal}`);
        assert.equal(code, 9);
      });
    }
  }

  it('works without HOME', () => {
    assert.equal(sandbox.start(['exit', '3'], { env: { HOME: undefined } }).status, 3);
  });

  it('builds again when a source changed, and when the executable is not the one it made', () => {
    sandbox.write('src/main.ts', probe('two'));
    assert.equal(JSON.parse(sandbox.start([]).stdout).version, 'two');
    rmSync(sandbox.path('dist', 'epiloop'));
    assert.equal(JSON.parse(sandbox.start([]).stdout).version, 'two');
    sandbox.write('dist/epiloop', '#!/bin/sh\necho somebody else\n');
    assert.equal(JSON.parse(sandbox.start([]).stdout).version, 'two');
  });

  it('ends with 70 and runs nothing old when the build fails', () => {
    sandbox.write('src/main.ts', 'this is no program');
    const { status, stdout, stderr } = sandbox.start(['exit', '0']);
    assert.equal(status, 70);
    assert.equal(stdout, '');
    assert.match(stderr, /main\.ts:1/);
    sandbox.write('src/main.ts', probe('three'));
    assert.equal(JSON.parse(sandbox.start([]).stdout).version, 'three');
  });
});

describe('npm run build', () => {
  it('leaves a whole executable when two builds run at once, and nothing else', async () => {
    const sandbox = makeSandbox(probe('both'));
    try {
      const script = sandbox.path('build', 'build.ts');
      const builds = [1, 2].map(() => spawn(process.execPath, [script], { stdio: 'ignore' }));
      const codes = await Promise.all(builds.map(async (each) => (await once(each, 'close'))[0]));
      assert.deepEqual(codes, [0, 0]);
      assert.deepEqual(readdirSync(sandbox.path('dist')).sort(), ['epiloop', 'stamp.json']);
      const { stdout, stderr } = sandbox.start([]);
      assert.equal(JSON.parse(stdout).version, 'both');
      assert.equal(stderr, '');
    } finally {
      sandbox.remove();
    }
  });

  it('leaves no executable when it is killed half-way, and the next one works', async () => {
    const sandbox = makeSandbox(probe('after'));
    try {
      const child = spawn(process.execPath, [sandbox.path('build', 'build.ts')], {
        stdio: 'ignore',
      });
      const isHalfway = (): boolean =>
        readdirSync(sandbox.folder).includes('dist') &&
        readdirSync(sandbox.path('dist')).some((name) =>
          existsSync(sandbox.path('dist', name, 'node')),
        );
      while (!isHalfway()) await new Promise((resolve) => setTimeout(resolve, 5));
      child.kill('SIGKILL');
      await once(child, 'close');
      assert.equal(existsSync(sandbox.path('dist', 'epiloop')), false);
      const { status } = npm(sandbox.folder, ['run', '--silent', 'build']);
      assert.equal(status, 0);
      assert.equal(statSync(sandbox.path('dist', 'epiloop')).mode & 0o777, 0o755);
    } finally {
      sandbox.remove();
    }
  });
});
