import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isRemote, isRemoteType } from '../../src/store/file-system.ts';
import { tempFolder } from './state.ts';

test('file systems that other hosts may see are told by their number', () => {
  const remote = { nfs: 0x6969n, cifs: 0xff534d42n, smb2: 0xfe534d42n, fuse: 0x65735546n };
  for (const [name, type] of Object.entries(remote)) assert.equal(isRemoteType(type), true, name);
  assert.equal(isRemoteType(BigInt.asUintN(64, BigInt.asIntN(32, 0xff534d42n))), true, 'signed');
  const local = { ext4: 0xef53n, xfs: 0x58465342n, btrfs: 0x9123683en, tmpfs: 0x01021994n };
  for (const [name, type] of Object.entries(local)) assert.equal(isRemoteType(type), false, name);
});

test('the folder for temporary files is local', (t) => {
  assert.equal(isRemote(tempFolder(t)), false);
});
