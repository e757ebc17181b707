/** Writes the editors' JSON Schemas of the config and of a fleet; with `--check` only tells whether the written ones are up to date. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { editorSchema, fleetSchema } from '../src/config/editor-schema.js';

const SCHEMAS = { 'oneroster.schema.json': editorSchema, 'fleet.schema.json': fleetSchema };

for (const [name, schema] of Object.entries(SCHEMAS)) {
  // Seen from build/scripts, where this file runs.
  const target = fileURLToPath(new URL(`../../config/${name}`, import.meta.url));
  const fresh = await format(JSON.stringify(schema()), {
    ...(await resolveConfig(target)),
    filepath: target,
  });
  if (!process.argv.includes('--check')) {
    await writeFile(target, fresh);
  } else if ((await readFile(target, 'utf8').catch(() => '')) !== fresh) {
    console.error(`config/${name} is stale: run node build/scripts/write-config-schema.js`);
    process.exitCode = 1;
  }
}
