/**
 * The filters of a connection as rules: what `only` does not ask for. They stand in the lists of the entities, in policy order. Those of
 * courses and classes are in `only-classes`.
 */
import type { SisRow } from '../campus/tables.js';
import type { Facts, Rule, RuleText } from './rule.js';
import type { Context } from './context.js';
import { named } from './saw.js';
import type { StaffBox } from './wanted.js';

const PREFIX = 'ONLY_';

/** Whether a rule is one of these filters. */
export const isFilter = (code: string): boolean => code.startsWith(PREFIX);

export const filterText = (code: `${typeof PREFIX}${string}`, key: string, says: string): RuleText => ({
  code,
  says,
  source: `connection setting only.${key}`,
  applies: [],
  fixIn: `connections[].only.${key} in the export config`,
});

interface Enrollment {
  readonly enrollmentID: number;
  readonly calendarID: number;
  readonly structureID: number;
  readonly grade: string | null;
  readonly serviceType: string | null;
}

export const lower = (value: string | null): string => (value ?? '').trim().toLowerCase();

export const onlyEnrollmentType: Rule<Enrollment, Context> = {
  ...filterText(
    'ONLY_ENROLLMENT_TYPE',
    'students.enrollmentTypes',
    'The connection does not get enrollments of this service type.',
  ),
  excludes: ({ enrollmentID, serviceType }, { wanted: { enrollmentTypes } }) =>
    enrollmentTypes === undefined || enrollmentTypes.has(lower(serviceType))
      ? undefined
      : { enrollmentID, serviceType },
  saw: ({ enrollmentID, serviceType }) => ({ enrollmentID, serviceType }),
};

interface Student {
  readonly personID: number;
  /** That gives the grade. */
  readonly primary: Enrollment | undefined;
}

const gradeLevelOf = ({ primary }: Student, { district }: Context) =>
  primary && district.gradeLevels.of(primary);

/** The grade by which students are selected: the local one, or the State Grade Level Code. */
function gradeOf(student: Student, context: Context): string | null {
  const grade = context.settings.useLocalGrades
    ? student.primary?.grade
    : gradeLevelOf(student, context)?.stateGrade;
  return grade ?? null;
}

/** Before the rules about the person: what a receiver does not get has no data to be fixed for it. */
export const onlyStudents: readonly Rule<Student, Context>[] = [
  {
    ...filterText('ONLY_STUDENT', 'students.ids', 'The connection does not list the student number.'),
    excludes: ({ personID }, { wanted: { students } }) =>
      students === undefined || students.has(personID) ? undefined : { personID },
    saw: ({ personID }) => ({ personID }),
  },
  {
    ...filterText('ONLY_GRADE', 'students.grades', 'The connection does not get students of this grade.'),
    excludes: (student, context) => {
      const { grades } = context.wanted;
      if (grades === undefined) return undefined;
      const grade = gradeOf(student, context);
      return grades.has(lower(grade)) ? undefined : { grade };
    },
    saw: (student, context) => ({
      ...named('settings', context.settings, 'useLocalGrades'),
      ...named('enrollment', student.primary, 'calendarID', 'structureID', 'grade'),
      ...named('gradeLevel', gradeLevelOf(student, context), 'stateGrade'),
    }),
  },
];

export const PILOT = filterText(
  'ONLY_PILOT',
  'pilot',
  'The record is not part of the pilot sample of the connection.',
);

/** After all others: what they see depends on which students, classes and teachers the other rules keep. */
export const onlySelectedStudents: readonly Rule<Pick<Student, 'personID'>, Context>[] = [
  {
    ...filterText('ONLY_IN_CLASS', 'students.withClasses', 'The student is in no exported class.'),
    excludes: ({ personID }, { wanted: { inClass } }) =>
      inClass === undefined || inClass.has(personID) ? undefined : { personID },
    saw: ({ personID }, { wanted: { inClass } }) => ({
      personID,
      ...(inClass && { 'student.inClass': inClass.has(personID) }),
    }),
  },
  {
    ...PILOT,
    excludes: ({ personID }, { wanted: { pilot } }) =>
      pilot === undefined || pilot.students.has(personID) ? undefined : { personID },
    saw: ({ personID }) => ({ personID }),
  },
];

type Assignment = Readonly<Record<StaffBox, 0 | 1 | null>> & {
  readonly assignmentID: number;
  readonly schoolID: number | null;
};

export const onlyAssignments: readonly Rule<Assignment, Context>[] = [
  {
    ...filterText(
      'ONLY_STAFF_ROLE',
      'staff.roles',
      'The District Assignment has none of the roles that the connection gets.',
    ),
    excludes: (row, { wanted: { roles } }) =>
      roles === undefined || roles.some((box) => row[box] === 1)
        ? undefined
        : { assignmentID: row.assignmentID },
    saw: (row, { wanted: { roles = [] } }) => ({
      assignmentID: row.assignmentID,
      ...Object.fromEntries(roles.map((box) => [box, row[box]])),
    }),
  },
  {
    ...filterText('ONLY_STAFF_SCHOOL', 'staff.schools', 'The connection does not get staff of this school.'),
    excludes: ({ assignmentID, schoolID }, { wanted: { staffSchools } }) =>
      staffSchools === undefined || staffSchools.has(schoolID ?? -1) ? undefined : { assignmentID, schoolID },
    saw: ({ assignmentID, schoolID }) => ({ assignmentID, schoolID }),
  },
];

interface Relationship {
  readonly pair: SisRow<'RelatedPair'>;
}

const ofPair = ({ pair: { personID1, name, seq } }: Relationship): Facts => ({
  studentPersonID: personID1,
  relationship: name,
  seq,
});

export const onlyRelationships: readonly Rule<Relationship, Context>[] = [
  {
    ...filterText(
      'ONLY_RELATIONSHIP',
      'contacts.relationships',
      'The connection does not get contacts with this relationship.',
    ),
    excludes: ({ pair }, { wanted: { relationships } }) =>
      relationships === undefined || relationships.has(lower(pair.name))
        ? undefined
        : { studentPersonID: pair.personID1, relationship: pair.name },
    saw: ofPair,
  },
  {
    ...filterText(
      'ONLY_FIRST_CONTACTS',
      'contacts.max',
      'The student has enough contacts that come before this one.',
    ),
    excludes: ({ pair }, { wanted: { firstContacts } }) =>
      firstContacts === undefined || firstContacts(pair)
        ? undefined
        : { studentPersonID: pair.personID1, seq: pair.seq },
    saw: (relationship, { settings }) => ({
      ...ofPair(relationship),
      'settings.only.max': settings.only?.contacts?.max ?? null,
    }),
  },
];

/** `classes`: how many exported classes a person teaches. */
export function onlyStaff<Subject extends { readonly personID: number }, C extends Context>(
  classes: (subject: Subject, context: C) => number,
): readonly Rule<Subject, C>[] {
  const without = (isAsked: (context: C) => boolean): Pick<Rule<Subject, C>, 'excludes' | 'saw'> => ({
    excludes: (subject, context) =>
      isAsked(context) && classes(subject, context) === 0 ? { personID: subject.personID } : undefined,
    saw: (subject, context) => ({
      personID: subject.personID,
      classes: classes(subject, context),
      'settings.only.withSections': context.settings.only?.staff?.withSections ?? false,
    }),
  });
  return [
    {
      ...filterText('ONLY_WITH_SECTIONS', 'staff.withSections', 'The person teaches no exported class.'),
      ...without(({ settings }) => settings.only?.staff?.withSections === true),
    },
    { ...PILOT, ...without(({ wanted }) => wanted.pilot !== undefined) },
  ];
}
