import { statfsSync } from 'node:fs';

/**
 * `f_type` of the file systems of Linux where shared memory between hosts cannot work, so that WAL
 * must not be used (linux/magic.h and the file systems' own headers).
 */
const remote: ReadonlySet<bigint> = new Set([
  0x6969n, // nfs
  0x517bn, // smb
  0xff534d42n, // cifs
  0xfe534d42n, // smb2, smb3
  0x01021997n, // 9p
  0x65735546n, // fuse (sshfs, s3fs, …) and virtiofs
  0x5346414fn, // afs
  0x6b414653n, // kafs
  0x73757245n, // coda
  0x564cn, // ncp
  0x00c36400n, // ceph
  0x0bd00bd0n, // lustre
  0x01161970n, // gfs2
  0x7461636fn, // ocfs2
  0x47504653n, // gpfs
  0x19830326n, // beegfs
  0x786f4256n, // vboxsf
]);

/** Whether other hosts may see this folder. Only Linux tells; elsewhere it counts as local. */
export function isRemote(folder: string): boolean {
  if (process.platform !== 'linux') return false;
  return isRemoteType(statfsSync(folder, { bigint: true }).type);
}

/** @param type `f_type`, which some C libraries extend with its sign to 64 bits */
export function isRemoteType(type: bigint): boolean {
  return remote.has(type & 0xffff_ffffn);
}
