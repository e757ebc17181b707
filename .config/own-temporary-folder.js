import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where systems look for the folder for temporary files. */
const VARIABLES = ['TMPDIR', 'TEMP', 'TMP'];

/** Gives a run its own folder for temporary files, which the threads and programs of the tests inherit. See nothing-left.js. */
export default function ownTemporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'run-'));
  chmodSync(folder, 0o755); // some tests run the program as another user
  for (const variable of VARIABLES) process.env[variable] = folder;
}
