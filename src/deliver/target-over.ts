/** Makes a target of a way to open its folder. Every folder that is opened is closed, whatever happens in it. */
import { addressOf } from '../model/address.js';
import type { DeliverySettings } from '../model/settings.js';
import { inspectFolder } from './inspect.js';
import { lookAt, sendTo, type Place } from './send.js';
import type { DeliveryTarget, RemoteFolder } from './target.js';

export interface Opening {
  readonly host: string;
  readonly open: () => Promise<RemoteFolder>;
  /** To look around; where it is left out, `open` is. */
  readonly openToInspect?: () => Promise<RemoteFolder>;
  /** What a setting does not do there, for `preflight`. */
  readonly remarks?: readonly string[];
}

export function targetOver(
  delivery: DeliverySettings,
  { host, open, openToInspect = open, remarks = [] }: Opening,
): DeliveryTarget {
  const { path, readBack, mode } = delivery.target;
  const address = addressOf(delivery);
  const place: Place = { address, path, readBack, ...(mode !== undefined && { mode }) };
  return {
    address,
    host,
    send: (parcel) => inside(open, (remote) => sendTo(remote, place, parcel)),
    look: (parcel) => inside(open, (remote) => lookAt(remote, place, parcel)),
    inspect: async () => {
      const inspection = await inspectFolder(address, delivery.name, openToInspect);
      return { ...inspection, remarks: [...remarks, ...inspection.remarks] };
    },
  };
}

async function inside<T>(
  open: () => Promise<RemoteFolder>,
  work: (remote: RemoteFolder) => Promise<T>,
): Promise<T> {
  const remote = await open();
  try {
    return await work(remote);
  } finally {
    await remote.close();
  }
}
