/** Writes the editors' JSON Schema of the config; with `--check` only tells whether the written one is up to date. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { editorSchema } from '../src/config/editor-schema.js';

// Seen from build/scripts, where this file runs.
const target = fileURLToPath(new URL('../../config/oneroster.schema.json', import.meta.url));
const fresh = await format(JSON.stringify(editorSchema()), {
  ...(await resolveConfig(target)),
  filepath: target,
});

if (!process.argv.includes('--check')) {
  await writeFile(target, fresh);
} else if ((await readFile(target, 'utf8').catch(() => '')) !== fresh) {
  console.error('config/oneroster.schema.json is stale: run node build/scripts/write-config-schema.js');
  process.exitCode = 1;
}
