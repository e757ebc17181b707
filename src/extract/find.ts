/**
 * Finds the record that somebody asks about by any key at hand, and the part of the district that its verdict hangs on. All
 * answers are ids; names are never looked at.
 */
import type { Knex } from 'knex';
import type { SisTableName } from '../campus/tables.js';
import { foundColumn, type Focus, type Names } from './queries.js';
import type { SisView } from './source.js';

export type SubjectKind = 'person' | 'section' | 'course' | 'enrollment';

/** Ids of the records that a key fits; of an enrollment rosterIDs and historyIDs. */
export interface FoundSubject {
  readonly kind: SubjectKind;
  readonly people: readonly number[];
  readonly sections: readonly number[];
  readonly courses: readonly number[];
  readonly rosters: readonly number[];
  readonly staffRows: readonly number[];
}

export interface Search {
  readonly found: FoundSubject;
  readonly focus: Focus;
  /** Numbers that look like the key, when nothing fits it. */
  readonly near: readonly string[];
}

const NOBODY: FoundSubject = {
  kind: 'person',
  people: [],
  sections: [],
  courses: [],
  rosters: [],
  staffRows: [],
};
/** More than this the key was not a key. */
const MOST_MATCHES = 20;

export async function search(view: SisView, names: Names, kind: SubjectKind, key: string): Promise<Search> {
  const finder = new Finder(view, names);
  const found = { ...NOBODY, kind, ...(await finders[kind](finder, key.trim())) };
  return { found, focus: await finder.focus(found), near: await finder.near(found, key.trim()) };
}

type Find = (finder: Finder, key: string) => Promise<Partial<FoundSubject>>;

const finders: Readonly<Record<SubjectKind, Find>> = {
  person: async (finder, key) => ({ people: await finder.people(key) }),
  section: async (finder, key) => ({ sections: await finder.sections(key) }),
  course: async (finder, key) => {
    const courses = isNumber(key) ? await finder.ids('Course', 'courseID', 'courseID', [Number(key)]) : [];
    return {
      courses: courses.length > 0 ? courses : await finder.byText('Course', 'courseID', 'number', key),
    };
  },
  enrollment: async (finder, key) => {
    const [, letter, digits] = /^([st]?)(\d{1,9})$/i.exec(key) ?? [];
    if (digits === undefined) return {};
    const id = [Number(digits)];
    return {
      rosters: letter === 't' ? [] : await finder.ids('Roster', 'rosterID', 'rosterID', id),
      staffRows: letter === 's' ? [] : await finder.ids('SectionStaffHistory', 'historyID', 'historyID', id),
    };
  },
};

const isNumber = (key: string): boolean => /^\d{1,9}$/.test(key);
const GUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

class Finder {
  constructor(
    private readonly view: SisView,
    private readonly names: Names,
  ) {}

  /** personID, student or staff number, username, or a sourcedId of either version. */
  async people(key: string): Promise<readonly number[]> {
    const [, bare = key] = /^[stagr]-?(\d{1,9}|[0-9a-f-]{36})$/i.exec(key) ?? [];
    if (GUID.test(bare)) return await this.byText('Person', 'personID', 'personGUID', bare);
    if (bare !== key) return await this.ids('Person', 'personID', 'personID', [Number(bare)]);
    const byId = isNumber(key) ? await this.ids('Person', 'personID', 'personID', [Number(key)]) : [];
    const byNumber = [
      ...(await this.byText('Person', 'personID', 'studentNumber', key)),
      ...(await this.byText('Person', 'personID', 'staffNumber', key)),
      ...(await this.byText('UserAccount', 'personID', 'username', key)),
    ];
    const people = distinct([...byId, ...byNumber]);
    return people.length > 0 || !isNumber(key) ? people : await this.#peopleWhoAreOnlyNamed(Number(key));
  }

  /** Somebody whom rows name although there is no such person: the reason is worth telling. */
  async #peopleWhoAreOnlyNamed(personID: number): Promise<readonly number[]> {
    const named = [
      ...(await this.ids('Enrollment', 'personID', 'personID', [personID])),
      ...(await this.ids('EmploymentAssignment', 'personID', 'personID', [personID])),
      ...(await this.ids('SectionStaffHistory', 'personID', 'personID', [personID])),
      ...(await this.ids('RelatedPair', 'personID2', 'personID2', [personID])),
    ];
    return distinct(named);
  }

  /** sectionID, or the course's number, a hyphen and the section's number. */
  async sections(key: string): Promise<readonly number[]> {
    if (isNumber(key)) return await this.ids('Section', 'sectionID', 'sectionID', [Number(key)]);
    const [, course, section] = /^(.+)-([^-]+)$/.exec(key) ?? [];
    if (course === undefined || section === undefined) return [];
    const courses = await this.byText('Course', 'courseID', 'number', course);
    if (courses.length === 0) return [];
    const query = this.#from('Section')
      .whereIn(this.#column('Section', 'courseID'), courses)
      .where(this.#column('Section', 'number'), isNumber(section) ? Number(section) : section);
    return await this.#read(query, 'Section', 'sectionID');
  }

  async ids(
    table: SisTableName,
    wanted: string,
    column: string,
    among: readonly number[],
  ): Promise<readonly number[]> {
    if (among.length === 0 || foundColumn(this.names, table, { name: wanted }) === undefined) return [];
    return await this.#read(this.#from(table).whereIn(this.#column(table, column), among), table, wanted);
  }

  /** Text keys compare case-insensitively. */
  async byText(table: SisTableName, wanted: string, column: string, key: string): Promise<readonly number[]> {
    const query = this.#from(table).whereRaw('lower(??) = ?', [
      this.#column(table, column),
      key.toLowerCase(),
    ]);
    return (await this.#read(query, table, wanted)).slice(0, MOST_MATCHES);
  }

  /** What the verdict hangs on: the other ends of relationships, the sections, their courses and their staff. */
  async focus(found: FoundSubject): Promise<Focus> {
    const rosters = found.rosters;
    const people = [
      ...found.people,
      ...(await this.ids('Roster', 'personID', 'rosterID', rosters)),
      ...(await this.ids('SectionStaffHistory', 'personID', 'historyID', found.staffRows)),
      ...(await this.ids('Roster', 'personID', 'sectionID', found.sections)),
    ];
    const taught = [
      ...found.sections,
      ...(await this.ids('SectionStaffHistory', 'sectionID', 'personID', people)),
      ...(await this.ids('Section', 'sectionID', 'courseID', found.courses)),
    ];
    const attended = [
      ...(await this.ids('Roster', 'sectionID', 'personID', found.people)),
      ...(await this.ids('Roster', 'sectionID', 'rosterID', rosters)),
    ];
    const around = distinct([
      ...people,
      ...(await this.ids('RelatedPair', 'personID1', 'personID2', people)),
      ...(await this.ids('RelatedPair', 'personID2', 'personID1', people)),
      ...(await this.ids('SectionStaffHistory', 'personID', 'sectionID', taught)),
    ]);
    const sections = distinct([...taught, ...attended]);
    const courses = distinct([
      ...found.courses,
      ...(await this.ids('Section', 'courseID', 'sectionID', sections)),
    ]);
    const ofPerson = [{ column: 'personID', ids: around }];
    return {
      Person: ofPerson,
      UserAccount: ofPerson,
      Enrollment: ofPerson,
      EmploymentAssignment: ofPerson,
      RelatedPair: [
        { column: 'personID1', ids: people },
        { column: 'personID2', ids: people },
      ],
      Roster: [
        { column: 'personID', ids: people },
        { column: 'sectionID', ids: found.sections },
      ],
      SectionStaffHistory: [
        { column: 'personID', ids: around },
        { column: 'sectionID', ids: sections },
      ],
      Section: [{ column: 'sectionID', ids: sections }],
      SectionPlacement: [{ column: 'sectionID', ids: sections }],
      Course: [{ column: 'courseID', ids: courses }],
    };
  }

  /** Student and staff numbers that begin alike: a digit too many, too few or wrong at the end. */
  async near(found: FoundSubject, key: string): Promise<readonly string[]> {
    const nothing = [found.people, found.sections, found.courses, found.rosters, found.staffRows].every(
      (ids) => ids.length === 0,
    );
    const stem = key.slice(0, Math.max(2, key.length - 1));
    if (!nothing || !/^\d{3,}$/.test(key) || found.kind !== 'person') return [];
    const near: string[] = [];
    for (const column of ['studentNumber', 'staffNumber']) {
      const name = this.#column('Person', column);
      const query = this.#from('Person').where(name, 'like', `${stem}%`).orderBy(name).limit(5).select(name);
      for await (const batch of this.view.read(query))
        near.push(...batch.map(([number]) => `${column} ${String(number)}`));
    }
    return near;
  }

  async #read(query: Knex.QueryBuilder, table: SisTableName, wanted: string): Promise<readonly number[]> {
    const ids: number[] = [];
    for await (const batch of this.view.read(query.clone().distinct(this.#column(table, wanted)))) {
      for (const [id] of batch) if (id !== null) ids.push(Number(id));
    }
    return ids;
  }

  #from(table: SisTableName): Knex.QueryBuilder {
    return this.names.knex(this.names.schema.get(table.toLowerCase())?.name ?? table);
  }

  #column(table: SisTableName, name: string): string {
    return foundColumn(this.names, table, { name }) ?? name;
  }
}

function distinct(ids: readonly number[]): readonly number[] {
  return [...new Set(ids)];
}
