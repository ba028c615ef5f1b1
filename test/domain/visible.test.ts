import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { shortenHome, visible } from '../../src/domain/visible.ts';
import fc from '../property.ts';

describe('visible', () => {
  const hostile = [
    ['\u001b[2Jx', String.raw`\u{1b}[2Jx`],
    ['\u001b]0;title\u0007', String.raw`\u{1b}]0;title\u{7}`],
    ['a\nb\r\tc', String.raw`a\u{a}b\u{d}\u{9}c`],
    ['\u0000\u007f\u0085\u009b', String.raw`\u{0}\u{7f}\u{85}\u{9b}`],
    ['x\u202egpj.exe', String.raw`x\u{202e}gpj.exe`],
    ['\u061c\u200e\u200f\u2066\u2069', String.raw`\u{61c}\u{200e}\u{200f}\u{2066}\u{2069}`],
    ['a\u200bb\u200dc\u2060\ufeff\u00ad', String.raw`a\u{200b}b\u{200d}c\u{2060}\u{feff}\u{ad}`],
    ['\u2028\u2029', String.raw`\u{2028}\u{2029}`],
    ['\ud800x', String.raw`\u{d800}x`],
    ['x\udc00', String.raw`x\u{dc00}`],
    ['\u{e0041}\ufe0f\u3164\u034f', String.raw`\u{e0041}\u{fe0f}\u{3164}\u{34f}`],
  ] as const;
  for (const [text, shown] of hostile) {
    test(`${JSON.stringify(text)} is seen`, () => assert.equal(visible(text), shown));
  }

  for (const text of [
    '',
    'anthropic:me@example.com',
    'Zoë Müller',
    '日本語',
    'שלום',
    '🙂 ok',
    'e\u0301',
  ]) {
    test(`${JSON.stringify(text)} stays as it is`, () => assert.equal(visible(text), text));
  }

  test('whatever comes in, nothing that moves the cursor or hides text goes out', () => {
    const anything = fc.string({
      unit: fc.integer({ min: 0, max: 0xffff }).map((c) => String.fromCharCode(c)),
    });
    fc.assert(
      fc.property(anything, (text) => {
        const shown = visible(text);
        assert.doesNotMatch(shown, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        assert.equal(visible(shown), shown);
      }),
    );
  });
});

describe('shortenHome', () => {
  const paths = [
    ['/home/op', '/home/op', '~'],
    ['/home/op/x', '/home/op', '~/x'],
    ['/home/operator/x', '/home/op', '/home/operator/x'],
    ['/srv/home/op/x', '/home/op', '/srv/home/op/x'],
    ['/etc/x', undefined, '/etc/x'],
    ['/etc/x', '', '/etc/x'],
    ['/etc/x', '/', '/etc/x'],
  ] as const;
  for (const [path, home, shown] of paths) {
    test(`${path} with home ${home}`, () => assert.equal(shortenHome(path, home), shown));
  }
});
