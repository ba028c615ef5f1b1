import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { modelCatalog } from '../../src/domain/model-catalog.ts';
import { type ChoiceInput, choose, splitSelection } from '../../src/domain/model-choice.ts';
import { refText } from '../../src/domain/model-ref.ts';
import { facts, hostConfig, profiles, view } from './judge-fixtures.ts';

const stored = view({
  profiles: profiles(
    facts('anthropic:work'),
    facts('openai-codex:a+b@x.com'),
    facts('zai:k', { provider: 'z.ai' }),
    facts('openai:k', { provider: 'OpenAI' }),
  ),
});

const closed = hostConfig({
  agents: {
    model: { primary: 'anthropic/claude-opus-4-5', fallbacks: [] },
    models: new Map([
      ['anthropic/claude-opus-4-5', 'Opus'],
      ['anthropic/claude-sonnet-4-5', 'sonnet'],
      ['openai/gpt-5.2', undefined],
      ['openai/gpt-5.2-mini', undefined],
      ['openai-codex/gpt-5.3-codex', 'codex'],
      ['zai/glm-4.7', undefined],
      ['cf/@cf/meta/llama-4', undefined],
    ]),
  },
});
const open = hostConfig({
  agents: { model: { primary: 'anthropic/claude-opus-4-5', fallbacks: ['openai/gpt-5.2'] } },
});

function input(config = closed): ChoiceInput {
  return { config, catalog: modelCatalog(config, 'main'), view: stored };
}

/** The reply, and behind an arrow what was chosen. */
function said(raw: string, given: ChoiceInput): string {
  const chosen = choose(raw, given);
  if ('lines' in chosen) return `${chosen.refused}: ${chosen.lines.join('\n')}`;
  const { ref, isDefault, profile, reply } = chosen;
  const what = `${isDefault ? 'default' : refText(ref)}${profile === undefined ? '' : ` ${profile}`}`;
  return `${reply.lines.join('\n')} -> ${what}`;
}

const opus = 'anthropic/claude-opus-4-5';
const sonnet = 'anthropic/claude-sonnet-4-5';
const how = 'Use /models to list providers, or /models <provider> to list models.';

const rows: readonly (readonly [string, string])[] = [
  [sonnet, `Model set to ${sonnet}. -> ${sonnet}`],
  ['anthropic/sonnet-4.5', `Model set to ${sonnet}. -> ${sonnet}`],
  ['sonnet', `Model set to sonnet (${sonnet}). -> ${sonnet}`],
  ['SONNET', `Model set to sonnet (${sonnet}). -> ${sonnet}`],
  ['claude-sonnet-4-5', `Model set to ${sonnet}. -> ${sonnet}`],
  [opus, `Model reset to default (${opus}). -> default`],
  ['opus', `Model reset to default (opus (${opus})). -> default`],
  ['z.ai/glm-4.7', 'Model set to zai/glm-4.7. -> zai/glm-4.7'],
  [
    `${sonnet}@anthropic:work`,
    `Model set to ${sonnet}. Auth profile set to anthropic:work. -> ${sonnet} anthropic:work`,
  ],
  [
    'opus@anthropic:work',
    `Model reset to default (opus (${opus})). Auth profile set to anthropic:work. -> default anthropic:work`,
  ],
  [
    'codex@openai-codex:a+b@x.com',
    'Model set to codex (openai-codex/gpt-5.3-codex). Auth profile set to openai-codex:a+b@x.com. -> openai-codex/gpt-5.3-codex openai-codex:a+b@x.com',
  ],
  [
    'zai/glm-4.7@zai:k',
    'Model set to zai/glm-4.7. Auth profile set to zai:k. -> zai/glm-4.7 zai:k',
  ],
  [
    'openai/gpt-5.2@openai:k',
    'Model set to openai/gpt-5.2. Auth profile set to openai:k. -> openai/gpt-5.2 openai:k',
  ],
  ['cf/@cf/meta/llama-4', 'Model set to cf/@cf/meta/llama-4. -> cf/@cf/meta/llama-4'],
  ['sonnet@anthropic:gone', 'not_found: Auth profile "anthropic:gone" not found.'],
  ['sonnet@openai:k', 'usage: Auth profile "openai:k" is for openai, not anthropic.'],
  ['openai/gpt-5.2@zai:k', 'usage: Auth profile "zai:k" is for zai, not openai.'],
  ['@anthropic:work', 'usage: Auth profile override requires a model selection.'],
  ['status@anthropic:work', 'usage: Auth profile override requires a model selection.'],
  ['list@anthropic:work', 'usage: Auth profile override requires a model selection.'],
  ['sonnet@', 'usage: No auth profile follows the @.'],
  ['sonnet@sk-ant-oat01-0123456789abcdef01', 'not_found: Auth profile "[secret]" not found.'],
  // slips, parts of a name, and what is no slip
  ['anthropic/claude-sonet-4-5', `Model set to sonnet (${sonnet}). -> ${sonnet}`],
  ['claude-sonet-4-5', `Model set to sonnet (${sonnet}). -> ${sonnet}`],
  ['cloude-sonet-4-5', `no: Model "anthropic/cloude-sonet-4-5" is not allowed. ${how}`],
  ['anthropic/cloude-sonet-4-5', `no: Model "anthropic/cloude-sonet-4-5" is not allowed. ${how}`],
  ['gpt-5.2', 'Model set to openai/gpt-5.2. -> openai/gpt-5.2'],
  ['mini', 'Model set to openai/gpt-5.2-mini. -> openai/gpt-5.2-mini'],
  ['glm', 'Model set to zai/glm-4.7. -> zai/glm-4.7'],
  ['openai/gpt-5.1', `no: Model "openai/gpt-5.1" is not allowed. ${how}`],
  ['claude-opus-4-6', `no: Model "anthropic/claude-opus-4-6" is not allowed. ${how}`],
  ['nonsense', `no: Model "anthropic/nonsense" is not allowed. ${how}`],
  ['foo/bar', `no: Model "foo/bar" is not allowed. ${how}`],
];

describe('where the config lists the models', () => {
  for (const [raw, expected] of rows) {
    test(raw, () => assert.equal(said(raw, input()), expected));
  }
});

const openRows: readonly (readonly [string, string])[] = [
  [
    'anthropic/claude-opus-4-6',
    'Model set to anthropic/claude-opus-4-6. -> anthropic/claude-opus-4-6',
  ],
  ['openai/gpt-5.1', 'Model set to openai/gpt-5.1. -> openai/gpt-5.1'],
  ['mistral/large', 'Model set to mistral/large. -> mistral/large'],
  ['claude-haiku-4-5', 'Model set to anthropic/claude-haiku-4-5. -> anthropic/claude-haiku-4-5'],
  ['claude-opus-4-6', 'Model set to anthropic/claude-opus-4-6. -> anthropic/claude-opus-4-6'],
  ['opus', `Model reset to default (${opus}). -> default`],
  ['nonsense', `no: Unrecognized model "nonsense". ${how}`],
  ['nobody/model', `no: Unrecognized model "nobody/model". ${how}`],
  ['a', `no: Unrecognized model "a". ${how}`],
  ['/', `no: Unrecognized model "/". ${how}`],
];

describe('where it lists none', () => {
  for (const [raw, expected] of openRows) {
    test(raw, () => assert.equal(said(raw, input(open)), expected));
  }
});

describe('a number', () => {
  const lastList = [sonnet, opus].map((text) => {
    const [provider = '', model = ''] = text.split('/');
    return { provider, model };
  });
  const behind =
    '\n\nBrowse: /models (providers) or /models <provider> (models)\nSwitch: /model <provider/model>';
  const given = { ...input(), lastList };
  const numbers: readonly (readonly [string, ChoiceInput, string])[] = [
    ['1', given, `Model set to ${sonnet}. -> ${sonnet}`],
    ['2', given, `Model reset to default (${opus}). -> default`],
    [
      '1@anthropic:work',
      given,
      `Model set to ${sonnet}. Auth profile set to anthropic:work. -> ${sonnet} anthropic:work`,
    ],
    ['3', given, `no: The last list has no number 3 (1-2).${behind}`],
    ['0', given, `no: The last list has no number 0 (1-2).${behind}`],
    ['1', input(), `no: No list of models has been shown in this session.${behind}`],
  ];
  for (const [raw, of, expected] of numbers) {
    test(`${raw} of ${of.lastList?.length ?? 'no list'}`, () =>
      assert.equal(said(raw, of), expected));
  }
});

test('the agent’s own model is the default of its sessions', () => {
  const own = { id: 'work', default: false, model: { primary: 'openai/gpt-5.2', fallbacks: [] } };
  const config = hostConfig({ agents: { ...closed.agents, list: [own] } });
  const given = { config, catalog: modelCatalog(config, 'work'), view: stored };
  assert.equal(
    said('openai/gpt-5.2', given),
    'Model reset to default (openai/gpt-5.2). -> default',
  );
  // a bare name is of the default's provider
  assert.match(said('gpt-5.9', given), /"openai\/gpt-5\.9" is not allowed/);
});

test('where a selection is split', () => {
  const at = (raw: string) => splitSelection(raw, input());
  assert.deepEqual(at('a@b@c'), { model: 'a', profile: 'b@c' });
  assert.deepEqual(at('v/claude@2025@anthropic:work'), {
    model: 'v/claude@2025',
    profile: 'anthropic:work',
  });
  assert.deepEqual(at('x@openai-codex:a+b@x.com'), {
    model: 'x',
    profile: 'openai-codex:a+b@x.com',
  });
});
