/** What a terminal shows, compared with the file in `tests/commands/screens`; `UPDATE_GOLDEN=1` writes it anew. */
import { expect } from '@jest/globals';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** From build/tests/support. */
const SCREENS = join(import.meta.dirname, '../../../tests/commands/screens');

export function expectScreen(name: string, text: string): void {
  const path = join(SCREENS, `${name}.txt`);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(SCREENS, { recursive: true });
    writeFileSync(path, text);
  }
  expect(text).toBe(readFileSync(path, 'utf8'));
}
