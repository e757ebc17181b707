/** The language lint is in force: it finds a word of the deny list in any file, and none in this repository. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');

function lint(...files: readonly string[]): { readonly status: number | null; readonly hits: string } {
  const { status, stderr } = spawnSync(process.execPath, ['.config/language.js', ...files], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return { status, hits: stderr };
}

describe('the language lint', () => {
  it('finds nothing in the repository', () => {
    expect(lint()).toEqual({ status: 0, hits: '' });
  });

  it.each([
    ['Mend it in Campus.', 'fix'],
    ['The student is out because he left.', 'the student'],
    ['The bundle is held back.', 'on hold'],
    ['A cell has a blank.', 'a space'],
    ['The behaviour of the rule.', 'the American spelling'],
  ])('fails on "%s"', (text, instead) => {
    const folder = mkdtempSync(join(tmpdir(), 'language-'));
    try {
      const path = join(folder, 'page.md');
      writeFileSync(path, `A good line.\n${text}\n`);
      const { status, hits } = lint(path);
      expect(status).toBe(1);
      expect(hits).toContain('page.md:2: ');
      expect(hits).toContain(`write ${instead}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
