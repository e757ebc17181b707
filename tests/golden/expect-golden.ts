/** Stored files that a test compares with; `UPDATE_GOLDEN=1` renews them. */
import { expect } from '@jest/globals';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** `path`: below the folder of stored files. */
export function expectGolden(path: string, text: string): void {
  const golden = join('fixtures/golden', path);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(dirname(golden), { recursive: true });
    writeFileSync(golden, text);
  }
  expect(text).toBe(readFileSync(golden, 'utf8'));
}
