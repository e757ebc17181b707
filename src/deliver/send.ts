/**
 * How a parcel reaches a folder whole: every file under a temporary name, compared, and only then renamed, the last file last.
 * Whoever looks at a final name sees the file of before or the new one. A failure leaves what was there; what it had
 * uploaded is removed as far as the connection allows.
 */
import { joinRemote } from '../model/address.js';
import { DeliveryFault, type FaultFacts } from './fault.js';
import { makePartId, oldParts, partName } from './part-names.js';
import type { Parcel, ParcelFile, Receipt, RemoteFolder, Sight } from './target.js';

export interface Place {
  readonly address: string;
  /** The folder, as its server names it. */
  readonly path: string;
  readonly readBack: boolean;
  readonly mode?: string;
}

export async function sendTo(remote: RemoteFolder, place: Place, parcel: Parcel): Promise<Receipt> {
  const id = makePartId();
  const parts = new Map(parcel.files.map((file) => [file, partName(file.name, id)]));
  try {
    let compared: Receipt['compared'] = 'hash';
    for (const [file, part] of parts) {
      await remote.put(file.local, part);
      if ((await compare(remote, place, file, part)) === 'size') compared = 'size';
      if (place.mode !== undefined) await remote.setMode(part, place.mode);
    }
    await clearOldParts(remote, parcel, [...parts.values()][0] ?? '');
    await renameAll(remote, parcel, parts);
    await lookAgain(remote, place, parcel);
    return receiptOf(remote, place, parcel, compared);
  } catch (error) {
    if (!isLost(error)) for (const part of parts.values()) await remote.remove(part).catch(() => undefined);
    throw error;
  }
}

/** Without changing anything. */
export async function lookAt(remote: RemoteFolder, place: Place, parcel: Parcel): Promise<Sight> {
  let isClear = true;
  for (const { name, bytes, sha256 } of parcel.files) {
    if ((await remote.size(name)) !== bytes) return { seen: 'absent' };
    const hash = await remote.hash(name);
    if (hash === undefined) isClear = false;
    else if (hash !== sha256) return { seen: 'absent' };
  }
  return isClear ? { seen: 'there', receipt: receiptOf(remote, place, parcel, 'hash') } : { seen: 'unclear' };
}

async function compare(
  remote: RemoteFolder,
  place: Place,
  file: ParcelFile,
  part: string,
): Promise<Receipt['compared']> {
  const size = await remote.size(part);
  if (size !== file.bytes) {
    const says = `of ${file.bytes} bytes the receiver has ${size ?? 'none'}`;
    throw different(place, says, 'Ask the receiver whether its disk or a quota is full.');
  }
  const hash = place.readBack ? await remote.hash(part) : undefined;
  if (hash === undefined) return 'size';
  if (hash === file.sha256) return 'hash';
  throw different(place, 'what was read back is not what was sent', 'Ask the receiver to check its disk.');
}

/** The last file tells the receiver that the others are there: before it nothing of an earlier night may remain. */
async function renameAll(
  remote: RemoteFolder,
  { files, stale }: Parcel,
  parts: ReadonlyMap<ParcelFile, string>,
): Promise<void> {
  try {
    for (const [at, file] of files.entries()) {
      if (at === files.length - 1) for (const name of stale) await remote.remove(name);
      await remote.replace(parts.get(file) ?? '', file.name);
    }
  } catch (error) {
    throw error instanceof DeliveryFault && isLost(error) ? error.withOutcomeUnknown() : error;
  }
}

/** A file that is gone again was fetched in the meantime. */
async function lookAgain(remote: RemoteFolder, place: Place, { files }: Parcel): Promise<void> {
  for (const { name, bytes } of files) {
    const size = await remote.size(name).catch((error: unknown) => {
      throw error instanceof DeliveryFault ? error.withOutcomeUnknown() : error;
    });
    if (size !== undefined && size !== bytes) {
      const says = `after the rename ${name} has ${size} bytes instead of ${bytes}`;
      throw different(place, says, 'Ask the receiver whether something else writes this file.');
    }
  }
}

async function clearOldParts(remote: RemoteFolder, { namesLike }: Parcel, fresh: string): Promise<void> {
  for (const name of oldParts(await remote.listParts(), namesLike, fresh)) await remote.remove(name);
}

function receiptOf(
  { hostKey }: RemoteFolder,
  { path }: Place,
  { files }: Parcel,
  compared: Receipt['compared'],
): Receipt {
  return {
    files: files.map(({ name, bytes, sha256 }) => ({ path: joinRemote(path, name), bytes, sha256 })),
    compared,
    ...(hostKey !== undefined && { hostKey }),
  };
}

function different({ address }: Place, says: string, cure: string): DeliveryFault {
  const facts: FaultFacts = { step: 'compare', kind: 'passing', says, cure };
  return new DeliveryFault(address, facts);
}

const isLost = (error: unknown): boolean => error instanceof DeliveryFault && error.facts.kind === 'lost';
