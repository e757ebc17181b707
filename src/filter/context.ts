/**
 * What the rules of one connection may read besides the record: the year, the as-of day, the settings, the small
 * tables (schools, calendars, grade levels, trials, terms) and a byte of facts per person.
 */
import type { SisRow } from '../campus/tables.js';
import type { ConnectionSettings } from '../model/settings.js';
import type { LocalDate } from '../model/values.js';
import { ByteMap, IdSet } from '../snapshot/id-map.js';
import { GuidStore } from '../snapshot/guid-store.js';
import { GroupCursor } from '../snapshot/group-cursor.js';
import { GradeLevels } from './grade-levels.js';
import type { Wanted } from './wanted.js';
import type { ActiveYear, PersonRow, Snapshot } from '../snapshot/snapshot.js';

/** Facts about a person that rules use, one bit each. */
export const PERSON = {
  exists: 1,
  identity: 2,
  everydayNames: 4,
  sentNamesWithLegal: 8,
  guid: 16,
  username: 32,
} as const;

/** The small tables of the active year, read once and shared by all connections of a refresh. */
export interface District {
  readonly year: ActiveYear;
  readonly districts: ReadonlyMap<number, SisRow<'District'>>;
  readonly schools: ReadonlyMap<number, SisRow<'School'>>;
  /** Of every year. */
  readonly calendars: ReadonlyMap<number, SisRow<'Calendar'>>;
  readonly structures: ReadonlyMap<number, SisRow<'ScheduleStructure'>>;
  readonly gradeLevels: GradeLevels;
  readonly terms: ReadonlyMap<number, TermOfCalendar>;
  readonly activeTrials: IdSet;
  /** PERSON bits by personID. */
  readonly people: ByteMap;
  /** Person.personGUID by personID. */
  readonly guids: GuidStore;
  /** By table: keys that several rows have although they differ. */
  readonly repeated: ReadonlyMap<string, ReadonlySet<number>>;
}

export { hasEnded, overlapsYear } from '../snapshot/dates.js';

export interface TermOfCalendar extends SisRow<'Term'> {
  readonly calendarID: number;
}

export interface Context {
  readonly district: District;
  readonly asOf: LocalDate;
  readonly settings: ConnectionSettings;
  readonly wanted: Wanted;
}

export function loadDistrict(snapshot: Snapshot): District {
  const byId = <Row>(rows: Iterable<Row>, id: (row: Row) => number): Map<number, Row> =>
    new Map([...rows].map((row) => [id(row), row]));
  const structures = byId(snapshot.rows('ScheduleStructure'), (row) => row.structureID);
  const calendarOfSchedule = new Map(
    [...snapshot.rows('TermSchedule')].map((row) => [
      row.termScheduleID,
      structures.get(row.structureID)?.calendarID,
    ]),
  );
  const activeTrials = new IdSet();
  for (const trial of snapshot.rows('Trial')) if (trial.active === 1) activeTrials.add(trial.trialID);
  return {
    year: snapshot.year,
    districts: byId(snapshot.rows('District'), (row) => row.districtID),
    schools: byId(snapshot.rows('School'), (row) => row.schoolID),
    calendars: byId(snapshot.rows('Calendar'), (row) => row.calendarID),
    structures,
    gradeLevels: new GradeLevels(snapshot.rows('GradeLevel')),
    terms: new Map(
      [...snapshot.rows('Term')].flatMap((term): [number, TermOfCalendar][] => {
        const calendarID = calendarOfSchedule.get(term.termScheduleID);
        return calendarID === undefined ? [] : [[term.termID, { ...term, calendarID }]];
      }),
    ),
    activeTrials,
    ...personFacts(snapshot),
    repeated: repeatedKeys(snapshot),
  };
}

function repeatedKeys(snapshot: Snapshot): District['repeated'] {
  const repeated = new Map<string, Set<number>>();
  for (const { table, id } of snapshot.rows('RepeatedKey'))
    repeated.set(table, (repeated.get(table) ?? new Set()).add(id));
  return repeated;
}

const FACT_COLUMNS = [
  'personID',
  'personGUID',
  'identityID',
  'firstName',
  'lastName',
  'legalFirstName',
  'legalLastName',
] as const satisfies readonly (keyof PersonRow)[];

function personFacts(snapshot: Snapshot): Pick<District, 'people' | 'guids'> {
  const people = new ByteMap();
  const guids = new GuidStore();
  const accounts = new GroupCursor(
    snapshot.cells('UserAccount', ['personID', 'username']),
    ([personID]) => personID,
    'UserAccount.personID',
  );
  for (const [personID, guid, identityID, first, last, legalFirst, legalLast] of snapshot.cells(
    'Person',
    FACT_COLUMNS,
  )) {
    if (guid !== null) guids.set(personID, guid);
    const hasUsername = accounts.take(personID).some(([, username]) => username !== null);
    const hasSentNames = (legalFirst ?? first) !== null && (legalLast ?? last) !== null;
    people.set(
      personID,
      PERSON.exists |
        (identityID === null ? 0 : PERSON.identity) |
        (first !== null && last !== null ? PERSON.everydayNames : 0) |
        (hasSentNames ? PERSON.sentNamesWithLegal : 0) |
        (guid === null ? 0 : PERSON.guid) |
        (hasUsername ? PERSON.username : 0),
    );
  }
  return { people, guids };
}
