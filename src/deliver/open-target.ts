/** The register of targets. Each is loaded only where it is used: the SSH library takes long to load. */
import type { DeliverySettings } from '../model/settings.js';
import type { DeliveryTarget } from './target.js';

/** `scratch`: a folder of this run alone, for what is read back. */
export async function openTarget(delivery: DeliverySettings, scratch: string): Promise<DeliveryTarget> {
  const { target } = delivery;
  switch (target.kind) {
    case 'sftp':
      return (await import('./sftp.js')).sftpTarget(delivery, target);
    case 'openssh':
      return (await import('./openssh.js')).opensshTarget(delivery, target, scratch);
    case 'folder':
      return (await import('./folder.js')).folderTarget(delivery, target);
  }
}
