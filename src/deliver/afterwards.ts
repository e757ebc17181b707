/** What is done once a parcel has arrived: a check of the final names, and cleanup. None of it can make the delivery fail. */
import { temporaryLike } from '../model/temporary-name.js';
import { DeliveryFault, isCutOff } from './fault.js';
import { oldParts } from './part-names.js';
import type { Place } from './place.js';
import type { DeliveryNotice, Parcel, RemoteFolder } from './target.js';

export function sayNotCompared(upload: Place['upload']): DeliveryNotice {
  const message =
    upload === 'direct'
      ? 'The receiver does not allow listing the file, or fetched it at once: its size and hash were not compared.'
      : 'The receiver does not allow listing the uploaded file: its size and hash were not compared.';
  return { code: 'not-compared', message };
}

/** `now`: when the receiver wrote our file, by its own clock; without it, ages are unknown. */
export async function lookAfterwards(
  remote: RemoteFolder,
  place: Place,
  parcel: Parcel,
  now: number | undefined,
): Promise<readonly DeliveryNotice[]> {
  // The arrival is acknowledged: later connection problems are not faults of the delivery.
  const confirmed = await confirm(remote, parcel).catch(asNotice(notConfirmed));
  const cleared = await clearOldParts(remote, place, parcel, now).catch(asNotice(cannotList));
  return [...confirmed, ...cleared];
}

const asNotice =
  (say: (why: string) => DeliveryNotice) =>
  (error: unknown): readonly DeliveryNotice[] => {
    if (error instanceof DeliveryFault) return [say(error.facts.says)];
    throw error;
  };

const notConfirmed = (why: string): DeliveryNotice => ({
  code: 'not-confirmed',
  message: `The receiver acknowledged the file, but it could not be checked afterward (${why}).`,
});

/** A file that is gone again was fetched in the meantime. */
async function confirm(remote: RemoteFolder, { files }: Parcel): Promise<readonly DeliveryNotice[]> {
  const notices: DeliveryNotice[] = [];
  for (const { name, bytes } of files) {
    const look = await remote.look(name);
    if (look.is === 'unclear') return [...notices, notConfirmed('the server does not allow it')];
    if (look.is !== 'there' || look.bytes === undefined || look.bytes === bytes) continue;
    const message = `After the delivery ${name} has ${look.bytes} bytes instead of ${bytes}: another program writes this file.`;
    notices.push({ code: 'changed-after-rename', message });
  }
  return notices;
}

const MOST_NAMED = 5;

const cannotList = (why: string): DeliveryNotice => ({
  code: 'cannot-list',
  message: `The folder cannot be listed, so temporary files of interrupted deliveries are not removed (${why}).`,
});

async function clearOldParts(
  remote: RemoteFolder,
  { temporaryName }: Place,
  { namesLike }: Parcel,
  now: number | undefined,
): Promise<readonly DeliveryNotice[]> {
  if (now === undefined) return [];
  const old = oldParts(await remote.list(temporaryLike(temporaryName, namesLike)), now);
  const kept: string[] = [];
  for (const name of old) {
    await remote.remove(name).catch((error: unknown) => {
      if (isCutOff(error) || !(error instanceof DeliveryFault)) throw error;
      kept.push(name);
    });
  }
  if (kept.length === 0) return [];
  const more = kept.length > MOST_NAMED ? ` and ${kept.length - MOST_NAMED} more` : '';
  const message = `Temporary files of interrupted deliveries could not be removed: ${kept.slice(0, MOST_NAMED).join(', ')}${more}. Ask the receiver to remove them.`;
  return [{ code: 'old-parts-stay', message }];
}
