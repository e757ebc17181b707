/** The demo district as a SQLite file: loaded once for all suites of a process, since a copy takes a hundredth of the time. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDemoDistrict } from '../../src/demo/load.js';

export const DEMO_CSV = join(import.meta.dirname, '../../../fixtures/demo');

let loaded: Buffer | undefined;

/** Writes it to the path. */
export function demoDistrict(path: string): void {
  if (loaded === undefined) loadDemoDistrict(DEMO_CSV, path);
  else writeFileSync(path, loaded);
  loaded ??= readFileSync(path);
}
