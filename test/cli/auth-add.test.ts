import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as v from 'valibot';
import { authSetupTokenAnswer } from '../../src/cli/schemas/auth-setup-token.ts';
import { facts } from '../domain/judge-fixtures.ts';
import { claude, setUp, token } from './setup-session.ts';

const NOW = 1_795_176_000_000;
const DAY = 86_400_000;
const manual = facts('anthropic:manual', { type: 'token', expiresAt: NOW + 3 * DAY });
const login = facts('anthropic:claude-cli', {
  ...{ type: 'oauth', refreshable: true, expiresAt: NOW + 5 },
});

describe('models auth add', () => {
  test('asks for everything, the secret last, and stores it then', async () => {
    const answers = ['anthropic', 'token', '', '30d'];
    const { exit, out, err, happened, asked, entered } = await setUp(['add'], { answers });
    assert.equal(exit, 0, err);
    assert.deepEqual(happened, [
      'prospect main',
      'close',
      'choose: whose credential is it? anthropic, openai, google',
      'choose: what is it? api_key, token, setup_token',
      'ask: under which profile id? anthropic:manual ok',
      'ask: how long does it last? (empty: nobody says)  ok',
      'secret',
      'enter',
      'close',
    ]);
    assert.deepEqual(asked, [{ kind: 'stdin', prompt: 'token for anthropic: ' }]);
    const common = { provider: 'anthropic', profileId: 'anthropic:manual', agent: undefined };
    const span = { type: 'token', secret: token, expiresInMs: 30 * DAY };
    assert.deepEqual(entered, [{ ...common, ...span }]);
    assert.match(
      out,
      /^stored anthropic:manual \(token #1a2b3c4d, expires in 30d\) for agent main/,
    );
    assert.match(out, /^Auth profile: anthropic:manual \(anthropic\/token\)$/m);
  });

  test('--json is what its schema says', async () => {
    const answers = ['anthropic', 'token', '', ''];
    const { out } = await setUp(['add', '--json'], { answers });
    const answer = v.parse(authSetupTokenAnswer, JSON.parse(out));
    assert.deepEqual([answer.mode, answer.adopted], ['token', false]);
  });

  test('an API key of a provider that nobody knows, for another agent', async () => {
    const { exit, err, entered, happened } = await setUp(['add', '--agent', 'work'], {
      answers: ['another one', 'a b', token, 'ACME', 'api_key', ''],
      typed: 'abcdefgh',
    });
    assert.equal(exit, 0, err);
    assert.deepEqual(entered, [
      {
        provider: 'acme',
        profileId: 'acme:default',
        agent: 'work',
        type: 'api_key',
        secret: 'abcdefgh',
      },
    ]);
    const refused = happened.filter((each) => /the id of a provider, such as/.test(each));
    assert.equal(refused.length, 2, 'one with a blank, and a secret');
  });

  test('what is needed and missing comes first, and what there is is named', async () => {
    const { happened } = await setUp(['add'], {
      answers: ['zai', 'api_key', ''],
      missing: ['zai', 'openrouter'],
      typed: 'abcdefgh',
    });
    assert.ok(happened.includes('choose: whose credential is it? zai, openrouter, anthropic'));
    assert.ok(happened.includes('choose: what is it? api_key, token'));
  });

  test('what stands there is replaced only after a yes', async () => {
    const answers = ['anthropic', 'token', '', false, 'anthropic:second', ''];
    const { happened, entered } = await setUp(['add'], { answers, before: [manual] });
    assert.equal(entered[0]?.profileId, 'anthropic:second');
    const question = happened.find((each) => each.startsWith('confirm'));
    assert.match(question ?? '', /anthropic:manual holds token #\w+, expires in 3d; replace it\?/);
    const yes = await setUp(['add'], {
      answers: ['anthropic', 'token', '', true, ''],
      before: [manual],
    });
    assert.equal(yes.entered[0]?.profileId, 'anthropic:manual');
  });

  test("claude's own login is not offered to be replaced", async () => {
    const { happened, entered } = await setUp(['add'], {
      answers: ['anthropic', 'setup_token', '', 'anthropic:manual', '', 'run'],
      before: [login],
    });
    assert.ok(happened.some((each) => /^ask: under which.* renews itself and is kept/.test(each)));
    assert.equal(entered[0]?.profileId, 'anthropic:manual');
  });

  test('claude setup-token, with a year offered', async () => {
    const answers = ['anthropic', 'setup_token', '', '', 'run'];
    const { exit, out, happened, entered } = await setUp(['add'], { answers });
    assert.equal(exit, 0);
    assert.ok(happened.includes(`${claude} setup-token`));
    assert.equal(entered[0]?.expiresInMs, 365 * DAY);
    assert.match(out, /^Auth profile: anthropic:claude-cli \(anthropic\/oauth\)$/m);
  });

  test('a span that is none, or too long, is asked for again', async () => {
    const answers = ['anthropic', 'token', '', '0', 'soon', '99999d', '1d'];
    const { happened, entered } = await setUp(['add'], { answers });
    assert.equal(happened.filter((each) => /a duration such as/.test(each)).length, 3);
    assert.equal(entered[0]?.expiresInMs, DAY);
  });

  test('a secret of another kind is 65, and nothing is stored', async () => {
    const { exit, err, entered } = await setUp(['add'], { answers: ['openai', 'api_key', ''] });
    assert.equal(exit, 65);
    assert.match(err, /this looks like a key of anthropic, not of openai, nothing was stored/);
    assert.deepEqual(entered, []);
  });

  test('without a terminal it names the commands that ask nothing', async () => {
    for (const tty of [[], ['stdin', 'stdout'], ['stdout', 'stderr']]) {
      const { exit, err, happened } = await setUp(['add'], { tty });
      assert.equal(exit, 77);
      assert.match(err, /paste-token or paste-api-key, with --provider, or epiloop onboard/);
      assert.deepEqual(happened, []);
    }
  });

  test('--no-sync is refused before anything is asked', async () => {
    const { exit, happened } = await setUp(['add', '--no-sync']);
    assert.deepEqual([exit, happened], [77, []]);
  });
});
