/** The extraction against sources that misbehave. */
import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { extract } from '../../src/extract/extract.js';
import { systemClock } from '../../src/platform/clock.js';
import type { RawColumn, SisSource } from '../../src/extract/source.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import { ExportError } from '../../src/model/errors.js';
import { Notices } from '../../src/model/notices.js';
import { writeCampusFile, type CampusFile } from '../support/campus-file.js';
import { aDistrict, aGuardian, aRoster, aStudent } from '../support/given.js';

let folder = '';
let file: CampusFile;
const source = (filename = file.path): SisSource => sqliteSource({ client: 'better-sqlite3', filename });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'extract-'));
  file = writeCampusFile(aDistrict(aStudent(), aRoster()));
});
afterEach(async () => {
  file.remove();
  await rm(folder, { recursive: true });
});

async function refusal(of: SisSource): Promise<ExportError> {
  const path = join(folder, 'snapshot.sqlite');
  const outcome: unknown = await extract(of, path, { notices: new Notices() }).catch(
    (error: unknown) => error,
  );
  if (outcome instanceof ExportError) return outcome;
  throw new Error('the source was not refused', { cause: outcome });
}

describe('cells of a megabyte', () => {
  it('are cut where a column of them could exceed the longest text, to more than is ever sent', async () => {
    file.remove();
    file = writeCampusFile(
      aDistrict(Array.from({ length: 70 }, (_, at) => aStudent({ personID: 20_001 + at }))),
    );
    const database = new Database(file.path);
    database.prepare('UPDATE Identity SET firstName = ?').run(`Ann${'x'.repeat(1_000_000)}`);
    database.close();
    const path = join(folder, 'snapshot.sqlite');
    const { snapshot } = await extract(source(), path, { notices: new Notices() });
    const names = [...snapshot.rows('Person')].map(({ firstName }) => firstName?.length);
    snapshot.close();
    expect(names.length).toBe(70);
    expect(new Set(names)).toEqual(new Set([4_096]));
  });
});

describe('a SQLite source', () => {
  it('that does not exist is named, with the setting to fix', async () => {
    const { exitCode, message } = await refusal(source(join(folder, 'none.sqlite')));
    expect(exitCode).toBe(4);
    expect(message).toContain('none.sqlite does not exist. Check source.connection.filename');
    expect(existsSync(join(folder, 'none.sqlite'))).toBe(false);
  });

  it('that is a folder is refused', async () => {
    expect((await refusal(source(folder))).message).toBe(`${folder} is not a file.`);
  });

  it('that is no database is refused without its content', async () => {
    const path = join(folder, 'text.sqlite');
    writeFileSync(path, 'names of children, and not a database at all '.repeat(100));
    const { exitCode, message } = await refusal(source(path));
    expect({ exitCode, message }).toEqual({
      exitCode: 4,
      message: `The SIS database ${path} is not a SQLite database, or is encrypted. (SQLITE_NOTADB)`,
    });
  });

  it('that is locked by a writer is refused in words', async () => {
    const writer = new Database(file.path);
    writer.exec('BEGIN EXCLUSIVE');
    try {
      const { exitCode, message } = await refusal(source());
      expect(exitCode).toBe(4);
      expect(message).toContain('is locked by another program');
    } finally {
      writer.close();
    }
  }, 30_000);

  it('is read as of one moment, whatever is written meanwhile', async () => {
    const writer = new Database(file.path);
    writer.pragma('journal_mode = WAL');
    let written = false;
    const { snapshot } = await extract(source(), join(folder, 'snapshot.sqlite'), {
      notices: new Notices(),
      onTable: () => {
        if (!written) writer.exec('DELETE FROM "Roster"');
        written = true;
      },
    });
    expect([...snapshot.rows('Roster')]).toHaveLength(1);
    snapshot.close();
    writer.close();
  });
});

const withoutLast = (column: RawColumn): RawColumn => ({ values: () => column.values().slice(0, -1) });

describe('a read that ends early', () => {
  /** Gives the rows of a query but the last one. */
  const leaky = (table: string): SisSource => ({
    ...source(),
    label: 'leaky',
    withView: (work) =>
      source().withView((view) =>
        work({
          ...view,
          readColumns: async function* (query) {
            const isTable = query.toSQL().sql.includes(`\`${table}\` as`);
            for await (const { count, columns } of view.readColumns(query)) {
              if (!isTable) yield { count, columns };
              else yield { count: count - 1, columns: columns.map(withoutLast) };
            }
          },
        }),
      ),
  });

  it.each(['Enrollment', 'Roster', 'Person', 'Section'])('of %s stops the refresh', async (table) => {
    const { exitCode, message } = await refusal(leaky(table));
    expect(exitCode).toBe(4);
    expect(message).toBe(
      `Only 0 of 1 rows of ${table} could be read. Nothing was published; run the refresh again.`,
    );
  });
});

it('relationships that change between their two reads are not used', async () => {
  file.remove();
  file = writeCampusFile(aDistrict(aStudent(), aRoster(), aGuardian()));
  const isByStudent = (sql: string): boolean => sql.includes('order by `t`.`personID1`');
  const restless: SisSource = {
    ...source(),
    withView: (work) =>
      source().withView((view) => {
        let isSecond = false;
        return work({
          ...view,
          readColumns: async function* (query) {
            isSecond = isByStudent(query.toSQL().sql);
            for await (const { count, columns } of view.readColumns(query))
              yield isSecond ? { count: count - 1, columns: columns.map(withoutLast) } : { count, columns };
          },
          read: async function* (query) {
            for await (const batch of view.read(query))
              yield isSecond ? batch.map(([rows]) => [Number(rows) - 1]) : batch;
          },
        });
      }),
  };
  const policy = { attempts: 1, firstWaitMs: 1, longestWaitMs: 1, deadlineMs: 1_000 };
  const path = join(folder, 'snapshot.sqlite');
  await expect(
    extract(restless, path, { notices: new Notices(), retries: { policy, clock: systemClock } }),
  ).rejects.toThrow('1 rows of RelatedPair were read, but then there were 0');
});

it('reports each finished table', async () => {
  const told: string[] = [];
  const { snapshot } = await extract(source(), join(folder, 'snapshot.sqlite'), {
    notices: new Notices(),
    onTable: (table, rows) => told.push(`${table} ${rows}`),
  });
  expect(told).toEqual(expect.arrayContaining(['SchoolYear 2', 'Enrollment 1', 'Roster 1', 'Person 1']));
  snapshot.close();
});
