import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkSetupToken } from '../../src/domain/setup-token.ts';
import fc from '../property.ts';

const token = `sk-ant-oat01-${'Ab3_-'.repeat(19)}`;
/** as Claude Code prints it at 80 columns */
const wrapped = ` ${token.slice(0, 79)}\n ${token.slice(79)}`;

function read(text: string): string {
  const checked = checkSetupToken(text);
  return 'secret' in checked ? checked.secret.reveal() : `no: ${checked.problem}`;
}

describe('a setup token as people copy it', () => {
  const table: readonly [name: string, text: string][] = [
    ['alone', token],
    ['with white space around it', ` \n${token}\t\r\n`],
    ['wrapped and indented', wrapped],
    ['wrapped, as a terminal sends pasted line ends', wrapped.replace('\n', '\r')],
    ['as the advised export', `export CLAUDE_CODE_OAUTH_TOKEN=${token}`],
    ['as an export, wrapped', `export CLAUDE_CODE_OAUTH_TOKEN=${wrapped.trim()}`],
    ['as an export in quotes', `  export CLAUDE_CODE_OAUTH_TOKEN="${token}"\n`],
    ['as an export in quotes, wrapped', `export CLAUDE_CODE_OAUTH_TOKEN='${wrapped}'`],
    ['as a line of .env', `CLAUDE_CODE_OAUTH_TOKEN=${token}\n`],
    ['as a YAML would not have it', `CLAUDE_CODE_OAUTH_TOKEN = "${token}";`],
    ['where the advice says <token>', `export CLAUDE_CODE_OAUTH_TOKEN=<${token}>`],
    ['in double quotes', `"${token}"`],
    ['in single quotes', `'${token}'`],
    ['in backticks', `\`${token}\``],
  ];
  for (const [name, text] of table) test(name, () => assert.equal(read(text), token));

  test('wrapped at any width', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 107 }), (width) => {
        const lines = token.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
        assert.equal(read(lines.map((line) => ` ${line}`).join('\n')), token);
      }),
    );
  });
});

describe('what is no setup token', () => {
  const table: readonly [name: string, text: string, problem: RegExp, hint: RegExp][] = [
    ['nothing', ' \n', /is empty/, /^$/],
    ['an empty assignment', 'export CLAUDE_CODE_OAUTH_TOKEN=', /is empty/, /^$/],
    ['an API key', `sk-ant-api03-${'Ab3_-'.repeat(19)}`, /API key of anthropic/, /paste-api-key/],
    ['a refresh token', `sk-ant-ort01-${'Ab3_-'.repeat(19)}`, /refresh token/, /setup-token/],
    ['half of one', token.slice(0, 79), /cut off at its end/, /whole/],
    ['the other half', token.slice(4), /cut off at its beginning/, /whole/],
    [
      'an older kind',
      `sk-ant-oat00-${'Ab3_-'.repeat(19)}`,
      /begins with sk-ant-oat01-/,
      /paste-token/,
    ],
    ['anything else', 'hunter2-hunter2', /begins with sk-ant-oat01-/, /paste-token/],
    ['another variable', `ANTHROPIC_API_KEY=${token}`, /is an assignment/, /behind the =/],
    ['the placeholder', 'export CLAUDE_CODE_OAUTH_TOKEN=<token>', /fewer than 8/, /whole/],
    ['with the sentence behind it', `${wrapped}\n\n Store this`, /several lines/, /alone/],
    ['an open quote', `"${token}`, /./, /^/],
  ];
  for (const [name, text, problem, hint] of table) {
    test(name, () => {
      const checked = checkSetupToken(text);
      assert.ok('problem' in checked, 'it was accepted');
      assert.match(checked.problem, problem);
      assert.match(checked.hint ?? '', hint);
      assert.ok(!`${checked.problem}${checked.hint}`.includes('Ab3_-'));
    });
  }
});
