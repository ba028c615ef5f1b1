import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isResting } from '../../src/domain/complaint.ts';

test('a reason that is free text is not repeated', () => {
  const told = (reason: string) =>
    isResting('a:b', { kind: 'disabled', reason, until: 60_000 }, 0, { provider: 'a', exit: 1 })
      .message;
  assert.match(told('billing'), /disabled \(billing\)/);
  assert.match(told('sk-SECRET'), /disabled \(\?\)/);
});
