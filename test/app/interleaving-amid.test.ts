/** A gateway that writes while we run: between our reading, our locking and our writing. */
import { test } from 'node:test';
import { assertHistories } from './gateway-model-check.ts';

test('no credential is lost, none is shared, and all end equal, though writers come between', (t) =>
  assertHistories(t, { disturbed: true }));
