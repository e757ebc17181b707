import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Names of what src/home/scratch.ts and SQLite create there. */
const OF_THE_PROGRAM = /^(?:oneroster-export-|etilqs_)/;

/**
 * Fails the run if the program left anything in the folder for temporary files, and lists it. Removes the folder, with what the
 * tests left in it.
 */
export default function nothingLeft() {
  const folder = tmpdir(); // set by own-temporary-folder.js
  const left = readdirSync(folder).filter((name) => OF_THE_PROGRAM.test(name));
  const lines = left.flatMap((name) => [name, ...namesIn(folder, name)]);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 }); // a server that ends may still write
  if (left.length > 0)
    throw new Error(
      `The program left these in the folder for temporary files:\n${lines.map((name) => `  ${name}\n`).join('')}`,
    );
}

const namesIn = (folder, name) =>
  lstatSync(join(folder, name)).isDirectory()
    ? readdirSync(join(folder, name)).map((inside) => `${name}/${inside}`)
    : [];
