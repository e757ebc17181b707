/** What a rule says that it saw, against what it reads: `explain` must name every column on which a rule may depend. */
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { DEMO_AS_OF } from '../../src/demo/days.js';
import { extract } from '../../src/extract/extract.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import { aideAssignmentRules, aideRules } from '../../src/filter/aides.js';
import { assignmentsBySchool } from '../../src/filter/assignments.js';
import { loadDistrict, type Context, type District } from '../../src/filter/context.js';
import { rosterRules, teacherEnrollmentRules, type EnrollmentContext } from '../../src/filter/enrollments.js';
import { decide } from '../../src/filter/filter.js';
import { guardianRules, relationshipRules, relationshipSubjects } from '../../src/filter/guardians.js';
import { SCHOOL_MISSING } from '../../src/filter/reasons.js';
import type { Rule, Rules } from '../../src/filter/rule.js';
import { named } from '../../src/filter/saw.js';
import { schoolRules, type SchoolSubject } from '../../src/filter/schools.js';
import {
  courseRules,
  excludedCourseMasters,
  sectionRules,
  type SectionSubject,
} from '../../src/filter/sections.js';
import { enrollmentRules, studentRules } from '../../src/filter/students.js';
import { siftTeacher, teacherAssignmentRules, teacherRules } from '../../src/filter/teachers.js';
import { Notices } from '../../src/model/notices.js';
import type { RoleName } from '../../src/roster/roster.js';
import { UNNAMED, type Snapshot } from '../../src/snapshot/snapshot.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { aConnection } from '../support/connections.js';
import { demoDistrict } from '../support/demo-district.js';

/** The same values; the name of each id, date, flag or code that is read goes into `read`. */
function watched<T>(value: T, read: Set<string>): T {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Map)
    return {
      has: (key: unknown) => value.has(key),
      get: (key: unknown) => watched<unknown>(value.get(key), read),
    } as T;
  if (!['Object', 'Array'].includes(value.constructor.name)) return value;
  return new Proxy(value, {
    get: (owner, property) => {
      const found: unknown = Reflect.get(owner, property, owner);
      if (typeof property === 'symbol' || typeof found === 'function') return found;
      if (typeof found === 'object' && found !== null) return watched(found, read);
      if (found !== undefined && !Array.isArray(owner)) read.add(property);
      return found;
    },
  });
}

/** What a rule reads of a subject and of what it looks up, and does not name; a column is named alone or after its row. */
function unnamed<Subject, Context>(
  rule: Rule<Subject, Context>,
  subject: Subject,
  context: Context,
): readonly string[] {
  const read = new Set<string>();
  const facts = rule.excludes(watched(subject, read), watched(context, read));
  const names = Object.keys({ ...rule.saw(subject, context), ...facts });
  const said = new Set(names.map((name) => name.split('.').at(-1)));
  return [...read].filter((name) => !said.has(name)).map((name) => `${rule.code} reads ${name}`);
}

const unnamedBy = <Subject, Context>(
  rules: Rules<Subject, Context>,
  subjects: Iterable<Subject>,
  context: Context,
): readonly string[] =>
  [...subjects].flatMap((subject) => rules.flatMap((rule) => unnamed(rule, subject, context)));

interface Demo {
  readonly snapshot: Snapshot;
  readonly district: District;
}

const openDemo = async (): Promise<Demo> => {
  const folder = makeFolder();
  const filename = join(folder, 'district.sqlite');
  demoDistrict(filename);
  const source = sqliteSource({ client: 'better-sqlite3', filename });
  const { snapshot } = await extract(source, UNNAMED, { notices: new Notices() });
  return { snapshot, district: loadDistrict(snapshot) };
};

const demo = openDemo();

afterAll(async () => {
  (await demo).snapshot.close();
  removeFolders();
});

/** Schools, courses and sections: the findings of one connection. */
function ofRecords({ snapshot, district }: Demo, context: EnrollmentContext): readonly string[] {
  const { scope, sections } = context;
  const calendars = [...scope.activeCalendars.values()];
  const schools: SchoolSubject[] = [...district.schools.values()].map((school) => ({
    school,
    calendars: calendars.filter(({ schoolID }) => schoolID === school.schoolID),
    shared: scope.sharedOrgs.schools.get(school.schoolID),
  }));
  const placements = [...snapshot.rows('SectionPlacement')];
  const subjects: SectionSubject[] = [...snapshot.rows('Section')].map((section) => ({
    section,
    courseExists: sections.courses.has(section.courseID),
    courseExclusion: undefined,
    placements: section.sectionID % 2,
    termIDs: placements.flatMap((row) => (row.sectionID === section.sectionID ? [row.termID] : [])),
    isHomeroom: section.homeroomSection === 1,
  }));
  const excluded = { ...context, excludedCourseMasters: excludedCourseMasters(snapshot) };
  return [
    ...unnamedBy<SchoolSubject, Context>(schoolRules, schools, context),
    ...unnamedBy(courseRules, snapshot.rows('Course'), excluded),
    ...unnamedBy(sectionRules, subjects, context),
  ];
}

function ofPeople({ snapshot }: Demo, context: EnrollmentContext): readonly string[] {
  const assignments = [...assignmentsBySchool(snapshot)];
  const staffRows = [...snapshot.rows('SectionStaffHistory')];
  const people = [...snapshot.cells('Person', ['personID'])].map(([personID]) => personID);
  const enrollments = [...snapshot.rows('Enrollment')];
  const inRole = <Role extends RoleName>(role: Role) => people.map((personID) => ({ personID, role }));
  const teachers = people.map((personID) => {
    const isOwn = (row: { readonly personID: number }): boolean => row.personID === personID;
    return siftTeacher(personID, assignments.filter(isOwn), staffRows.filter(isOwn), context);
  });
  return [
    ...unnamedBy(enrollmentRules, snapshot.rows('Enrollment'), context),
    ...unnamedBy(
      studentRules,
      inRole('student').map((student) => ({
        ...student,
        primary: enrollments.find(({ personID }) => personID === student.personID),
      })),
      context,
    ),
    ...unnamedBy(teacherAssignmentRules, assignments, context),
    ...unnamedBy(teacherRules, teachers, context),
    ...unnamedBy(aideAssignmentRules, assignments, context),
    ...unnamedBy(aideRules, inRole('aide'), context),
    ...unnamedBy(
      relationshipRules,
      relationshipSubjects([...snapshot.rows('RelatedPair')], context),
      context,
    ),
    ...unnamedBy(guardianRules, inRole('guardian'), context),
    ...unnamedBy(rosterRules, [...snapshot.rows('Roster')].slice(0, 2_000), context),
    ...unnamedBy(teacherEnrollmentRules, staffRows, context),
  ];
}

it.each([
  aConnection({ version: '1.1', schools: ['0010', '0020'], legalNames: 'send' }),
  aConnection({ version: '1.2', endedRosters: 'drop', include: { aides: false } }),
  aConnection({
    version: '1.2',
    only: {
      students: {
        grades: { by: 'state', keys: { '10': ['10'] } },
        enrollmentTypes: ['P'],
        withClasses: true,
        ids: ['1'],
      },
      sections: {
        courses: ['0*'],
        departments: ['Science'],
        subjects: ['03'],
        homeroom: 'exclude',
        terms: 'current',
        teachers: 'required',
      },
      staff: { roles: ['teacher', 'counselor'], withSections: true, schools: ['0010'] },
      pilot: { schools: ['0010'], students: 5 },
    },
  }),
])('each rule names every column that it reads, for OneRoster $version', async (settings) => {
  const opened = await demo;
  const context = decide({
    ...opened,
    settings,
    asOf: DEMO_AS_OF,
    notices: new Notices(),
    report: () => undefined,
  });
  expect([...new Set([...ofRecords(opened, context), ...ofPeople(opened, context)])]).toEqual([]);
});

it('a misspelled column does not compile', () => {
  const calendar = { endDate: DEMO_AS_OF };
  expect(named('calendar', calendar, 'endDate')).toEqual({ 'calendar.endDate': DEMO_AS_OF });
  // @ts-expect-error the column is endDate
  expect(named('calendar', calendar, 'enddate')).toEqual({ 'calendar.enddate': undefined });
});

it('a column that a rule reads and does not name is found', () => {
  const silent: Rule<{ readonly noShow: number }, object> = {
    ...SCHOOL_MISSING,
    excludes: ({ noShow }) => (noShow === 1 ? {} : undefined),
    saw: () => ({}),
  };
  expect(unnamed(silent, { noShow: 0 }, {})).toEqual(['SCHOOL_MISSING reads noShow']);
});
