/** Queries the SIS for ids by ids and by texts, using its indexes. */
import type { Knex } from 'knex';
import type { SisTableName } from '../../campus/tables.js';
import type { StaffRowKey } from './subject.js';
import { aliased, declaredColumn, hasTable, type Names } from '../../extract/names.js';
import { inIds, rowsOfYear } from '../../extract/queries.js';
import type { SisView } from '../../extract/source.js';

export class Lookup {
  #endYear: number | undefined;

  constructor(
    private readonly view: SisView,
    private readonly names: Names,
  ) {}

  /** Of the rows whose `column` is one of the ids: what `wanted` holds. */
  async ids(
    table: SisTableName,
    wanted: string,
    column: string,
    among: readonly number[],
  ): Promise<readonly number[]> {
    if (among.length === 0 || !this.#has(table, wanted, column)) return [];
    return await this.#read(inIds(this.#from(table), this.column(table, column), among), table, wanted);
  }

  /** The same, of rows of the active year only. */
  async idsOfYear(
    table: SisTableName,
    wanted: string,
    column: string,
    among: readonly number[],
  ): Promise<readonly number[]> {
    if (among.length === 0 || !this.#has(table, wanted, column)) return [];
    const query = rowsOfYear(this.names, table, await this.endYear());
    return await this.#read(inIds(query, `t.${this.column(table, column)}`, among), table, wanted, 't.');
  }

  /** Text keys compare case-insensitively; as written first, which an index answers. */
  async byText(table: SisTableName, wanted: string, column: string, key: string): Promise<readonly number[]> {
    if (key === '' || !this.#has(table, wanted, column)) return [];
    const name = this.column(table, column);
    const asWritten = this.#from(table).whereRaw('?? = cast(? as varchar(200))', [name, key]);
    const found = await this.#read(asWritten, table, wanted);
    if (found.length > 0 || key.toLowerCase() === key.toUpperCase()) return found;
    const anyCase = this.#from(table).whereRaw('lower(??) = ?', [name, key.toLowerCase()]);
    return await this.#read(anyCase, table, wanted);
  }

  /** personIDs of identities of which each word is a part of the first or the last name; case is ignored. */
  async peopleNamed(words: readonly string[]): Promise<readonly number[]> {
    if (words.length === 0 || !this.#has('Identity', 'personID', 'firstName', 'lastName')) return [];
    const columns = ['firstName', 'lastName'].map((name) => this.column('Identity', name));
    const query = this.#from('Identity');
    for (const word of words) {
      const part = `%${word.toLowerCase().replace(/[!%_[]/g, '!$&')}%`;
      void query.where((any) => {
        for (const name of columns) void any.orWhereRaw("lower(??) like ? escape '!'", [name, part]);
      });
    }
    return await this.#read(query, 'Identity', 'personID');
  }

  /** personIDs of others who have the GUID of one of these people, whose verdict depends on them. */
  async withSameGuid(people: readonly number[]): Promise<readonly number[]> {
    if (people.length === 0 || !this.#has('Person', 'personGUID')) return [];
    const [id, guid] = [this.column('Person', 'personID'), this.column('Person', 'personGUID')];
    const own = inIds(this.#from('Person'), id, people).whereNotNull(guid);
    const guids = new Set<string>();
    for await (const batch of this.view.read(own.select(this.names.knex.raw('lower(??)', [guid]))))
      for (const [text] of batch) guids.add(String(text));
    if (guids.size === 0) return [];
    const places = [...guids].map(() => '?').join(', ');
    const all = this.#from('Person').whereRaw(`lower(??) in (${places})`, [guid, ...guids]);
    const known = new Set(people);
    return (await this.#read(all, 'Person', 'personID')).filter((person) => !known.has(person));
  }

  /** courseIDs of the active year; a course number repeats from school to school. */
  async courses(number: string, school?: string): Promise<readonly number[]> {
    if (number === '') return [];
    return await this.#read(this.#coursesOfYear(number, await this.endYear(), school), 'Course', 'courseID');
  }

  /** Section numbers are whole numbers in most installs and texts in some, so they are compared as texts. */
  async sections(course: string, section: string, school?: string): Promise<readonly number[]> {
    const courses = this.#coursesOfYear(course, await this.endYear(), school);
    const number = this.column('Section', 'number');
    const written = [section, ...(/^\d{1,9}$/.test(section) ? [String(Number(section))] : [])];
    const query = this.#from('Section')
      .whereIn(this.column('Section', 'courseID'), courses.select(this.column('Course', 'courseID')))
      .where((any) => {
        for (const each of written) void any.orWhereRaw('cast(?? as varchar(20)) = ?', [number, each]);
      });
    return await this.#read(query, 'Section', 'sectionID');
  }

  /** Rows without historyID have the same id as in the list of exclusions. */
  async staffRowsWithoutId(sectionID: number, personID: number): Promise<readonly StaffRowKey[]> {
    const table = 'SectionStaffHistory';
    const query = this.#from(table)
      .where(this.column(table, 'sectionID'), sectionID)
      .where(this.column(table, 'personID'), personID);
    if (this.#has(table, 'historyID')) void query.whereNull(this.column(table, 'historyID'));
    const found = await this.#read(query, table, 'sectionID');
    return found.map((): StaffRowKey => `${sectionID}-${personID}`);
  }

  /** Of the texts, those that a column holds, in order. */
  async texts(table: SisTableName, column: string, among: readonly string[]): Promise<readonly string[]> {
    if (among.length === 0 || !this.#has(table, column)) return [];
    const name = this.column(table, column);
    const query = this.#from(table).whereIn(name, among).distinct(name).orderBy(name).limit(5);
    return await this.#texts(query);
  }

  /** Codes of the sections of a course number, for a wrong section number. */
  async sectionNumbers(course: string): Promise<readonly string[]> {
    const courses = this.#coursesOfYear(course, await this.endYear());
    const name = this.column('Section', 'number');
    const query = this.#from('Section')
      .whereIn(this.column('Section', 'courseID'), courses.select(this.column('Course', 'courseID')))
      .distinct(name)
      .orderBy(name)
      .limit(5);
    return await this.#texts(query);
  }

  async endYear(): Promise<number> {
    if (this.#endYear === undefined) {
      const query = this.#from('SchoolYear').where(this.column('SchoolYear', 'active'), 1);
      this.#endYear = (await this.#read(query, 'SchoolYear', 'endYear'))[0] ?? 0;
    }
    return this.#endYear;
  }

  column(table: SisTableName, name: string): string {
    return declaredColumn(this.names, table, name) ?? name;
  }

  #coursesOfYear(number: string, endYear: number, school?: string): Knex.QueryBuilder {
    const calendars = this.#from('Calendar')
      .select(this.column('Calendar', 'calendarID'))
      .where(this.column('Calendar', 'endYear'), endYear);
    if (school !== undefined) {
      const schools = this.#from('School')
        .select(this.column('School', 'schoolID'))
        .where(this.column('School', 'number'), school);
      void calendars.whereIn(this.column('Calendar', 'schoolID'), schools);
    }
    return this.#from('Course')
      .where(this.column('Course', 'number'), number)
      .whereIn(this.column('Course', 'calendarID'), calendars);
  }

  /** Without the padding of fixed-length columns. */
  async #texts(query: Knex.QueryBuilder): Promise<readonly string[]> {
    const found = new Set<string>();
    for await (const batch of this.view.read(query)) {
      for (const [text] of batch) found.add(String(text).trim());
    }
    return [...found];
  }

  #has(table: SisTableName, ...columns: readonly string[]): boolean {
    return (
      hasTable(this.names, table) &&
      columns.every((name) => declaredColumn(this.names, table, name) !== undefined)
    );
  }

  async #read(
    query: Knex.QueryBuilder,
    table: SisTableName,
    wanted: string,
    alias = '',
  ): Promise<readonly number[]> {
    const ids: number[] = [];
    const column = `${alias}${this.column(table, wanted)}`;
    for await (const batch of this.view.read(query.clone().distinct(column))) {
      for (const [id] of batch) if (id !== null) ids.push(Number(id));
    }
    return ids;
  }

  #from(table: SisTableName): Knex.QueryBuilder {
    return this.names.knex(aliased(this.names, table, table));
  }
}
