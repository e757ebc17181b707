/** The register of targets. Each is loaded only where it is used: the SSH library takes long to load. */
import { addressOf } from '../model/address.js';
import { fillName, type NamedBundle } from '../model/remote-name.js';
import type { DeliverySettings } from '../model/settings.js';
import type { DeliveryTarget } from './target.js';

export interface OpenOptions {
  /** A folder of this run alone, for what is read back. */
  readonly scratch: string;
  /** The bundle whose name messages show. */
  readonly bundle: NamedBundle;
}

export async function openTarget(
  delivery: DeliverySettings,
  { scratch, bundle }: OpenOptions,
): Promise<DeliveryTarget> {
  const { target } = delivery;
  const label = labelOf(delivery, bundle);
  switch (target.kind) {
    case 'sftp':
      return (await import('./sftp/sftp.js')).sftpTarget(delivery, target, label);
    case 'openssh':
      return (await import('./openssh/openssh.js')).opensshTarget(delivery, target, { label, scratch });
    case 'folder':
      return (await import('./folder.js')).folderTarget(delivery, target, { label });
  }
}

/** The address with the parts of the name filled in, as a person would look for the file. */
export function labelOf(delivery: DeliverySettings, bundle: NamedBundle): string {
  return addressOf({ ...delivery, name: fillName(delivery.name, bundle) });
}
