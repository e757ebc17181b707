/** Makes a target of a way to open its folder. Every opened folder is closed in any case. */
import { addressOf } from '../model/address.js';
import type { DeliverySettings } from '../model/settings.js';
import { inspectFolder } from './inspect.js';
import type { Place } from './place.js';
import { lookAt, sendTo } from './send.js';
import type { DeliveryTarget, RemoteFolder } from './target.js';

type Open = (signal: AbortSignal | undefined) => Promise<RemoteFolder>;

export interface Opening {
  readonly host: string;
  /** For messages. */
  readonly label: string;
  readonly open: Open;
  /** To look around; where it is left out, `open` is used. */
  readonly openToInspect?: Open;
  /** What a setting does not do there, for `preflight`. */
  readonly remarks?: readonly string[];
}

export function targetOver(
  delivery: DeliverySettings,
  { host, label, open, openToInspect = open, remarks = [] }: Opening,
): DeliveryTarget {
  const { kind, path, readBack, mode, upload, temporaryName } = delivery.target;
  const place: Place = {
    address: label,
    settings: `delivery.${kind}`,
    ...{ path, readBack, upload, temporaryName },
    ...(mode !== undefined && { mode }),
  };
  return {
    address: addressOf(delivery),
    ...{ label, host },
    send: (parcel, signal) =>
      inside(
        () => open(signal),
        (remote) => sendTo(remote, place, parcel),
      ),
    look: (parcel, signal) =>
      inside(
        () => open(signal),
        (remote) => lookAt(remote, place, parcel),
      ),
    inspect: async (signal) => {
      const inspection = await inspectFolder(place, delivery.name, () => openToInspect(signal));
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
