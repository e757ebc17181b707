/** What a preview leaves behind where it is asked to: the bundle and its lists. They hold personal data. */
import { chmodSync, copyFileSync, constants, existsSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { diskFault } from '../faults/disk.js';
import { makeFolder } from '../home/folders.js';
import { ExportError } from '../model/errors.js';

const NAMES = {
  bundle: '.zip',
  exclusions: '-exclusions.csv',
  vanished: '-vanished.csv',
} as const;

export type KeptFiles = Readonly<Partial<Record<keyof typeof NAMES, string>>>;

/** Throws before anything is read: the home is not written to, and nothing is written over. */
export function requireOut(out: string, home: string, connections: readonly string[]): void {
  const [folder, inside] = [resolve(out), resolve(home)];
  if (folder === inside || folder.startsWith(`${inside}${sep}`))
    throw new ExportError(
      'usage',
      `--out ${out} is in the home folder, which a preview never changes. Choose another.`,
    );
  const there = connections
    .flatMap((name) => Object.values(NAMES).map((end) => join(folder, `${name}${end}`)))
    .filter((path) => existsSync(path));
  if (there.length > 0)
    throw new ExportError('usage', `${there.join(', ')} exists already. Remove it, or choose another --out.`);
}

/** Gives the paths. */
export function keepFiles(out: string, connection: string, files: KeptFiles): readonly string[] {
  const folder = makeFolder(resolve(out));
  return Object.entries(files).map(([kind, from]) => {
    const to = join(folder, `${connection}${NAMES[kind as keyof typeof NAMES]}`);
    try {
      copyFileSync(from, to, constants.COPYFILE_EXCL);
      chmodSync(to, 0o600);
    } catch (error) {
      throw diskFault(to, error) ?? error;
    }
    return to;
  });
}
