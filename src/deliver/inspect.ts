/** Tries what a delivery needs, with empty files of our own that go away again. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeScratchFolder } from '../state/scratch.js';
import { DeliveryFault } from './fault.js';
import { makePartId, partName } from './part-names.js';
import type { Inspection, RemoteFolder } from './target.js';

/** `name`: of the file that is delivered there. */
export async function inspectFolder(
  address: string,
  name: string,
  open: () => Promise<RemoteFolder>,
): Promise<Inspection> {
  let found: Inspection = { address, hostKeys: [], offers: {}, remarks: [] };
  try {
    const remote = await open();
    try {
      const { hostKey, offers } = remote;
      const freeBytes = await remote.freeBytes();
      found = {
        ...found,
        hostKeys: hostKey === undefined ? [] : [hostKey],
        offers,
        ...(freeBytes !== undefined && { freeBytes }),
      };
      return { ...found, remarks: await tryEverything(remote, name) };
    } finally {
      await remote.close();
    }
  } catch (error) {
    if (!(error instanceof DeliveryFault)) throw error;
    const { step, shown = found.hostKeys } = error.facts;
    return { ...found, hostKeys: shown, fault: { step, message: error.message } };
  }
}

async function tryEverything(remote: RemoteFolder, name: string): Promise<readonly string[]> {
  const scratch = makeScratchFolder();
  const [first, second] = [partName(name, makePartId()), partName(name, makePartId())];
  try {
    const empty = join(scratch, 'empty');
    await writeFile(empty, '');
    await remote.put(empty, first);
    await remote.put(empty, second);
    // Over one that is there already: the second night is not like the first.
    await remote.replace(first, second);
    const canRead = (await remote.hash(second)) !== undefined;
    return canRead ? [] : ['Files cannot be read back, so a delivery is compared by its size only.'];
  } finally {
    for (const part of [first, second]) await remote.remove(part).catch(() => undefined);
    await rm(scratch, { recursive: true, force: true });
  }
}
