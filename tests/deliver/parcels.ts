/** What is delivered in tests: files of random bytes, and settings that lead to where a test wants them. */
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Parcel, ParcelFile } from '../../src/deliver/target.js';
import type { DeliverySettings, OpensshSettings, SftpSettings } from '../../src/model/settings.js';
import { namesLike } from '../../src/model/remote-name.js';
import type { SshServer } from './ssh-server.js';

export const NAME = 'OneRoster.zip';
export const DAY_MS = 86_400_000;

export function aFile(folder: string, name = NAME, bytes = 100_000): ParcelFile {
  const local = join(folder, `${name}-${randomBytes(4).toString('hex')}`);
  const content = randomBytes(bytes);
  writeFileSync(local, content, { mode: 0o600 });
  return { local, name, bytes, sha256: createHash('sha256').update(content).digest('hex') };
}

export function aParcel(...files: readonly ParcelFile[]): Parcel {
  return { files, namesLike: files.map(({ name }) => namesLike(name)).join('|'), stale: [] };
}

export function toTarget(
  target: DeliverySettings['target'],
  more: Partial<DeliverySettings> = {},
): DeliverySettings {
  return { target, files: 'zip', name: NAME, retryMinutes: 0, ...more };
}

export function bySftp(server: SshServer, more: Partial<SftpSettings> = {}): SftpSettings {
  return {
    kind: 'sftp',
    host: '127.0.0.1',
    port: server.port,
    user: server.user,
    privateKey: readFileSync(server.key, 'utf8'),
    hostKeys: [server.pins.ed25519],
    path: 'incoming',
    readBack: true,
    replace: 'rename',
    stalledAfterSeconds: 10,
    ...more,
  };
}

export function byOpenssh(server: SshServer, more: Partial<OpensshSettings> = {}): OpensshSettings {
  return {
    kind: 'openssh',
    host: '127.0.0.1',
    port: server.port,
    user: server.user,
    identityFile: server.key,
    knownHosts: server.knownHosts,
    path: 'incoming',
    readBack: true,
    ...more,
  };
}

export const shaOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
export const namesIn = (folder: string): readonly string[] => readdirSync(folder).sort();
export const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

/** A file that was last written to so long ago. */
export function leave(folder: string, name: string, ageMs = 0, content = 'left behind'): void {
  const path = join(folder, name);
  writeFileSync(path, content);
  const at = new Date(Date.now() - ageMs);
  utimesSync(path, at, at);
}
