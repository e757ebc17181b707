/** What is delivered in tests: files of random bytes, and settings that lead to where a test wants them. */
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openTarget } from '../../src/deliver/open-target.js';
import type { DeliveryTarget, Parcel, ParcelFile } from '../../src/deliver/target.js';
import type { DeliverySettings, OpensshSettings, SftpSettings } from '../../src/model/settings.js';
import { namesLike } from '../../src/model/remote-name.js';
import { TEMPORARY_NAME } from '../../src/model/temporary-name.js';
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

/** What the config fills in for every target, and for servers. */
export const PLACE = { readBack: true, upload: 'temporary', temporaryName: TEMPORARY_NAME } as const;
export const SERVER = {
  ...PLACE,
  replace: 'rename',
  allowLegacyAlgorithms: false,
  stalledAfterSeconds: 10,
} as const;

/** A target as deliveries open it. */
export async function open(delivery: DeliverySettings, scratch: string): Promise<DeliveryTarget> {
  const madeAt = new Date('2026-10-15T02:00:00Z');
  const bundle = {
    connection: 'library',
    version: '1.1',
    mode: 'bulk',
    timezone: 'America/Chicago',
    madeAt,
  } as const;
  return await openTarget(delivery, { scratch, bundle });
}

export function toTarget(
  target: DeliverySettings['target'],
  more: Partial<DeliverySettings> = {},
): DeliverySettings {
  return { target, files: 'zip', name: NAME, retryMinutes: 0, maxMinutes: 5, ...more };
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
    ...SERVER,
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
    ...SERVER,
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
