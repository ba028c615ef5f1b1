import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseModelRef } from '../../src/domain/model-ref.ts';
import { parseSessionKey, spellingsOf } from '../../src/domain/session-key.ts';
import {
  fieldsOf,
  pinFromJson,
  pinJson,
  pinOf,
  type SessionPin,
  settlePin,
} from '../../src/domain/session-pin.ts';
import fc from '../property.ts';

const word = fc.stringMatching(/^[a-z][a-z0-9.:@+-]{0,12}$/);
const pins: fc.Arbitrary<SessionPin> = fc.record(
  {
    model: fc.tuple(word, word).map(([provider, model]) => {
      const ref = parseModelRef(`${provider}/${model}`);
      assert.ok(ref !== undefined);
      return ref;
    }),
    profile: fc.oneof(
      fc.record({ id: word, source: fc.constantFrom('user', 'auto') }, { noNullPrototype: true }),
      fc.record(
        { id: word, source: fc.constant('auto'), compactions: fc.nat() },
        { noNullPrototype: true },
      ),
    ),
  },
  { requiredKeys: [], noNullPrototype: true },
);

test('a pin comes back from the fields of a session, and from JSON', () => {
  fc.assert(
    fc.property(pins, (pin) => {
      assert.deepEqual(pinOf(JSON.parse(JSON.stringify(fieldsOf(pin)))), pin);
      assert.deepEqual(pinFromJson(pinJson(pin)) ?? {}, pin);
    }),
  );
});

test('whatever a session holds, nothing is thrown', () => {
  const fields = Object.keys(fieldsOf({}));
  const entry = fc.dictionary(fc.constantFrom(...fields, 'x'), fc.jsonValue());
  fc.assert(fc.property(entry, (value) => void pinOf(JSON.parse(JSON.stringify(value)))));
});

describe('fields as older gateways left them', () => {
  const rows: readonly (readonly [string, Record<string, string | number>, SessionPin])[] = [
    ['no source is a user', { authProfileOverride: 'a' }, { profile: { id: 'a', source: 'user' } }],
    [
      'no source with a count is the gateway',
      { authProfileOverride: 'a', authProfileOverrideCompactionCount: 2 },
      { profile: { id: 'a', source: 'auto', compactions: 2 } },
    ],
    ['a source without a profile', { authProfileOverrideSource: 'user' }, {}],
    ['a provider without a model', { providerOverride: 'openai' }, {}],
    [
      'a model without a provider',
      { modelOverride: 'claude-opus-4-5' },
      { model: { provider: 'anthropic', model: 'claude-opus-4-5' } },
    ],
    ['blank', { authProfileOverride: ' ', modelOverride: '' }, {}],
    ['lone surrogates', { authProfileOverride: '\ud800' }, {}],
  ];
  for (const [name, entry, expected] of rows) {
    test(name, () => assert.deepEqual(pinOf(entry), expected));
  }
});

describe('whose word it is', () => {
  const a: SessionPin = { profile: { id: 'a', source: 'user' } };
  const b: SessionPin = { profile: { id: 'b', source: 'user' } };
  const auto: SessionPin = { profile: { id: 'c', source: 'auto', compactions: 0 } };
  const waits = (seen?: SessionPin) => ({ pin: a, pending: true, seen });
  const rows: readonly (readonly [string, ...Parameters<typeof settlePin>, SessionPin, string])[] =
    [
      ['nothing is known', undefined, undefined, {}, 'there'],
      ['the gateway alone knows it', undefined, b, b, 'there'],
      ['what was handed over is the gateway’s', { pin: a, pending: false }, b, b, 'there'],
      ['handed over, and taken back there', { pin: a, pending: false }, {}, {}, 'there'],
      ['a pin ends with its session', { pin: a, pending: false }, undefined, {}, 'there'],
      ['the session has not begun', waits(), undefined, a, 'here'],
      ['the session has begun', waits(), {}, a, 'here'],
      ['and the gateway picked by itself', waits(), auto, a, 'here'],
      ['and somebody chose in it', waits(), b, b, 'there'],
      ['the file is as it was', waits(b), b, a, 'here'],
      ['the file is not as it was', waits(auto), b, b, 'there'],
      ['the file was cleared', waits(b), {}, a, 'here'],
    ];
  for (const [name, ours, there, pin, from] of rows) {
    test(name, () => assert.deepEqual(settlePin(ours, there), { pin, from }));
  }
});

describe('the key of a session', () => {
  const rows: readonly (readonly [string, string | undefined, string | undefined])[] = [
    ['agent:main:main', 'main', 'agent:main:main'],
    ['agent:Work:telegram:dm:1', 'work', 'agent:Work:telegram:dm:1'],
    [' agent:main:main ', 'main', 'agent:main:main'],
    ['main', undefined, 'agent:own:main'],
    ['telegram:dm:7', undefined, 'agent:own:telegram:dm:7'],
    ['agent:../../etc:main', 'etc', 'agent:../../etc:main'],
    ['agent:/abs/path:main', 'abs-path', 'agent:/abs/path:main'],
    ['../../x', undefined, 'agent:own:../../x'],
    ['__proto__', undefined, 'agent:own:__proto__'],
    ['', undefined, undefined],
    ['agent:', undefined, undefined],
    ['agent:main', undefined, undefined],
    ['agent:main: ', undefined, undefined],
    ['\ud800', undefined, undefined],
    ['x'.repeat(513), undefined, undefined],
  ];
  for (const [text, agentId, full] of rows) {
    test(JSON.stringify(text.slice(0, 40)), () => {
      const key = parseSessionKey(text);
      assert.equal(key?.agentId, agentId);
      assert.equal(key && spellingsOf(key, key.agentId ?? 'own').full, full);
    });
  }

  test('as typed comes before what it may mean', () => {
    const { all } = spellingsOf({ agentId: undefined, typed: 'Main' }, 'own');
    assert.deepEqual(all, ['Main', 'agent:own:Main', 'agent:own:main']);
  });
});
