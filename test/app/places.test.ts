import assert from 'node:assert/strict';
import { test } from 'node:test';
import { networkNote } from '../../src/app/places.ts';

test('a state on a network file system is worth a note', () => {
  assert.deepEqual(networkNote('/s', false), []);
  const [note] = networkNote('/s', true);
  assert.equal(note?.reason, 'network_fs');
  assert.equal(note?.message, '/s is on a network file system: one host at a time should use it');
});
