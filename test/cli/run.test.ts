import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { EpiloopError, exitCodes } from '../../src/errors.ts';
import { emptyReport, session, withAnswers } from './session.ts';

const role = "this executable is epiloop's authentication part";

describe('words that name no command', () => {
  const table: readonly [words: string, text: string][] = [
    ['', 'epiloop: a command is missing\nhint: epiloop help lists them\n'],
    ['--check', 'epiloop: a command is missing\nhint: epiloop help lists them\n'],
    ['gateway run', `epiloop: gateway is a command of the gateway; ${role}\n`],
    ['channels', `epiloop: channels is a command of the gateway; ${role}\n`],
    ['models list', `epiloop: no command models list; ${role}\n`],
    ['modles', `epiloop: no command modles, did you mean models; ${role}\n`],
    ['models statsu', `epiloop: no command models statsu, did you mean models status; ${role}\n`],
    ['status', `epiloop: no command status, did you mean models status; ${role}\n`],
    ['constructor', `epiloop: no command constructor; ${role}\n`],
    ['x\u001b[31m', `epiloop: no command x\\u{1b}[31m; ${role}\n`],
  ];
  for (const [words, text] of table) {
    test(`'${words}'`, async () => {
      const { exit, out, err, opened } = await session(words === '' ? [] : words.split(' '));
      assert.deepEqual({ exit, out, opened }, { exit: 64, out: '', opened: [] });
      assert.equal(err, text);
    });
  }
});

describe('what a thrown error comes to', () => {
  for (const [code, exit] of Object.entries(exitCodes)) {
    test(`${code} is exit ${exit}`, async () => {
      // Object.entries forgets that the names are the codes
      const failure = new EpiloopError(code as keyof typeof exitCodes, 'it failed', {
        hint: 'do it',
      });
      const told = await session(['models'], { failure });
      assert.equal(told.exit, exit);
      assert.equal(told.err, 'epiloop: it failed\nhint: do it\n');
      assert.equal(told.out, '');
    });
  }

  test('with --json it is one value on standard output and nothing else', async () => {
    const failure = new EpiloopError('bad_data', 'not JSON', {
      path: '/a/b',
      cause: new Error('x'),
    });
    for (const words of [
      ['--json', 'models'],
      ['models', '--format', 'json'],
      ['models', '--format=json'],
    ]) {
      const { exit, out, err } = await session(words, { failure });
      assert.deepEqual(JSON.parse(out), {
        schemaVersion: 1,
        error: { code: 'bad_data', message: 'not JSON', hint: null, path: '/a/b' },
      });
      assert.deepEqual({ exit, err }, { exit: 65, err: '' });
    }
  });

  test('so it is for the command line itself', async () => {
    const { exit, out } = await session(['--json', 'nonsense', '--agent']);
    assert.equal(exit, 64);
    assert.equal(JSON.parse(out).error.code, 'usage');
  });

  test('a path that the message does not name is added', async () => {
    const failure = new EpiloopError('io', 'cannot read', { path: '/a/b' });
    assert.equal((await session(['models'], { failure })).err, 'epiloop: cannot read (/a/b)\n');
  });

  test('an unexpected error is exit 70 without its message, which may quote a secret', async () => {
    const failures = [
      new SyntaxError('Unexpected token in "sk-ant-oat01-x"'),
      'sk-ant-oat01-x',
      null,
    ];
    for (const failure of failures) {
      for (const words of [['models'], ['models', '--json']]) {
        const { exit, out, err } = await session(words, { failure });
        assert.equal(exit, 70);
        assert.match(out + err, /internal error: (SyntaxError|string|object)/);
        assert.doesNotMatch(out + err, /sk-ant|\bat .*:\d+/);
      }
    }
  });

  test('the system code of an unexpected error is told', async () => {
    const failure = Object.assign(new Error('open /secret'), { code: 'EMFILE' });
    const { err } = await session(['models'], { failure });
    assert.match(err, /^epiloop: internal error: Error EMFILE\nhint: .*report.*\n$/);
  });

  test('an app that cannot be opened is told like any other failure', async () => {
    const openApp = () => {
      throw new EpiloopError('store_newer', 'the store is newer');
    };
    const { exit, err } = await session(['models'], { effects: { openApp } });
    assert.deepEqual({ exit, err }, { exit: 78, err: 'epiloop: the store is newer\n' });
  });
});

test('the host is closed after the last word, whatever happened', async () => {
  const order: string[] = [];
  const out = () => order.push('out') > 0;
  const closing = (failure?: unknown) =>
    withAnswers({
      status: async () => {
        if (failure !== undefined) throw failure;
        return { findings: [], exitCode: 0, notices: [], report: () => emptyReport };
      },
      close: () => void order.push('close'),
    });
  await session(['models'], { effects: { out, openApp: () => closing() } });
  assert.deepEqual(order.splice(0), ['out', 'close']);
  const failure = new EpiloopError('busy', 'held');
  const { exit } = await session(['models'], { effects: { out, openApp: () => closing(failure) } });
  assert.deepEqual([exit, order], [75, ['close']]);
});

describe('a broken standard output', () => {
  test('a reader that went away changes nothing', async () => {
    const effects = { out: () => false };
    const { exit, err } = await session(['models', '--check'], {
      effects,
      status: { exitCode: 1, report: emptyReport },
    });
    assert.deepEqual({ exit, err }, { exit: 1, err: '' });
  });

  for (const words of [
    ['models'],
    ['models', '--json'],
    ['--version'],
    ['--help'],
    ['help', '--json'],
  ]) {
    test(`a full disk is exit 74: ${words.join(' ')}`, async () => {
      const out = () => {
        throw Object.assign(new Error('write'), { code: 'ENOSPC' });
      };
      const { exit, err } = await session(words, { effects: { out } });
      assert.equal(exit, 74);
      assert.equal(
        err,
        'epiloop: cannot write to standard output: ENOSPC\n' +
          'hint: make space there, or send it somewhere else\n',
      );
    });
  }

  test('with nowhere to tell it the code still does', async () => {
    const refuse = () => {
      throw Object.assign(new Error('write'), { code: 'EIO' });
    };
    const { exit } = await session(['nonsense', '--json'], {
      effects: { out: refuse, err: refuse },
    });
    assert.equal(exit, 64);
  });
});

describe('--version', () => {
  test('is one line, wherever it stands, and needs nothing', async () => {
    for (const words of [
      ['--version'],
      ['-V'],
      ['models', 'status', '--version'],
      ['nonsense', '-V'],
    ]) {
      const { exit, out, opened } = await session(words);
      assert.deepEqual({ exit, opened }, { exit: 0, opened: [] });
      assert.match(out, /^epiloop \S+\n$/);
    }
  });

  test('--json names what it was built from', async () => {
    const value = JSON.parse((await session(['--version', '--json'])).out);
    assert.deepEqual(Object.keys(value), [
      'schemaVersion',
      'version',
      'commit',
      'node',
      'platform',
      'arch',
    ]);
    assert.equal(value.node, process.versions.node);
  });
});
