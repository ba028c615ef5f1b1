import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkSecret, type SecretUse } from '../../src/domain/secret-check.ts';
import { looksSecret } from '../../src/domain/secret-marks.ts';
import fc from '../property.ts';

const body = 'Ab3_-'.repeat(40);
const setupToken = `sk-ant-oat01-${body.slice(0, 93)}AA`;
const apiKey = `sk-ant-api03-${body.slice(0, 93)}AA`;

const token = (provider = 'anthropic'): SecretUse => ({ provider, kind: 'token' });
const key = (provider: string): SecretUse => ({ provider, kind: 'api_key' });

function accepted(text: string, use: SecretUse) {
  const checked = checkSecret(text, use);
  assert.ok('secret' in checked, 'problem' in checked ? checked.problem : '');
  return { text: checked.secret.reveal(), notes: checked.notes };
}

function refused(text: string, use: SecretUse) {
  const checked = checkSecret(text, use);
  assert.ok('problem' in checked, 'it was accepted');
  return checked;
}

describe('what is accepted', () => {
  const table: readonly [name: string, text: string, use: SecretUse, secret?: string][] = [
    ['a setup token', setupToken, token()],
    ['one of the least length', setupToken.slice(0, 80), token()],
    ['the line end of a pipe', `${setupToken}\r\n`, token(), setupToken],
    ['white space and a byte order mark', `\ufeff \t${setupToken}\n\n`, token(), setupToken],
    ["Anthropic's API key", apiKey, key('anthropic')],
    ['one of the least length', apiKey.slice(0, 90), key('anthropic')],
    ['another spelling', 'glm-1234', key('Z.AI')],
    ['a key as a token, where both are one', 'sk-or-v1-abcdef', token('openrouter')],
    ['a bare sk-, which many use', 'sk-abcdef', key('moonshot')],
    ['a relative of the owner', 'AIzaSyAbc', key('google-vertex')],
    ['a provider of one’s own, named so', 'sk-proj-abc', key('my-openai-eu')],
    ['base64 with its padding', 'QUJD_DEF==', key('acme')],
    ['signs of every sort', '!#%&()*+,-./:;<=>?@[]^_{|}~', key('acme')],
    ['the shortest', 'x7-q_Z9k', key('acme')],
    ['an odd one of a provider that nothing is known of', 'token-abc123', key('acme')],
    ['a new kind, as long as those of old', `AQ.${body.slice(0, 50)}`, key('google-vertex')],
    ['the longest', 'x'.repeat(16_384), key('acme')],
  ];
  for (const [name, text, use, secret = text] of table) {
    test(name, () => assert.deepEqual(accepted(text, use), { text: secret, notes: [] }));
  }
});

describe('a setup token that a terminal wrapped', () => {
  const at = (width: number) => setupToken.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
  for (const [name, text] of [
    ['80 columns, each line indented', ` ${at(79).join('\n ')}\n`],
    ['40 columns and CRLF', at(39).join('\r\n ')],
    ['a blank in it', at(60).join(' ')],
  ] as const) {
    test(`is put together: ${name}`, () => {
      const { text: secret, notes } = accepted(text, token());
      assert.equal(secret, setupToken);
      assert.deepEqual(notes, ['the token stood on several lines and was put together']);
    });
  }

  test('of another length than all others is told', () => {
    const { notes } = accepted(`${at(79).join('\n')}xyz`, token());
    assert.equal(notes[1], 'it has 111 characters, others have 108: try it');
  });

  for (const [name, text, problem] of [
    ['behind a whole one', `${setupToken}\nmore`, /several lines/],
    ['two whole ones', `${setupToken}\n${setupToken}`, /several lines/],
    ['two halves', `${at(79)[0]}\n${at(79)[0]}`, /twice/],
    ['behind an empty line', `${at(79)[0]}\n\nStore`, /several lines/],
    ['a sentence', `${at(79)[0]}\nStore it, now.`, /several lines/],
  ] as const) {
    test(`is not joined with what is no part of it: ${name}`, () => {
      assert.match(refused(text, token()).problem, problem);
    });
  }

  test('is the only secret that is joined', () => {
    assert.match(refused('sk-or-v1-abc\ndef', token('openrouter')).problem, /several lines/);
    assert.match(refused('sk-or-v1-abc def', token('openrouter')).problem, /blank in it/);
  });
});

describe('what is refused', () => {
  const table: readonly [text: string, use: SecretUse, problem: RegExp, hint?: RegExp][] = [
    ['', token(), /^the token is empty$/],
    [' \r\n\t\n', key('openai'), /^the API key is empty$/],
    ['abc\ndef', key('acme'), /^the API key has several lines$/],
    ['abc\rdef', key('acme'), /several lines/],
    ['abc\u001b[0mdef', key('acme'), /control character/],
    ['abc\0', key('acme'), /control character/],
    ['abc\tdef', key('acme'), /control character/],
    ['abc\u007f', key('acme'), /control character/],
    ['ключ', key('acme'), /outside ASCII/],
    ['abc\u200bdef', key('acme'), /outside ASCII/],
    ['abc\u00a0def', key('acme'), /outside ASCII/],
    ['sk-ant…', key('anthropic'), /outside ASCII/],
    ['Bearer abc', token('acme'), /blank in it/],
    ['x'.repeat(16_385), key('acme'), /more than 16384 characters/],
    ['"abc"', key('acme'), /quotes/],
    ["'abc'", key('acme'), /quotes/],
    ['OPENAI_API_KEY=abc', key('openai'), /assignment/],
    [`\${OPENAI_API_KEY}`, key('openai'), /name of a variable/, /--from-env/],
    ['$OPENAI_API_KEY', key('openai'), /name of a variable/, /--from-env/],
    ['SK-OR-V1-abcdef', key('openai'), /key of openrouter, not of openai/],
    [apiKey.toUpperCase(), key('openai'), /key of anthropic, not of openai/],
    [apiKey.toUpperCase(), key('anthropic'), /begins with sk-ant- in another case/],
    ['short', key('groq'), /the API key has fewer than 8 characters/, /whole/],
    ['q'.repeat(7), token('zai'), /the token has fewer than 8/],
    ['changeme', key('acme'), /placeholder/, /real/],
    ['YOUR_API_KEY', key('openai'), /placeholder/],
    ['your-openai-api-key-here', key('openai'), /placeholder/],
    ['sk-proj-xxxxxxxxxxxxxxxx', key('openai'), /placeholder/],
    ['<your key>', key('acme'), /markup or a placeholder/],
    ['https://console.example.org/keys', key('acme'), /URL/],
    ['postgres://u:p@h/db', key('acme'), /URL/],
    ['{"key":"abcdefghijkl"}', key('acme'), /JSON/, /stands in it/],
    ['{\n  "key": "abcdefghijkl"\n}', key('acme'), /JSON/],
    ['["abcdefghijkl"]', key('acme'), /JSON/],
    ['-----BEGIN PRIVATE KEY-----\nabc', key('acme'), /key file/],
    ['corporate-relay-1', key('anthropic'), /does not begin with sk-ant- and is/, /--provider/],
    ['hunter2-hunter2', key('openai'), /does not begin with sk- and is shorter/],
    ['abcdefghijklmno', key('Google'), /does not begin with AIza and is shorter/],
    ['sk-proj...xyz', key('openai'), /masked/],
    ['gsk_****', key('groq'), /masked/],
    [setupToken, token('openrouter'), /token of anthropic, not of openrouter/, /anthropic/],
    [apiKey, key('openai'), /key of anthropic, not of openai/],
    [apiKey, key('acme'), /key of anthropic, not of acme/],
    ['sk-or-v1-abc', key('openai'), /key of openrouter, not of openai/],
    ['sk-proj-abc', key('openrouter'), /key of openai, not of openrouter/],
    ['gsk_abc', key('xai'), /key of groq, not of xai/],
    ['xai-abc', key('groq'), /key of xai, not of groq/],
    ['AIzaSyAbc', key('anthropic'), /key of google, not of anthropic/],
    ['ghp_abc', key('Z.AI'), /key of github-copilot, not of zai/],
    [apiKey, token(), /this is an API key of anthropic/, /paste-api-key/],
    [setupToken, key('anthropic'), /this is a token of anthropic/, /paste-token/],
    [setupToken.replace('oat', 'ort'), token(), /refresh token/, /claude setup-token/],
    [apiKey.replace('api03', 'admin01'), key('anthropic'), /admin key/],
    [setupToken.slice(0, 79), token(), /the token looks cut off at its end/, /whole/],
    [apiKey.slice(0, 89), key('anthropic'), /the API key looks cut off at its end/],
    ['sk-ant-', token(), /cut off at its end/],
    [setupToken.slice(3), token(), /cut off at its beginning/],
    [setupToken.slice(7), token(), /cut off at its beginning/],
    [setupToken + setupToken, token(), /twice/],
    [`x-api-key:${apiKey}`, key('anthropic'), /in front of it/],
  ];
  for (const [text, use, problem, hint] of table) {
    test(`${use.kind} for ${use.provider}: ${JSON.stringify(text.slice(0, 24))}`, () => {
      const told = refused(text, use);
      assert.match(told.problem, problem);
      if (hint !== undefined) assert.match(told.hint ?? '', hint);
    });
  }
});

describe('what is stored with a remark', () => {
  test("another provider's for one of the host's own making, which may be a relay", () => {
    assert.deepEqual(accepted('gsk_abcd', key('relay')).notes, ['it looks like one of groq']);
  });

  test('one of anthropic that does not look so', () => {
    const [note] = accepted('corporate-relay-1', token()).notes;
    assert.equal(note, 'the token does not begin with sk-ant-, as those of anthropic do');
  });
});

test('no message holds a part of what was given', () => {
  const piece = fc.stringMatching(/^[A-Z]{4}[0-9]{8}[A-Z]{4}$/);
  const around = fc.constantFrom('', ' ', '\n', '"', '\u001b', 'é', 'sk-ant-', 'gsk_', 'A_B=');
  const uses = fc.record({
    provider: fc.constantFrom('anthropic', 'openai', 'acme'),
    kind: fc.constantFrom('token' as const, 'api_key' as const),
  });
  fc.assert(
    fc.property(piece, around, around, uses, (secret, before, after, use) => {
      const checked = checkSecret(`${before}${secret}${after}${secret}`, use);
      assert.ok(!JSON.stringify(checked).includes(secret));
    }),
  );
});

test('what is accepted is printable ASCII without blanks, and stays accepted', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const checked = checkSecret(text, key('acme'));
      if ('problem' in checked) return;
      assert.match(checked.secret.reveal(), /^[!-~]+$/);
      assert.equal(checked.secret.reveal(), text.trim());
    }),
  );
});

describe('a word that looks like a secret', () => {
  for (const word of [setupToken, apiKey, 'sk-1234567890', `gsk_${body}`, 'a1'.repeat(16)]) {
    test(`${word.slice(0, 8)}… does`, () => assert.ok(looksSecret(word)));
  }
  for (const word of [
    'anthropic:claude-cli',
    'anthropic',
    'xai-main',
    'OPENAI_API_KEY',
    '/run/secrets/openai',
    'openai:sk-team',
    'hf_work',
    '-',
    '',
  ]) {
    test(`'${word}' does not`, () => assert.ok(!looksSecret(word)));
  }
});

test('a local server may want no more than a word', () => {
  for (const text of ['ollama', 'sk-1234']) {
    assert.ok('secret' in checkSecret(text, { provider: 'litellm', kind: 'api_key' }));
  }
});
