/**
 * One CSV per finding for the people who fix the data: ids and numbers, the school, the facts. The records go
 * through a private temporary file of SQLite, so that memory stays flat. Names are included only on request.
 */
import { chmodSync, closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { keepNoJournal } from '../model/sqlite-pragma.js';
import type { SisRow } from '../campus/tables.js';
import { assignmentsBySchool } from '../snapshot/assignments.js';
import { GroupCursor } from '../snapshot/group-cursor.js';
import { IdSet } from '../snapshot/id-map.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import type { Finding, Found, FoundFacts } from './findings/finding.js';
import { findings } from './register.js';

interface ListedRow {
  readonly kind: string;
  readonly id: string;
  readonly personID: number | null;
  readonly schoolID: number | null;
  readonly facts: string;
  readonly studentNumber: string | null;
  readonly staffNumber: string | null;
  readonly lastName: string | null;
  readonly firstName: string | null;
  readonly ownSchoolID: number | null;
}

/** They have columns of their own. */
const OWN_COLUMNS: ReadonlySet<string> = new Set(['personID', 'schoolID']);

/** A district's findings have no connection. Codes have a dot in them, so no two lists ever share a name. */
export function listName({ code }: Pick<Finding, 'code'>, connection: string | undefined): string {
  return `${connection === undefined ? '' : `${connection}.`}${code}.csv`;
}

export class FoundLists {
  readonly #database = new Database(''); // unnamed: no one else can read it; deleted when closed
  readonly #insert: Database.Statement;
  readonly #people = new IdSet();
  /** By list: the names of the facts, which become its last columns. */
  readonly #columns = new Map<string, Set<string>>();

  constructor() {
    keepNoJournal(this.#database);
    this.#database.exec(
      'CREATE TABLE found (list TEXT, kind TEXT, id TEXT, personID INTEGER, schoolID INTEGER, facts TEXT)',
    );
    this.#database.exec(
      `CREATE TABLE person (personID INTEGER PRIMARY KEY, studentNumber TEXT, staffNumber TEXT, lastName TEXT,
        firstName TEXT, ownSchoolID INTEGER)`,
    );
    this.#database.exec('BEGIN');
    this.#insert = this.#database.prepare('INSERT INTO found VALUES (?, ?, ?, ?, ?, ?)');
  }

  add(list: string, { kind, id, personID, schoolID, facts = {} }: Found): void {
    const columns = this.#columns.get(list) ?? new Set<string>();
    for (const name of Object.keys(facts)) if (!OWN_COLUMNS.has(name)) columns.add(name);
    this.#columns.set(list, columns);
    if (personID !== undefined) this.#people.add(personID);
    this.#insert.run(list, kind, String(id), personID ?? null, schoolID ?? null, JSON.stringify(facts));
  }

  /** Writes the lists, and removes those of an earlier run whose findings are gone. Returns their names. */
  write(
    folder: string,
    snapshot: Snapshot,
    connections: readonly string[],
    withNames: boolean,
  ): readonly string[] {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#addPeople(snapshot, withNames);
    this.#database.exec('CREATE INDEX found_by_list ON found (list)');
    const schools = new Map([...snapshot.rows('School')].map((school) => [school.schoolID, school]));
    for (const finding of findings) {
      const names = finding.scope === 'district' ? [undefined] : connections;
      for (const connection of names) rmSync(join(folder, listName(finding, connection)), { force: true });
    }
    for (const [list, facts] of this.#columns)
      this.#writeList(folder, { list, facts: [...facts], withNames }, schools);
    return [...this.#columns.keys()];
  }

  close(): void {
    this.#database.close();
  }

  #addPeople(snapshot: Snapshot, withNames: boolean): void {
    const insert = this.#database.prepare('INSERT INTO person VALUES (?, ?, ?, ?, ?, ?)');
    const schoolOf = schoolOfPeople(snapshot);
    for (const { personID, studentNumber, staffNumber, lastName, firstName } of snapshot.rows('Person')) {
      const school = schoolOf(personID);
      if (!this.#people.has(personID)) continue;
      const name = withNames ? [lastName, firstName] : [null, null];
      insert.run(personID, studentNumber, staffNumber, ...name, school);
    }
  }

  #writeList(
    folder: string,
    { list, facts, withNames }: { list: string; facts: readonly string[]; withNames: boolean },
    schools: ReadonlyMap<number, SisRow<'School'>>,
  ): void {
    const path = join(folder, list);
    const rows = this.#database
      .prepare('SELECT * FROM found LEFT JOIN person USING (personID) WHERE list = ? ORDER BY found.rowid')
      .iterate(list) as IterableIterator<ListedRow>;
    const file = openSync(path, 'w', 0o600);
    try {
      chmodSync(path, 0o600); // a file that was there keeps its mode
      const names = withNames ? ['lastName', 'firstName'] : [];
      const header = ['kind', 'id', 'personID', 'studentNumber', 'staffNumber', ...names, 'school', ...facts];
      // Without the mark, spreadsheets read the file in the code page of the machine.
      writeSync(file, `\ufeff${csvLine(header)}`);
      for (const row of rows) {
        const { kind, id, personID, studentNumber, staffNumber, lastName, firstName } = row;
        const schoolID = row.schoolID ?? row.ownSchoolID;
        const values = JSON.parse(row.facts) as FoundFacts;
        const school = schoolID === null ? null : (schools.get(schoolID)?.number ?? schoolID);
        const name = withNames ? [lastName, firstName] : [];
        const cells = [kind, id, personID, studentNumber, staffNumber, ...name, school];
        writeSync(file, csvLine([...cells, ...facts.map((fact) => values[fact])]));
      }
    } finally {
      closeSync(file);
    }
  }
}

/** Where a person is enrolled or assigned, so that each school finds its own people; call it in ascending order of ids. */
function schoolOfPeople(snapshot: Snapshot): (personID: number) => number | null {
  const schoolOfCalendar = new Map(
    [...snapshot.rows('Calendar')].map(({ calendarID, schoolID }) => [calendarID, schoolID]),
  );
  const enrollments = new GroupCursor(
    snapshot.rows('Enrollment'),
    (row) => row.personID,
    'Enrollment.personID',
  );
  const assignments = new GroupCursor(
    assignmentsBySchool(snapshot),
    (row) => row.personID,
    'EmploymentAssignment.personID',
  );
  return (personID) => {
    const [enrollment] = enrollments.take(personID);
    const [assignment] = assignments.take(personID);
    return schoolOfCalendar.get(enrollment?.calendarID ?? -1) ?? assignment?.schoolID ?? null;
  };
}

type Cell = string | number | boolean | null | undefined;

export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** A spreadsheet would run a cell that starts like a formula; the apostrophe makes it plain text. */
function csvCell(value: Cell): string {
  if (value === null || value === undefined) return '';
  const text = String(value);
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
