/** Why a value must not be sent in another cell: a setting of the connection hides it where it is usually sent. */
import type { ValuePart } from '../model/settings.js';
import type { ValueTable } from './value-names.js';

export interface Hiding {
  /** Of `fields`: `drop`, `mask`, or anything else. */
  readonly choice: (table: string, column: string) => unknown;
  readonly sendsDemographics: boolean;
  readonly sendsLegalNames: boolean;
}

const NAMES = {
  first: ['users.givenName', 'users.preferredGivenName'],
  middle: ['users.middleName', 'users.preferredMiddleName'],
  last: ['users.familyName', 'users.preferredFamilyName'],
} as const;

const RACES = [
  'americanIndianOrAlaskaNative',
  'asian',
  'blackOrAfricanAmerican',
  'nativeHawaiianOrOtherPacificIslander',
  'white',
  'demographicRaceTwoOrMoreRaces',
  'hispanicOrLatinoEthnicity',
].map((column) => `demographics.${column}`);

/** The cells that usually have the value of a column, by the column in lowercase. */
const CARRIERS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    'Person.studentNumber': ['users.identifier'],
    'Person.staffNumber': ['users.identifier'],
    'Person.stateID': ['users.userIds', 'users.userMasterIdentifier'],
    'Person.staffStateID': ['users.userIds', 'users.userMasterIdentifier'],
    'Identity.firstName': NAMES.first,
    'Identity.middleName': NAMES.middle,
    'Identity.lastName': NAMES.last,
    'Identity.legalFirstName': NAMES.first,
    'Identity.legalMiddleName': NAMES.middle,
    'Identity.legalLastName': NAMES.last,
    'Identity.gender': ['demographics.sex'],
    'Identity.birthdate': ['demographics.birthDate'],
    'Identity.raceEthnicityFed': RACES,
    'Identity.hispanicEthnicity': ['demographics.hispanicOrLatinoEthnicity'],
    'Contact.email': ['users.email'],
    'Contact.secondaryEmail': ['users.email'],
    'Contact.homePhone': ['users.phone'],
    'Contact.cellPhone': ['users.sms'],
    'UserAccount.username': ['users.username'],
    'School.name': ['orgs.name'],
    'School.number': ['orgs.identifier'],
    'District.name': ['orgs.name'],
    'District.number': ['orgs.identifier'],
    'Course.number': ['courses.courseCode'],
    'Section.number': ['classes.classCode'],
    'Department.name': ['courses.subjects', 'classes.subjects'],
    'Course.scedSubjectArea': ['courses.subjectCodes', 'classes.subjectCodes'],
    'Course.scedCourseId': ['courses.subjectCodes', 'classes.subjectCodes'],
    'Room.name': ['classes.location'],
  }).map(([column, cells]) => [column.toLowerCase(), cells]),
);

/** Undefined: it may be sent. */
export function whyHidden(part: ValuePart, table: ValueTable, hiding: Hiding): string | undefined {
  if (part.kind === 'cell') return hiddenCell([`${table}.${part.column}`], hiding);
  if (part.kind !== 'sis' && part.kind !== 'teacher') return undefined;
  const owners = part.table === '' ? ['School', 'District'] : [part.table.replace(/^.*\./, '')];
  const carriers = owners.flatMap(
    (owner) => CARRIERS.get(`${owner}.${part.column}`.trim().toLowerCase()) ?? [],
  );
  if (!hiding.sendsLegalNames && /^legal(first|middle|last)name$/i.test(part.column))
    return 'uses a legal name: these are sent only on 1.2 connections with legalNames: send';
  if (!hiding.sendsDemographics && carriers.some((cell) => cell.startsWith('demographics.')))
    return `uses ${part.column}, and this connection sends no demographics`;
  return hiddenCell(carriers, hiding);
}

function hiddenCell(cells: readonly string[], { choice }: Hiding): string | undefined {
  const hidden = cells.find((cell) => {
    const [table = '', column = ''] = cell.split('.');
    return ['drop', 'mask'].includes(String(choice(table, column)));
  });
  return hidden === undefined
    ? undefined
    : `would bring back what fields.${hidden} hides from this receiver: use another column`;
}
