import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mirrorFindings } from '../../src/app/mirror-read.ts';
import { emptyMirror } from '../../src/mirror/format.ts';

test('of many ignored entries twenty are told, and how many more there are', () => {
  const ignored = Array.from({ length: 5000 }, (_, n) => {
    return { kind: 'profile', key: `a:${n}`, why: 'not an object' } as const;
  });
  const read = {
    file: { ...emptyMirror(), ignored },
    stamp: { id: 's', modifiedAt: 0, size: 0, changedAt: 0 },
  };
  const names = { id: 'main', key: '/a', dir: '/a', path: '/a/auth-profiles.json' };
  const agent = { ...names, listed: true, unknown: false };
  const found = mirrorFindings(agent, { ...read, marked: false });
  assert.equal(found.length, 21);
  assert.match(found.at(-1)?.message ?? '', /^4980 more entries/);
});
