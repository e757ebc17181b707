/** Values that several records share, found through a private temporary SQLite file, not in memory. */
import Database from 'better-sqlite3';
import { keepNoJournal } from '../../model/sqlite-pragma.js';
import type { Found } from './finding.js';

export class Repeats {
  readonly #database = new Database(''); // unnamed: no one else can read it; deleted when closed
  readonly #insert: Database.Statement;

  constructor() {
    keepNoJournal(this.#database);
    this.#database.exec('CREATE TABLE seen (value TEXT, personID INTEGER, schoolID INTEGER)');
    this.#database.exec('BEGIN');
    this.#insert = this.#database.prepare('INSERT INTO seen VALUES (?, ?, ?)');
  }

  /** Values compare case-insensitively. */
  add(value: string, personID: number, schoolID: number | null): void {
    this.#insert.run(value.toLowerCase(), personID, schoolID);
  }

  /** Records that share a value with others. `group` identifies each set without the value itself. */
  *shared(): IterableIterator<Found> {
    const rows = this.#database
      .prepare(
        `SELECT personID, schoolID, people, dense_rank() OVER (ORDER BY least) AS "group" FROM seen
         JOIN (SELECT value, count(*) AS people, min(personID) AS least FROM seen GROUP BY value HAVING count(*) > 1)
           USING (value) ORDER BY "group", personID`,
      )
      .iterate() as IterableIterator<{
      personID: number;
      schoolID: number | null;
      people: number;
      group: number;
    }>;
    for (const { personID, schoolID, people, group } of rows)
      yield { kind: 'person', id: personID, personID, schoolID, facts: { group, people } };
  }

  close(): void {
    this.#database.close();
  }
}
