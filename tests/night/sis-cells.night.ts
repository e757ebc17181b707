/** Anything that SQLite can hold, in any cell of Campus: the read gives rows that a bundle can hold, or stops as a fault of the source. */
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { sisTables } from '../../src/campus/tables.js';
import { AS_OF, makeSite, makeSmallDistrict, TWO_CONNECTIONS, type Site } from '../refresh/small-district.js';
import { anyCharacter } from '../support/any-character.js';
import { makeFolder, removeFolders, run, STACK_TRACE } from '../support/cli.js';
import { openCampusFile } from '../support/outcome.js';
import { foreseen, fuzz } from './bounds.js';

let folder = '';
let plain = '';
let site: Site;
beforeAll(() => {
  folder = makeFolder();
  plain = join(folder, 'plain.sqlite');
  makeSmallDistrict(plain);
  site = makeSite(join(folder, 'site'), TWO_CONNECTIONS);
});
afterAll(removeFolders);

type Cell = string | number | bigint | null | Buffer;

const cells: fc.Arbitrary<Cell> = fc.oneof(
  fc.constant(null),
  fc.constantFrom<Cell>(
    0,
    -1,
    1,
    2n ** 63n - 1n,
    -(2n ** 63n),
    2n ** 53n + 1n,
    1e308,
    -1e-308,
    0.5,
    Infinity,
  ),
  fc.constantFrom<Cell>(
    '',
    ' ',
    '0',
    '1',
    '-1',
    '1.0',
    '1e3',
    '0x10',
    'NULL',
    'Y',
    'true',
    '\0',
    'a\0b',
    '\ud800',
  ),
  fc.constantFrom<Cell>(
    '2026-10-15',
    '2026-02-30',
    '10/15/2026',
    '2026-10-15T00:00:00Z',
    '0000-00-00',
    '9999-12-31',
  ),
  fc.constantFrom<Cell>(
    '{00000000-0000-4000-8000-000000000002}',
    '00000000-0000-4000-8000-000000000002',
    '=cmd()|x',
  ),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.double({ noNaN: true }),
  fc.string({ unit: anyCharacter, maxLength: 40 }),
  fc.constantFrom<Cell>('x'.repeat(300), 'é'.repeat(300_000), 'a,"\r\n'.repeat(100)),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
);

interface Change {
  readonly table: string;
  readonly column: string;
  /** Every so many rows; 1 is all of them. */
  readonly every: number;
  readonly cell: Cell;
}

const columns = sisTables.flatMap(({ name, columns: all }) =>
  all.map((column) => ({ table: name, column: column.name })),
);
const changes: fc.Arbitrary<readonly Change[]> = fc.array(
  fc
    .record({ place: fc.constantFrom(...columns), every: fc.constantFrom(1, 2, 3), cell: cells })
    .map(({ place, every, cell }) => ({ ...place, every, cell })),
  { minLength: 1, maxLength: 4 },
);

/** A copy of the district with the changes; one that the table's own constraints refuse is left out. */
function spoil(path: string, made: readonly Change[]): void {
  copyFileSync(plain, path);
  const database = new Database(path);
  for (const { table, column, every, cell } of made) {
    try {
      database
        .prepare(`UPDATE OR IGNORE "${table}" SET "${column}" = ? WHERE rowid % ? = 0`)
        .run(cell, every);
    } catch (error) {
      if (!/^SQLITE_(CONSTRAINT|ERROR|MISMATCH)/.test(String((error as { code?: unknown }).code)))
        throw error;
    }
  }
  database.close();
}

it('any cell is read, or stops the read as a fault of the source', async () => {
  const path = join(folder, 'spoiled.sqlite');
  await fuzz(
    changes,
    { list: 'random cells of Campus', runs: 100, cpuSeconds: 5, growsMb: 400 },
    async (made) => {
      rmSync(path, { force: true });
      spoil(path, made);
      try {
        const opened = await openCampusFile(path);
        try {
          for (const version of ['1.1', '1.2'] as const) {
            const outcome = opened.judge({ version, asOf: AS_OF });
            for (const row of outcome.rows('users'))
              expect(
                Object.values(row).filter(
                  (cell) => /[\0-\x1f]/.test(cell) || Buffer.from(cell).toString() !== cell,
                ),
              ).toEqual([]);
          }
        } finally {
          opened.close();
        }
      } catch (error) {
        foreseen(error, 'source');
      }
    },
  );
});

it('a refresh of any cells ends with a bundle, a hold or a fault of the source', async () => {
  // The work is in processes of their own, which the usual limit of a hang bounds.
  await fuzz(
    changes,
    { list: 'refreshes of random cells', runs: 8, cpuSeconds: 5, growsMb: 400 },
    async (made) => {
      rmSync(site.home, { recursive: true, force: true });
      rmSync(site.district, { force: true });
      spoil(site.district, made);
      const { code, stdout, stderr } = await run([...site.refresh, '--json'], {
        node: ['--max-old-space-size=300'],
      });
      expect([0, 3, 4]).toContain(code);
      expect(stderr + stdout).not.toMatch(STACK_TRACE);
      expect(stderr + stdout).not.toMatch(/unexpected error/i);
    },
  );
});
