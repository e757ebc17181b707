/**
 * Why each record vanished: takes the list of rows that a bundle no longer has and the list of what the rules left out; gives
 * one line for each with the rule that drops it now, its number and its school, and the counts. Holds neither list in memory.
 */
import Database from 'better-sqlite3';
import { keepNoJournal } from '../model/sqlite-pragma.js';
import type { Vanished, VanishedCount, VanishedRecord } from '../model/vanished.js';
import { ROLE_NAMES } from '../roster/roster.js';
import { Snapshot } from '../snapshot/snapshot.js';
import { CsvFile } from '../write/csv-file.js';
import { readList } from './read-list.js';
import { subjectsOf } from './subject.js';

export interface VanishedRequest {
  /** As `assemble` wrote it. */
  readonly removed: string;
  /** The exclusions list of the new bundle. */
  readonly exclusions: string;
  /** Path of the sealed snapshot. */
  readonly snapshot: string;
  /** Path of the new list: file, sourcedId, rule, number, school, grade. */
  readonly into: string;
}

/** Later columns are appended at the end. */
export const VANISHED_COLUMNS = ['file', 'sourcedId', 'rule', 'number', 'school', 'grade'] as const;

export async function explainVanished(request: VanishedRequest): Promise<Vanished> {
  const database = new Database('');
  try {
    keepNoJournal(database);
    database.exec(TABLES);
    database.exec('BEGIN');
    const schools = readSnapshot(database, request.snapshot);
    await readRemoved(database, request.removed, schools);
    await readExclusions(database, request.exclusions);
    writeVanished(database, request.into);
    return {
      counts: database.prepare(COUNTS).all() as VanishedCount[],
      first: database.prepare(FIRST).all() as VanishedRecord[],
    };
  } finally {
    database.close();
  }
}

const TABLES = `
  CREATE TABLE present (kind TEXT, id TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID;
  CREATE TABLE guid (kind TEXT, guid TEXT, id TEXT, PRIMARY KEY (kind, guid)) WITHOUT ROWID;
  CREATE TABLE excluded (kind TEXT, id TEXT, rule TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID;
  CREATE TABLE gone (seq INTEGER PRIMARY KEY, file TEXT, sourcedId TEXT, number TEXT, school TEXT, grade TEXT, rule TEXT);
  CREATE TABLE subject (seq INTEGER, rank INTEGER, kind TEXT, id TEXT, PRIMARY KEY (seq, rank)) WITHOUT ROWID;
`;

const COUNTS = `
  SELECT file, rule, school, count(*) AS count FROM gone GROUP BY file, rule, school ORDER BY file, count DESC, rule, school`;

/** So many are read by people. */
const SHOWN = 200;

const FIRST = `
  SELECT file, sourcedId, rule, number, school, grade FROM gone
  ORDER BY CASE file WHEN 'users' THEN 0 WHEN 'classes' THEN 1 WHEN 'enrollments' THEN 2 ELSE 3 END, file, school, rule, number, sourcedId
  LIMIT ${SHOWN}`;

/** Gives the number of each school by its GUID. */
function readSnapshot(database: Database.Database, path: string): ReadonlyMap<string, string> {
  const present = database.prepare('INSERT OR IGNORE INTO present VALUES (?, ?)');
  const guid = database.prepare('INSERT OR IGNORE INTO guid VALUES (?, ?, ?)');
  const snapshot = Snapshot.open(path);
  try {
    for (const [personID, personGUID] of snapshot.cells('Person', ['personID', 'personGUID'])) {
      present.run('person', String(personID));
      if (personGUID !== null) guid.run('person', personGUID.toUpperCase(), String(personID));
    }
    for (const [sectionID] of snapshot.cells('Section', ['sectionID']))
      present.run('section', String(sectionID));
    for (const [rosterID] of snapshot.cells('Roster', ['rosterID'])) present.run('roster', String(rosterID));
    for (const [courseID] of snapshot.cells('Course', ['courseID'])) present.run('course', String(courseID));
    for (const { districtID, districtGUID } of snapshot.rows('District'))
      guid.run('district', (districtGUID ?? '').toUpperCase(), String(districtID));
    const numbers = new Map<string, string>();
    for (const { schoolID, schoolGUID, number } of snapshot.rows('School')) {
      if (schoolGUID === null) continue;
      guid.run('school', schoolGUID.toUpperCase(), String(schoolID));
      numbers.set(schoolGUID.toUpperCase(), number ?? schoolGUID);
    }
    return numbers;
  } finally {
    snapshot.close();
  }
}

const isPerson = (kind: string): boolean => ROLE_NAMES.some((each) => each === kind);

async function readRemoved(
  database: Database.Database,
  path: string,
  schools: ReadonlyMap<string, string>,
): Promise<void> {
  const gone = database.prepare(
    'INSERT INTO gone (file, sourcedId, number, school, grade) VALUES (?, ?, ?, ?, ?) RETURNING seq',
  );
  const subject = database.prepare('INSERT INTO subject VALUES (?, ?, ?, ?)');
  const byGuid = database.prepare('SELECT id FROM guid WHERE kind = ? AND guid = ?').pluck();
  await readList(path, ([file = '', sourcedId = '', number = '', school = '', grade = '']) => {
    const named = schools.get(school.toUpperCase()) ?? school;
    const { seq } = gone.get(file, sourcedId, number, named, grade) as { seq: number };
    for (const [rank, { kind, id }] of subjectsOf(file, sourcedId).entries()) {
      const found = byGuid.get(isPerson(kind) ? 'person' : kind, id.toUpperCase()) as string | undefined;
      subject.run(seq, rank, kind, found ?? id);
    }
  });
}

/** The first reason of a record is the one that counts. */
async function readExclusions(database: Database.Database, path: string): Promise<void> {
  const excluded = database.prepare('INSERT OR IGNORE INTO excluded VALUES (?, ?, ?)');
  await readList(path, ([kind = '', id = '', rule = '']) => excluded.run(kind, id, rule));
  database.exec(`
    UPDATE gone SET rule = coalesce(
      (SELECT e.rule FROM subject s JOIN excluded e ON e.kind = s.kind AND e.id = s.id
       WHERE s.seq = gone.seq ORDER BY s.rank LIMIT 1),
      (SELECT 'STILL_IN_CAMPUS' FROM subject s JOIN present p ON p.id = s.id
         AND p.kind = CASE WHEN s.kind IN (${ROLE_NAMES.map((kind) => `'${kind}'`).join(', ')}) THEN 'person' ELSE s.kind END
       WHERE s.seq = gone.seq LIMIT 1),
      'NOT_IN_CAMPUS')`);
}

function writeVanished(database: Database.Database, path: string): void {
  const file = new CsvFile(path, VANISHED_COLUMNS);
  try {
    const rows = database
      .prepare('SELECT file, sourcedId, rule, number, school, grade FROM gone ORDER BY file, sourcedId')
      .raw()
      .iterate() as IterableIterator<string[]>;
    for (const row of rows) file.put(row);
  } finally {
    file.close();
  }
}
