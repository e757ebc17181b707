/**
 * How a parcel reaches a folder whole: every file under a temporary name, compared, and only then renamed, the last file last.
 * A reader of a final name sees the earlier file or the new one. Once the bytes have arrived and the rename was
 * acknowledged, the delivery is a success: what comes after can at most add a notice. A failure leaves what was there; what
 * it had uploaded is removed as far as the connection allows.
 */
import { joinRemote } from '../model/address.js';
import { temporaryNameOf } from '../model/temporary-name.js';
import { lookAfterwards, sayNotCompared } from './afterwards.js';
import { DeliveryFault, isCutOff, type FaultFacts } from './fault.js';
import { partIdOf } from './part-names.js';
import type { Place } from './place.js';
import type { DeliveryNotice, Parcel, ParcelFile, Receipt, RemoteFolder, Sight } from './target.js';

type Compared = Receipt['compared'];

/** What was found of one uploaded file. */
interface Arrived {
  readonly compared: Compared;
  /** By the receiver's clock. */
  readonly changedAt?: number | undefined;
}

export async function sendTo(remote: RemoteFolder, place: Place, parcel: Parcel): Promise<Receipt> {
  const arrived =
    place.upload === 'direct'
      ? await sendDirectly(remote, place, parcel)
      : await sendByParts(remote, place, parcel);
  const compared = weakest(arrived.map((each) => each.compared));
  const now = arrived.find(({ changedAt }) => changedAt !== undefined)?.changedAt;
  const notices: readonly DeliveryNotice[] = [
    ...(remote.notices ?? []),
    ...(compared === 'none' ? [sayNotCompared(place.upload)] : []),
    ...(await lookAfterwards(remote, place, parcel, now)),
  ];
  return { ...receiptOf(remote, place, parcel, compared), ...(notices.length > 0 && { notices }) };
}

/** Without changing anything. */
export async function lookAt(remote: RemoteFolder, place: Place, parcel: Parcel): Promise<Sight> {
  let isClear = true;
  for (const { name, bytes, sha256 } of parcel.files) {
    const look = await remote.look(name);
    if (look.is === 'absent') return { seen: 'absent' };
    if (look.is === 'there' && look.bytes !== undefined && look.bytes !== bytes) return { seen: 'absent' };
    const isWhole = look.is === 'there' && look.bytes === bytes;
    const hash = await remote.hash(name, bytes);
    if (hash !== undefined && hash !== sha256) return { seen: 'absent' };
    if (hash === undefined || !isWhole) isClear = false;
  }
  return isClear ? { seen: 'there', receipt: receiptOf(remote, place, parcel, 'hash') } : { seen: 'unclear' };
}

async function sendByParts(remote: RemoteFolder, place: Place, parcel: Parcel): Promise<readonly Arrived[]> {
  const id = partIdOf(parcel.files);
  const partOf = ({ name }: ParcelFile): string => temporaryNameOf(place.temporaryName, name, id);
  return await tidyingUp(remote, async (begun) => {
    const arrived: Arrived[] = [];
    for (const file of parcel.files) {
      const part = partOf(file);
      await remote.put(file.local, part, () => begun(part));
      const found = await compare(remote, place, file, part);
      if (found === undefined) throw collected(place, part);
      arrived.push(found);
      if (place.mode !== undefined) await remote.setMode(part, place.mode);
    }
    await renameAll(remote, place, parcel, partOf);
    return arrived;
  });
}

/** For servers that allow no other way: a reader may see a partial file. */
async function sendDirectly(
  remote: RemoteFolder,
  place: Place,
  { files, stale, confirm }: Parcel,
): Promise<readonly Arrived[]> {
  return await tidyingUp(remote, async (begun) => {
    const arrived: Arrived[] = [];
    await confirm?.();
    for (const [at, file] of files.entries()) {
      if (at === files.length - 1) for (const name of stale) await remote.remove(name);
      await remote
        .put(file.local, file.name, () => begun(file.name))
        .catch((error: unknown) => {
          throw isCutOff(error) && error instanceof DeliveryFault ? error.withOutcomeUnknown() : error;
        });
      const found = await compare(remote, place, file, file.name);
      // A file that is gone when it was closed was fetched.
      arrived.push(found ?? { compared: 'none' });
      if (found !== undefined && place.mode !== undefined) await remote.setMode(file.name, place.mode);
    }
    return arrived;
  });
}

/** After a failure, removes what was started, unless the connection is closed. */
async function tidyingUp<T>(
  remote: RemoteFolder,
  work: (begun: (name: string) => void) => Promise<T>,
): Promise<T> {
  const names = new Set<string>();
  try {
    return await work((name) => void names.add(name));
  } catch (error) {
    if (!(error instanceof DeliveryFault) || isCutOff(error)) throw error;
    const left: string[] = [];
    for (const name of names) await remote.remove(name).catch(() => void left.push(name));
    throw left.length > 0 ? error.withLeftBehind(left) : error;
  }
}

/** Undefined: there is no such file any more. */
async function compare(
  remote: RemoteFolder,
  place: Place,
  file: ParcelFile,
  name: string,
): Promise<Arrived | undefined> {
  const look = await remote.look(name);
  if (look.is === 'absent') return undefined;
  const { bytes, changedAt } = look.is === 'there' ? look : {};
  if (bytes !== undefined && bytes !== file.bytes) {
    const says = `the receiver has ${bytes} of ${file.bytes} bytes`;
    throw different(place, says, 'Ask the receiver whether its disk or a quota is full.');
  }
  const hash = place.readBack ? await remote.hash(name, file.bytes) : undefined;
  if (hash === undefined) return { compared: bytes === undefined ? 'none' : 'size', changedAt };
  if (hash === file.sha256) return { compared: 'hash', changedAt };
  throw different(
    place,
    'the file read back is not the file that was sent',
    'Ask the receiver to check its disk.',
  );
}

/** The last file tells the receiver that the others are there: before it nothing of an earlier night may remain. */
async function renameAll(
  remote: RemoteFolder,
  place: Place,
  { files, stale, confirm }: Parcel,
  partOf: (file: ParcelFile) => string,
): Promise<void> {
  await confirm?.();
  for (const [at, file] of files.entries()) {
    if (at === files.length - 1) for (const name of stale) await remote.remove(name);
    try {
      await remote.replace(partOf(file), file.name);
    } catch (error) {
      if (!(error instanceof DeliveryFault)) throw error;
      if (isCutOff(error)) throw error.withOutcomeUnknown();
      throw await explained(error, remote, place, partOf(file));
    }
  }
}

/** A part that is gone by the time of its rename was taken by the server: when it was closed, or when it was read. */
async function explained(
  fault: DeliveryFault,
  remote: RemoteFolder,
  place: Place,
  part: string,
): Promise<DeliveryFault> {
  const look = await remote.look(part).catch(() => ({ is: 'unclear' }) as const);
  if (look.is !== 'absent') return fault;
  if (!place.readBack) return collected(place, part);
  return fault.withFacts({
    kind: 'lasting',
    says: `${part} disappeared after it was read back and before it was renamed`,
    hint: `This server removes files that were read. Set ${place.settings}.readBack: false; if the file still disappears, set upload: direct.`,
  });
}

function collected({ address, settings }: Place, part: string): DeliveryFault {
  return new DeliveryFault(address, {
    step: 'compare',
    kind: 'lasting',
    says: `${part} disappeared as soon as it was closed: the server collects files on arrival`,
    hint: `Set ${settings}.upload: direct, which uploads under the final name.`,
  });
}

const STRENGTHS: readonly Compared[] = ['none', 'size', 'hash'];

const weakest = (all: readonly Compared[]): Compared =>
  STRENGTHS.find((each) => all.includes(each)) ?? 'hash';

function receiptOf(
  { hostKey }: RemoteFolder,
  { path }: Place,
  { files }: Parcel,
  compared: Compared,
): Receipt {
  return {
    files: files.map(({ name, bytes, sha256 }) => ({ path: joinRemote(path, name), bytes, sha256 })),
    compared,
    ...(hostKey !== undefined && { hostKey }),
  };
}

function different({ address }: Place, says: string, hint: string): DeliveryFault {
  const facts: FaultFacts = { step: 'compare', kind: 'passing', says, hint };
  return new DeliveryFault(address, facts);
}
