import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { authSetupTokenAnswer } from '../../src/cli/schemas/auth-setup-token.ts';
import { facts } from '../domain/judge-fixtures.ts';
import { claude, setUp, token } from './setup-session.ts';

const NOW = 1_795_176_000_000;
const DAY = 86_400_000;
const id = 'anthropic:claude-cli';
const login = facts(id, { type: 'oauth', refreshable: true, expiresAt: NOW + 5 });
const ran = `${claude} setup-token`;
const chosen = 'choose: claude setup-token makes a token that lasts a year run, paste';
const stdinOnly = { tty: [] as string[] };

describe('models auth setup-token on a terminal', () => {
  test('asks, runs claude with nothing open, asks for the token, stores it', async () => {
    const { exit, out, err, happened, asked, entered } = await setUp(['setup-token'], {
      answers: ['run'],
    });
    assert.equal(exit, 0, err);
    const looked = ['prospect main', 'close'];
    const all = [...looked, chosen, ran, ...looked, 'secret', 'enter', 'close'];
    assert.deepEqual(happened, all);
    assert.deepEqual(asked, [
      { kind: 'stdin', prompt: 'the token that claude setup-token printed: ' },
    ]);
    const span = { type: 'token', secret: token, expiresInMs: 365 * DAY };
    assert.deepEqual(entered, [
      { provider: 'anthropic', profileId: id, agent: undefined, ...span },
    ]);
    assert.match(err, new RegExp(`^epiloop: running ${claude} setup-token; copy the token`));
    assert.deepEqual(out.split('\n'), [
      `stored ${id} (token #1a2b3c4d, expires in 365d) for agent main ` +
        'in ~/.epiloop/agents/main/agent/auth-profiles.json',
      `Auth profile: ${id} (anthropic/oauth)`,
      '',
    ]);
  });

  test('--yes asks nothing first', async () => {
    const { exit, happened } = await setUp(['setup-token', '--yes']);
    assert.equal(exit, 0);
    assert.ok(!happened.includes(chosen) && happened.includes(ran));
  });

  test('a token that was made before is entered without running claude', async () => {
    const { exit, happened } = await setUp(['setup-token'], { answers: ['paste'] });
    assert.equal(exit, 0);
    assert.deepEqual(happened.slice(2), [chosen, 'secret', 'enter', 'close']);
  });

  test('--profile-id, --expires-in and --agent go with it', async () => {
    const words = 'setup-token --yes --profile-id anthropic:manual --expires-in 30 --agent work';
    const { out, entered, happened } = await setUp(words.split(' '));
    const [first] = entered;
    assert.deepEqual(
      [first?.profileId, first?.agent, first?.expiresInMs],
      ['anthropic:manual', 'work', 30 * DAY],
    );
    assert.match(out, /^Auth profile: anthropic:manual \(anthropic\/token\)$/m);
    // what claude stores is main's: a token was asked for
    assert.equal(happened.filter((each) => each.startsWith('prospect')).length, 1);
  });

  test('--json is what its schema says, and nothing else on standard output', async () => {
    const { out } = await setUp(['setup-token', '--yes', '--json']);
    const answer = v.parse(authSetupTokenAnswer, JSON.parse(out));
    assert.deepEqual([answer.mode, answer.adopted, answer.type], ['oauth', false, 'token']);
  });
});

describe('a login that claude stored itself', () => {
  const adopted = [
    ['where there was none', [], [login]],
    ['after one that had expired', [{ ...login, expiresAt: NOW }], [login]],
    ['as a bare token', [], [facts(id, { type: 'token', expiresAt: NOW + DAY })]],
  ] as const;
  for (const [name, before, after] of adopted) {
    test(`is taken over: ${name}`, async () => {
      const { exit, out, err, happened } = await setUp(['setup-token', '--yes'], { before, after });
      assert.equal(exit, 0, err);
      assert.ok(happened.includes('adopt') && !happened.includes('secret'));
      assert.match(out, /^took over anthropic:claude-cli \(login #1a2b3c4d\) for agent main in ~/);
      assert.match(out, /^Auth profile: anthropic:claude-cli \(anthropic\/oauth\)$/m);
      assert.match(err, /^epiloop: took the login$/m);
    });
  }

  const token1 = facts(id, { type: 'token', expiresAt: NOW + DAY });
  const others = [
    ['the token of before', [token1], [token1]],
    ['an expired login', [], [{ ...login, expiresAt: NOW }]],
    ['an emptied one', [], [{ ...login, blank: true }]],
  ] as const;
  for (const [name, before, after] of others) {
    test(`is not ${name}: the token is asked for`, async () => {
      const { happened } = await setUp(['setup-token', '--yes'], { before, after });
      assert.ok(happened.includes('enter') && !happened.includes('adopt'));
    });
  }
});

describe('what is refused before claude is run', () => {
  const beside = /hint: store it beside that one: --profile-id anthropic:manual/;
  const away = /hint: run claude setup-token on a machine with a browser, .*--expires-in 365d$/m;
  const table = [
    ['--yes', { before: [login] }, 77, beside],
    ['--yes', { keptOut: [id] }, 77, beside],
    ['--yes', { found: undefined }, 66, away],
    ['--yes', { tty: ['stdin'] }, 77, away],
    ['--yes --provider openai', {}, 64, /hint: epiloop models auth paste-token --provider openai/],
    ['--yes --expires-in 0', {}, 64, /takes more than 0/],
    ['--yes --expires-in soon', {}, 64, /takes a duration/],
    ['--yes --no-sync', {}, 77, /--no-sync forbids writing/],
    [token, {}, 64, /tokens are not taken from the command line/],
    [`--profile-id ${token}`, {}, 64, /tokens are not taken from the command line/],
    ['--from-file a --from-env B', {}, 64, /exclude each other/],
  ] as const;
  for (const [words, terminal, code, text] of table) {
    test(`${words.replace(token, '<token>')} ${JSON.stringify(Object.keys(terminal))}`, async () => {
      const all = ['setup-token', ...words.split(' ')];
      const { exit, out, err, happened } = await setUp(all, terminal);
      assert.deepEqual([exit, out], [code, '']);
      assert.match(err, text);
      for (const each of [ran, 'secret', 'enter']) assert.ok(!happened.includes(each), each);
    });
  }
});

describe('where claude failed', () => {
  for (const [end, how] of [
    [{ code: 3 }, 'exit code 3'],
    [{ signal: 'SIGKILL' }, 'SIGKILL'],
  ] as const) {
    test(`with ${how} it is told, and nothing is stored`, async () => {
      const { exit, err, happened } = await setUp(['setup-token', '--yes'], { end });
      assert.equal(exit, 1);
      assert.match(err, new RegExp(`^epiloop: ${ran} ended with ${how}, nothing was stored$`, 'm'));
      assert.equal(happened.at(-1), ran);
    });
  }
});

describe('what is typed and is no such token', () => {
  for (const [typed, text] of [
    ['', /the token is empty/],
    [
      `sk-ant-api03-${'x'.repeat(95)}`,
      /this is an API key of anthropic.*\nhint: run epiloop models auth paste-api-key/,
    ],
    [token.slice(0, 60), /cut off at its end/],
    ['hunter2-hunter2', /no token of claude setup-token/],
  ] as const) {
    test(`${typed.slice(0, 12)}: 65, and how to be asked again`, async () => {
      const { exit, out, err, happened } = await setUp(['setup-token', '--yes'], { typed });
      assert.deepEqual([exit, out], [65, '']);
      assert.match(err, text);
      assert.match(
        err,
        /^hint: .*epiloop models auth setup-token --from-file - asks for it again$/m,
      );
      assert.ok(!happened.includes('enter'));
    });
  }
});

describe('without a terminal', () => {
  const table = [
    ['a pipe', [], { kind: 'stdin', prompt: 'token for anthropic: ' }],
    ['--from-file', ['--from-file', 't'], { kind: 'file', path: 't' }],
    ['--from-env', ['--from-env', 'T'], { kind: 'env', name: 'T' }],
  ] as const;
  for (const [name, words, from] of table) {
    test(`${name} is stored, and nothing is run`, async () => {
      const { exit, asked, happened } = await setUp(['setup-token', ...words], stdinOnly);
      assert.deepEqual([exit, asked, happened], [0, [from], ['secret', 'enter', 'close']]);
    });
  }

  test('--from-file - on a terminal asks for the token alone', async () => {
    const { exit, happened } = await setUp(['setup-token', '--from-file', '-']);
    assert.deepEqual([exit, happened], [0, ['secret', 'enter', 'close']]);
  });

  test('an empty pipe is refused with the way for a host without a browser', async () => {
    const { exit, err } = await setUp(['setup-token'], { ...stdinOnly, typed: '\n' });
    assert.equal(exit, 77);
    assert.match(err, /needs a terminal, or the token on standard input\nhint: run claude setup/);
  });

  test('an empty file is bad data', async () => {
    const words = ['setup-token', '--from-file', '/run/t'];
    const { exit, err } = await setUp(words, { ...stdinOnly, typed: '\n' });
    assert.equal(exit, 65);
    assert.match(err, /the token is empty, nothing was stored \(\/run\/t\)/);
  });
});
