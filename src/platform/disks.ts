/**
 * Disks of other machines: SQLite's locks are not reliable there. Linux and macOS report the kind of a file system by a
 * number. Windows does not; there the path says it, once mapped drives are resolved: `\\server\share`.
 */
import { HERE, type System } from './system.js';

/** By the number that `statfs` gives. */
const NETWORK_DISKS: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0xfe534d42, 'SMB2'],
  [0x564c, 'NCP'],
  [0x5346414f, 'AFS'],
  [0x6b414653, 'AFS'],
  [0x73757245, 'Coda'],
  [0x00c36400, 'Ceph'],
  [0x0bd00bd0, 'Lustre'],
  [0x01021997, '9P'],
  [0x786f4256, 'VirtualBox shared folder'],
  [0xbacbacbc, 'VMware shared folder'],
]);

/** `\\server\share`, or the same in the long form; `\\?\C:\` and `\\.\` are of this machine. */
const UNC = /^(?:\\\\\?\\UNC\\|\\\\(?![?.]\\))/i;

/** The kind of network disk that an existing folder is on, or undefined when it is on a disk of this machine. */
export function networkDiskOf(path: string, { isWindows, disk }: System = HERE): string | undefined {
  if (!isWindows) return NETWORK_DISKS.get(disk.statfsSync(path).type >>> 0);
  const slashed = path.replaceAll('/', '\\');
  if (UNC.test(slashed)) return 'Windows share';
  return UNC.test(disk.realpath(path)) ? 'drive letter of a Windows share' : undefined;
}
