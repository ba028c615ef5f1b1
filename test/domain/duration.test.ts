import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatRemaining, parseDuration } from '../../src/domain/duration.ts';
import fc from '../property.ts';

describe('parseDuration', () => {
  const readable = [
    ['24h', 86_400_000],
    ['30', 108_000_000],
    ['90m', 5_400_000],
    ['1.5h', 5_400_000],
    ['250ms', 250],
    ['2s', 2_000],
    ['365d', 31_536_000_000],
    ['0', 0],
    ['0.0001ms', 0],
    [' 1H ', 3_600_000],
  ] as const;
  for (const [text, ms] of readable) {
    test(`${JSON.stringify(text)} with hours as default unit`, () => {
      assert.equal(parseDuration(text, 'h'), ms);
    });
  }

  test('the default unit only serves bare numbers', () => {
    assert.equal(parseDuration('2', 'd'), 172_800_000);
    assert.equal(parseDuration('2m', 'd'), 120_000);
  });

  const junk = [
    '',
    ' ',
    'h',
    '-1h',
    '+1h',
    '1e3',
    '1,5h',
    '.5h',
    '1.h',
    '1 h',
    '1w',
    '1h30m',
    '1h\n2',
  ];
  for (const text of [...junk, 'NaN', 'Infinity', '0x10', '٣h', '9'.repeat(400)]) {
    test(`${JSON.stringify(text.slice(0, 12))} is no duration`, () => {
      assert.equal(parseDuration(text, 'd'), undefined);
    });
  }

  test('whole milliseconds come back as they went in', () => {
    fc.assert(fc.property(fc.nat(), (ms) => assert.equal(parseDuration(`${ms}ms`, 'd'), ms)));
  });
});

describe('formatRemaining', () => {
  const spans = [
    [-5, '0m'],
    [0, '0m'],
    [Number.NaN, '0m'],
    [1, '1m'],
    [29_999, '1m'],
    [90_000, '2m'],
    [59 * 60_000, '59m'],
    [59 * 60_000 + 29_999, '59m'],
    [59 * 60_000 + 30_000, '1h'],
    [60 * 60_000, '1h'],
    [89 * 60_000, '1h'],
    [90 * 60_000, '2h'],
    [47 * 3_600_000, '47h'],
    [47.5 * 3_600_000, '2d'],
    [48 * 3_600_000, '2d'],
    [60 * 86_400_000, '60d'],
  ] as const;
  for (const [ms, text] of spans) {
    test(`${ms} ms is ${text}`, () => assert.equal(formatRemaining(ms), text));
  }
});
