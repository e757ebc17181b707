/** Accounts, addresses and numbers of the people who are sent, and of those excluded because these are missing. */
import type { KeptPerson, RoleName } from '../../roster/roster.js';
import { fitsUserIds } from '../../oneroster/user-ids.js';
import { byRule } from './by-rule.js';
import type { ConnectionFinding, ConnectionSurvey, FindingSeverity, Found } from './finding.js';
import { Repeats } from './repeats.js';

const USERNAMES = 'Campus: OneRoster Prerequisites, Usernames';
const EMAILS = 'Campus: OneRoster Prerequisites, Email and Phone Number';
const ACCOUNT_SCREEN = 'System Administration > User Security > Users > Username';
const DEMOGRAPHICS = 'Census > People > Demographics';

/** The roles in words, and the severity if such a person is excluded. */
const ROLES: readonly (readonly [RoleName, string, FindingSeverity])[] = [
  ['student', 'student', 'error'],
  ['teacher', 'teacher', 'error'],
  ['aide', 'non-teaching staff member', 'warning'],
  ['guardian', 'guardian', 'warning'],
  ['relative', 'relative', 'warning'],
];

export const sentEmail = ({ settings }: ConnectionSurvey, { person }: KeptPerson): string | null =>
  settings.useSecondaryEmail ? person.secondaryEmail : person.email;
const otherEmail = ({ settings }: ConnectionSurvey, { person }: KeptPerson): string | null =>
  settings.useSecondaryEmail ? person.email : person.secondaryEmail;

const schoolOf = ({ student, roles }: KeptPerson): number | null =>
  student?.school.schoolID ?? roles[0]?.schools[0]?.school.schoolID ?? null;

const found = (kept: KeptPerson, facts: Found['facts'] = {}): Found => ({
  kind: 'person',
  id: kept.person.personID,
  personID: kept.person.personID,
  schoolID: schoolOf(kept),
  facts: { roles: kept.roles.map(({ role }) => role).join(' '), ...facts },
});

type UserCell = 'username' | 'identifier' | 'email';

/** Whether the connection fills the cell from elsewhere: then the usual column does not matter. */
const isElsewhere = ({ settings }: ConnectionSurvey, cell: UserCell | undefined): boolean =>
  settings.values?.some(
    ({ table, column, source }) => table === 'users' && column === cell && source !== undefined,
  ) === true;

/** The people who are sent and fit. `cell`: what the value is sent in. */
const personFinding = (
  text: Omit<ConnectionFinding, 'scope' | 'watch'>,
  fits: (kept: KeptPerson, survey: ConnectionSurvey) => boolean,
  cell?: UserCell,
): ConnectionFinding => ({
  ...text,
  scope: 'connection',
  watch: (survey, finder) => {
    if (isElsewhere(survey, cell)) return {};
    return {
      person: (kept) => {
        if (fits(kept, survey)) finder.found(found(kept));
      },
    };
  },
});

/** The people who are sent and share a value. */
const repeatFinding = (
  text: Omit<ConnectionFinding, 'scope' | 'watch'>,
  valueOf: (kept: KeptPerson, survey: ConnectionSurvey) => string | null | undefined,
  cell?: UserCell,
): ConnectionFinding => ({
  ...text,
  scope: 'connection',
  watch: (survey, finder) => {
    if (isElsewhere(survey, cell)) return {};
    const repeats = new Repeats();
    return {
      person: (kept) => {
        const value = valueOf(kept, survey);
        if (value !== null && value !== undefined) repeats.add(value, kept.person.personID, schoolOf(kept));
      },
      end: () => {
        for (const each of repeats.shared()) finder.found(each);
        repeats.close();
      },
    };
  },
});

const hasRole = (kept: KeptPerson, ...roles: readonly RoleName[]): boolean =>
  kept.roles.some(({ role }) => roles.includes(role));
const isStudent = (kept: KeptPerson): boolean => hasRole(kept, 'student');
const isStaff = (kept: KeptPerson): boolean => !isStudent(kept) && hasRole(kept, 'teacher', 'aide');
const isFamily = (kept: KeptPerson): boolean => !isStudent(kept) && !isStaff(kept);

const emailMissing = (
  whom: string,
  says: string,
  severity: FindingSeverity,
  is: (kept: KeptPerson) => boolean,
): ConnectionFinding =>
  personFinding(
    {
      code: `email.missing-${whom}`,
      severity,
      says: `The ${says} has no email address, neither in the field that the connection sends nor in the other one.`,
      fixIn: `${DEMOGRAPHICS} > Email, Secondary Email`,
      source: EMAILS,
    },
    (kept, survey) => is(kept) && sentEmail(survey, kept) === null && otherEmail(survey, kept) === null,
    'email',
  );

export const peopleFindings: readonly ConnectionFinding[] = [
  ...ROLES.map(([role, says, severity]) =>
    byRule({
      code: `username.missing-${role}`,
      severity,
      says: `The ${says} has no user account with a username, which OneRoster 1.1 requires; a disabled account is enough.`,
      fixIn: `${ACCOUNT_SCREEN}, or the User Account Batch Wizard`,
      source: USERNAMES,
      rules: ['NO_USERNAME'],
      kinds: [role],
    }),
  ),
  personFinding(
    {
      code: 'username.blank-inside',
      severity: 'warning',
      says: 'The username contains a space, which some receivers reject.',
      fixIn: ACCOUNT_SCREEN,
      source: 'Schoology help: usernames with spaces are not synced',
    },
    ({ account }) => /\s/.test(account?.username?.trim() ?? ''),
    'username',
  ),
  repeatFinding(
    {
      code: 'username.shared',
      severity: 'warning',
      says: 'Several people have the same username.',
      fixIn: ACCOUNT_SCREEN,
      source: 'Receivers use it to sign people in',
    },
    ({ account }) => account?.username,
    'username',
  ),
  emailMissing('student', 'student', 'warning', isStudent),
  emailMissing('staff', 'staff member', 'warning', isStaff),
  emailMissing('family', 'guardian or relative', 'info', isFamily),
  personFinding(
    {
      code: 'email.in-other-field',
      severity: 'warning',
      says: 'The email field that the connection sends is empty, but the other one has an address.',
      fixIn: `${DEMOGRAPHICS} > Email, Secondary Email; or useSecondaryEmail in the export config`,
      source: EMAILS,
    },
    (kept, survey) => sentEmail(survey, kept) === null && otherEmail(survey, kept) !== null,
    'email',
  ),
  personFinding(
    {
      code: 'email.malformed',
      severity: 'warning',
      says: 'The email address is not valid: it requires one @ with text on both sides, and no spaces.',
      fixIn: `${DEMOGRAPHICS} > Email, Secondary Email`,
      source: EMAILS,
    },
    (kept, survey) => {
      const email = sentEmail(survey, kept);
      return email !== null && !/^[^\s@]+@[^\s@]+$/.test(email);
    },
    'email',
  ),
  repeatFinding(
    {
      code: 'email.shared',
      severity: 'warning',
      says: 'Several people who are sent have the same email address.',
      fixIn: `${DEMOGRAPHICS} > Email, Secondary Email`,
      source: EMAILS,
    },
    (kept, survey) => sentEmail(survey, kept),
    'email',
  ),
  personFinding(
    {
      code: 'state-id.unwritable',
      severity: 'warning',
      says: 'The state ID contains a comma, a colon or a brace, so userIds is sent without it.',
      fixIn: `${DEMOGRAPHICS} > State ID, Staff State ID`,
      source: 'OneRoster CSV binding, users.csv: userIds is a list of {type:id}',
    },
    (kept) =>
      [
        isStudent(kept) ? kept.person.stateID : null,
        hasRole(kept, 'teacher', 'aide') ? kept.person.staffStateID : null,
      ].some((id) => id !== null && !fitsUserIds(id)),
  ),
  personFinding(
    {
      code: 'student-number.missing',
      severity: 'info',
      says: 'The student has no student number, so the identifier is sent empty.',
      fixIn: `${DEMOGRAPHICS} > Student Number`,
      source: 'Campus: OneRoster Data Models (identifier)',
    },
    (kept) => isStudent(kept) && kept.person.studentNumber === null,
    'identifier',
  ),
  repeatFinding(
    {
      code: 'student-number.duplicate',
      severity: 'warning',
      says: 'Several students have the same student number; one person may have been entered twice.',
      fixIn: 'Census > People > Combine Person, or Demographics > Student Number',
      source: 'Receivers use it to match people',
    },
    (kept) => (isStudent(kept) ? kept.person.studentNumber : null),
  ),
  repeatFinding(
    {
      code: 'staff-number.duplicate',
      severity: 'warning',
      says: 'Several staff members have the same staff number; one person may have been entered twice.',
      fixIn: 'Census > People > Combine Person, or Demographics > Staff Number',
      source: 'Receivers use it to match people',
    },
    (kept) => (hasRole(kept, 'teacher', 'aide') ? kept.person.staffNumber : null),
  ),
];
