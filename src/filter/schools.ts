/** Which schools, districts and calendars a connection covers. Everything else depends on them. */
import type { SisRow } from '../campus/tables.js';
import type { KeptDistrict, KeptSchool } from '../roster/roster.js';
import type { Context } from './context.js';
import type { ReportExclusion } from './exclusions.js';
import {
  DISTRICT_MISSING,
  GUID_SHARED,
  LMS_CALENDAR,
  LMS_SCHOOL,
  NO_GUID,
  SCHOOL_MISSING,
  SCHOOL_NOT_IN_SCOPE,
  YEAR_NOT_ACTIVE,
} from './reasons.js';
import { firstExclusion, type Exclusion, type Facts, type Rule, type Rules } from './rule.js';
import { named } from './saw.js';
import { othersIn, repeatedFacts, type SharedPeople } from './shared-ids.js';

/** A school with the facts that rules use. */
export interface SchoolSubject {
  readonly school: SisRow<'School'>;
  readonly calendars: readonly SisRow<'Calendar'>[];
  /** Schools and districts that would have its sourcedId, as facts of it. */
  readonly shared?: Facts | undefined;
}

export const schoolRules = [
  {
    ...SCHOOL_NOT_IN_SCOPE,
    excludes: ({ school }, { settings: { schools } }) =>
      schools === 'all' || schools.some((number) => number.toLowerCase() === school.number?.toLowerCase())
        ? undefined
        : { schoolID: school.schoolID },
    saw: ({ school }, { settings: { schools } }) => ({
      ...(schools === 'all' ? { 'settings.schools': schools } : named('school', school, 'number')),
      ...named('school', school, 'schoolID'),
    }),
  },
  {
    ...LMS_SCHOOL,
    excludes: ({ school }) => (school.externalLMSExclude === 1 ? { schoolID: school.schoolID } : undefined),
    saw: ({ school }) => named('school', school, 'externalLMSExclude', 'schoolID'),
  },
  {
    code: 'SCHOOL_NO_CALENDAR',
    says: 'The school has no calendar in the active year.',
    source: 'Campus: OneRoster Prerequisites, Additional Census Records; the year is part of every record',
    applies: [4, 40],
    fixIn: 'System Administration > Calendar > Calendar',
    excludes: ({ school, calendars }) => (calendars.length === 0 ? { schoolID: school.schoolID } : undefined),
    saw: ({ school, calendars }) => ({
      calendars: calendars.length,
      ...named('school', school, 'schoolID'),
    }),
  },
  {
    ...LMS_CALENDAR,
    excludes: ({ school, calendars }) =>
      calendars.every((calendar) => calendar.externalLMSExclude === 1)
        ? { schoolID: school.schoolID }
        : undefined,
    // The first calendar that is not marked keeps the school.
    saw: ({ school, calendars }) => ({
      ...named(
        'calendar',
        calendars.find((calendar) => calendar.externalLMSExclude !== 1) ?? calendars[0],
        'externalLMSExclude',
      ),
      ...named('school', school, 'schoolID'),
    }),
  },
  {
    ...NO_GUID,
    excludes: ({ school }) => (school.schoolGUID === null ? { schoolID: school.schoolID } : undefined),
    saw: ({ school }) => named('school', school, 'schoolGUID', 'schoolID'),
  },
  {
    ...GUID_SHARED,
    excludes: ({ school, shared }) => shared && { schoolID: school.schoolID, ...shared },
    saw: ({ school }) => named('school', school, 'schoolID'),
  },
] as const satisfies Rules<SchoolSubject, Context>;

/** The schools of a connection, and for every other school the reason why it is not one of them. */
export interface Scope {
  readonly schools: ReadonlyMap<number, KeptSchool>;
  readonly reasons: ReadonlyMap<number, Exclusion>;
  /** Districts of the schools in scope, those without a GUID left out. */
  readonly districts: ReadonlyMap<number, KeptDistrict>;
  /** Calendars of the active year, LMS-excluded or not. */
  readonly activeCalendars: ReadonlyMap<number, SisRow<'Calendar'>>;
  readonly sharedOrgs: SharedOrgs;
}

/** Schools and districts that would have one sourcedId in orgs: the facts of each. */
export interface SharedOrgs {
  readonly schools: ReadonlyMap<number, Facts>;
  readonly districts: ReadonlyMap<number, Facts>;
}

export interface ScopedContext extends Context {
  readonly scope: Scope;
  /** People whose user records would have one sourcedId. */
  readonly shared: SharedPeople;
}

export function scopeSchools(context: Context, report: ReportExclusion): Scope {
  const { district } = context;
  const activeCalendars = new Map(
    [...district.calendars].filter(([, calendar]) => calendar.endYear === district.year.endYear),
  );
  const subjects = [...district.schools.values()].map((school) => ({
    school,
    calendars: [...activeCalendars.values()].filter(({ schoolID }) => schoolID === school.schoolID),
  }));
  const reasonOf = (subject: SchoolSubject): Exclusion | undefined =>
    firstExclusion<SchoolSubject, Context>(schoolRules, subject, context);
  const sharedOrgs = findSharedOrgs(
    subjects.filter((subject) => reasonOf(subject) === undefined).map(({ school }) => school),
    context,
  );
  const districts = scopeDistricts(context, sharedOrgs);
  const schools = new Map<number, KeptSchool>();
  const reasons = new Map<number, Exclusion>();
  for (const { school, calendars } of subjects) {
    const exclusion = reasonOf({ school, calendars, shared: sharedOrgs.schools.get(school.schoolID) });
    if (exclusion === undefined) {
      schools.set(school.schoolID, keptSchool(school, calendars, districts, context));
    } else {
      reasons.set(school.schoolID, exclusion);
      report('school', school.schoolID, exclusion, { schoolID: school.schoolID });
    }
  }
  reportCalendars(context, activeCalendars, report);
  const used = new Set([...schools.values()].map(({ districtID }) => districtID));
  reportDistricts(context, { used, sharedOrgs }, report);
  return {
    schools,
    reasons,
    districts: new Map([...districts].filter(([districtID]) => used.has(districtID))),
    activeCalendars,
    sharedOrgs,
  };
}

/** `sent`: schools that no other rule leaves out; they bring their districts. */
function findSharedOrgs(sent: readonly SisRow<'School'>[], { district }: Context): SharedOrgs {
  const districtIDs = new Set(sent.map(({ districtID }) => districtID));
  const orgs = [
    ...sent.map(({ schoolID, schoolGUID }) => ({ kind: 'school', id: schoolID, guid: schoolGUID })),
    ...[...district.districts.values()]
      .filter(({ districtID }) => districtIDs.has(districtID))
      .map(({ districtID, districtGUID }) => ({ kind: 'district', id: districtID, guid: districtGUID })),
  ];
  const byGuid = new Map<string, { readonly kind: string; readonly id: number }[]>();
  for (const { guid, kind, id } of orgs) {
    if (guid === null) continue;
    const key = guid.toUpperCase();
    byGuid.set(key, [...(byGuid.get(key) ?? []), { kind, id }]);
  }
  const [schools, districts] = [new Map<number, Facts>(), new Map<number, Facts>()];
  for (const { kind, id } of orgs) {
    const [table, into] =
      kind === 'school' ? (['School', schools] as const) : (['District', districts] as const);
    const facts = repeatedFacts(district, table, [`${kind}ID`, id]);
    if (facts !== undefined) into.set(id, facts);
  }
  for (const members of byGuid.values()) {
    if (members.length < 2) continue;
    const names = members.map(({ kind, id }) => `${kind}-${id}`);
    for (const { kind, id } of members)
      (kind === 'school' ? schools : districts).set(id, othersIn(names, `${kind}-${id}`));
  }
  return { schools, districts };
}

/** The school's year runs from the earliest start to the latest end of the calendars that are sent. */
function keptSchool(
  school: SisRow<'School'>,
  calendars: readonly SisRow<'Calendar'>[],
  districts: Scope['districts'],
  { district: { year } }: Context,
): KeptSchool {
  const sent = calendars.filter((calendar) => calendar.externalLMSExclude !== 1);
  const starts = sent.map((calendar) => calendar.startDate ?? year.start).sort();
  const ends = sent.map((calendar) => calendar.endDate ?? year.end).sort();
  return {
    ...school,
    schoolGUID: school.schoolGUID ?? '',
    districtGUID: districts.get(school.districtID)?.districtGUID ?? null,
    yearStart: starts[0] ?? year.start,
    yearEnd: ends.at(-1) ?? year.end,
  };
}

function scopeDistricts({ district }: Context, { districts }: SharedOrgs): Map<number, KeptDistrict> {
  const kept = new Map<number, KeptDistrict>();
  for (const row of district.districts.values()) {
    if (row.districtGUID !== null && !districts.has(row.districtID))
      kept.set(row.districtID, { ...row, districtGUID: row.districtGUID });
  }
  return kept;
}

function reportDistricts(
  { district }: Context,
  { used, sharedOrgs }: { readonly used: Iterable<number>; readonly sharedOrgs: SharedOrgs },
  report: ReportExclusion,
): void {
  for (const [districtID, facts] of sharedOrgs.districts)
    report('district', districtID, { code: GUID_SHARED.code, facts: { districtID, ...facts } });
  for (const districtID of used) {
    const row = district.districts.get(districtID);
    if (row === undefined)
      report('district', districtID, { code: DISTRICT_MISSING.code, facts: { districtID } });
    else if (row.districtGUID === null)
      report('district', districtID, { code: NO_GUID.code, facts: { districtID } });
  }
}

/** Calendars of the years next to the active one, and those of it that are marked; older ones are not needed. */
function reportCalendars(
  { district }: Context,
  active: ReadonlyMap<number, SisRow<'Calendar'>>,
  report: ReportExclusion,
): void {
  for (const calendar of district.calendars.values()) {
    const facts = { calendarID: calendar.calendarID, endYear: calendar.endYear };
    if (!active.has(calendar.calendarID)) {
      if (Math.abs(calendar.endYear - district.year.endYear) <= 1) {
        report('calendar', calendar.calendarID, { code: YEAR_NOT_ACTIVE.code, facts }, calendar);
      }
    } else if (calendar.externalLMSExclude === 1) {
      report('calendar', calendar.calendarID, { code: LMS_CALENDAR.code, facts }, calendar);
    } else if (!district.schools.has(calendar.schoolID)) {
      report('calendar', calendar.calendarID, {
        code: SCHOOL_MISSING.code,
        facts: { schoolID: calendar.schoolID },
      });
    }
  }
}

/** The calendar of a record in the active year. */
export const calendarOf = (
  { calendarID }: { readonly calendarID: number },
  { scope }: ScopedContext,
): SisRow<'Calendar'> | undefined => scope.activeCalendars.get(calendarID);

/** How the rules of schools find the school of a row; undefined if the row has no calendar in the active year. */
interface SchoolOf<Row> {
  readonly id: (row: Row, context: ScopedContext) => number | null | undefined;
  readonly saw: (row: Row, context: ScopedContext) => Facts;
}

export const OWN_SCHOOL: SchoolOf<{ readonly schoolID: number | null }> = {
  id: ({ schoolID }) => schoolID,
  saw: ({ schoolID }) => ({ schoolID }),
};

export const SCHOOL_OF_CALENDAR: SchoolOf<{ readonly calendarID: number }> = {
  id: (row, context) => calendarOf(row, context)?.schoolID,
  saw: (row, context) => ({
    calendarID: row.calendarID,
    ...named('calendar', calendarOf(row, context), 'schoolID'),
  }),
};

/** The rules of a school, applied to a row of the school: the row is excluded for the same reason as its school. */
export function schoolRulesFor<Row>(school: SchoolOf<Row>): Rule<Row, ScopedContext>[] {
  const reasonOf = (row: Row, context: ScopedContext): Exclusion | undefined =>
    context.scope.reasons.get(school.id(row, context) ?? -1);
  const missing: Rule<Row, ScopedContext> = {
    ...SCHOOL_MISSING,
    excludes: (row, context) => {
      const schoolID = school.id(row, context);
      if (schoolID === undefined) return undefined;
      return schoolID !== null && context.district.schools.has(schoolID) ? undefined : { schoolID };
    },
    saw: (row, context) => {
      const schoolID = school.id(row, context) ?? undefined;
      const known = schoolID !== undefined && { 'school.known': context.district.schools.has(schoolID) };
      return { ...school.saw(row, context), ...known };
    },
  };
  return [
    missing,
    ...schoolRules.map((rule): Rule<Row, ScopedContext> => ({
      ...rule,
      excludes: (row, context) => {
        const reason = reasonOf(row, context);
        return reason?.code === rule.code ? reason.facts : undefined;
      },
      saw: (row, context) => ({
        ...school.saw(row, context),
        ...named('schoolReason', reasonOf(row, context), 'code'),
      }),
    })),
  ];
}
