/** Gives a file the name of another one, on servers whose rename refuses a name that is taken. */
import { DeliveryFault, isCutOff } from './fault.js';
import type { RemoteFolder } from './target.js';

export interface Replacement {
  readonly from: string;
  readonly to: string;
  readonly replace: 'rename' | 'delete-then-rename';
  /** Where the settings stand: `delivery.sftp`. */
  readonly settings: string;
}

export async function replaceFile(
  remote: Pick<RemoteFolder, 'look' | 'remove'>,
  { from, to, replace, settings }: Replacement,
  rename: () => Promise<void>,
): Promise<void> {
  try {
    await rename();
  } catch (error) {
    if (!(error instanceof DeliveryFault) || isCutOff(error)) throw error;
    // Only a name that is taken is a reason to remove anything.
    if ((await remote.look(to)).is === 'absent' || (await remote.look(from)).is === 'absent') throw error;
    if (replace !== 'delete-then-rename') throw cannotReplace(error, settings);
    await remote.remove(to);
    await rename().catch((second: unknown) => {
      throw second instanceof DeliveryFault
        ? second.withFacts({ says: `${second.facts.says}; the earlier ${to} was removed before` })
        : second;
    });
  }
}

function cannotReplace(fault: DeliveryFault, settings: string): DeliveryFault {
  return fault.withFacts({
    kind: 'lasting',
    says: `the server cannot rename over an existing file: ${fault.facts.says}`,
    hint: `Set ${settings}.replace: delete-then-rename, which leaves a moment without any file, or use a name with a date.`,
  });
}
