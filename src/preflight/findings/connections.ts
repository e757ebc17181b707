/** What is wrong with a connection as a whole, and records whose references lead nowhere. */
import { switchedStructures } from '../../model/trials.js';
import { activeTrials } from '../../snapshot/active-trials.js';
import { byRule } from './by-rule.js';
import type { ConnectionFinding } from './finding.js';

const RESOLVES = 'OneRoster CSV binding: every reference resolves';

const WITHHELD = 'setting allowEmpty: a bulk bundle without them is withheld';

/** One count of something that should not be nothing. */
function none(
  text: Pick<ConnectionFinding, 'code' | 'says' | 'fixIn'>,
  counts: (add: () => void) => ReturnType<ConnectionFinding['watch']>,
): ConnectionFinding {
  return {
    ...text,
    severity: 'error',
    source: WITHHELD,
    scope: 'connection',
    watch: ({ settings }, finder) => {
      let count = 0;
      return {
        ...counts(() => (count += 1)),
        end: () => {
          if (count === 0) finder.found({ kind: 'connection', id: settings.name });
        },
      };
    },
  };
}

export const connectionFindings: readonly ConnectionFinding[] = [
  {
    code: 'connection.school-unknown',
    severity: 'error',
    says: 'The connection lists a school number that no school has.',
    fixIn: 'connections[].schools in the export config',
    source: 'Campus: Configuring OneRoster Connections (school scope)',
    scope: 'connection',
    watch: ({ settings, snapshot }, finder) => ({
      end: () => {
        if (settings.schools === 'all') return;
        const known = new Set([...snapshot.rows('School')].map(({ number }) => number?.toLowerCase()));
        for (const number of settings.schools)
          if (!known.has(number.toLowerCase())) finder.found({ kind: 'school', id: number });
      },
    }),
  },
  {
    code: 'connection.active-trial-changed',
    severity: 'warning',
    says: 'The active trial of the schedule structure changed since the last bundle: all of its classes get new ids.',
    fixIn: 'Scheduling & Courses > Schedule Wizard > Trials',
    source: 'Campus: Scheduling, Trials (each trial has sections of its own)',
    scope: 'connection',
    watch: ({ lastTrials, snapshot, isInScope }, finder) => ({
      end: () => {
        for (const id of switchedStructures(lastTrials, activeTrials(snapshot, isInScope)))
          finder.found({ kind: 'scheduleStructure', id });
      },
    }),
  },
  none(
    {
      code: 'connection.no-students',
      says: 'No students would be sent.',
      fixIn: 'The active year, the schools of the connection, and the other findings',
    },
    (add) => ({
      person: ({ roles }) => {
        if (roles.some(({ role }) => role === 'student')) add();
      },
    }),
  ),
  none(
    {
      code: 'connection.no-classes',
      says: 'No classes would be sent.',
      fixIn: 'The active trial, section placements, and the other findings',
    },
    (add) => ({ class: () => add() }),
  ),
  {
    code: 'connection.no-student-enrollments',
    severity: 'error',
    says: 'Students would be sent, but none of them is in a class.',
    fixIn: 'Scheduling & Courses > Courses > Sections > Roster, the active trial, and the other findings',
    source: WITHHELD,
    scope: 'connection',
    watch: ({ settings }, finder) => {
      let [students, enrollments] = [0, 0];
      return {
        enrollment: ({ role }) => {
          if (role === 'student') enrollments += 1;
        },
        person: ({ student }) => {
          if (student !== undefined) students += 1;
        },
        end: () => {
          if (students > 0 && enrollments === 0) finder.found({ kind: 'connection', id: settings.name });
        },
      };
    },
  },
  byRule({
    code: 'record.guid-missing',
    severity: 'error',
    says: 'The record has no GUID, which is required for its OneRoster id.',
    fixIn: 'Campus Support (Campus creates the GUIDs)',
    source: 'OneRoster CSV binding: sourcedId is required',
    rules: ['NO_GUID'],
  }),
  byRule({
    code: 'record.guid-shared',
    severity: 'error',
    says: 'Several records have the same GUID or id, so none of them is sent.',
    fixIn:
      'Census > People > Combine Person where one person was entered twice, else Campus Support (Campus creates GUIDs and keys)',
    source: 'OneRoster CSV binding: a sourcedId is unique',
    rules: ['GUID_SHARED'],
  }),
  byRule({
    code: 'record.school-missing',
    severity: 'error',
    says: 'The record refers to a school that does not exist.',
    fixIn: 'Census > People > District Assignments, or the calendar, that refers to the school',
    source: RESOLVES,
    rules: ['SCHOOL_MISSING'],
  }),
  byRule({
    code: 'record.district-missing',
    severity: 'warning',
    says: 'A school refers to a district that does not exist; the school is sent without a parent.',
    fixIn: 'System Administration > Resources > School > District',
    source: RESOLVES,
    rules: ['DISTRICT_MISSING'],
  }),
  byRule({
    code: 'person.missing',
    severity: 'error',
    says: 'A record refers to a person who does not exist.',
    fixIn: 'Census > People (merge or re-enter the person)',
    source: RESOLVES,
    rules: ['PERSON_MISSING'],
  }),
  byRule({
    code: 'person.no-identity',
    severity: 'error',
    says: 'The person has no current identity record.',
    fixIn: 'Census > People > Identities (make one current)',
    source: 'OneRoster CSV binding, users.csv: names are required',
    rules: ['NO_IDENTITY'],
  }),
  byRule({
    code: 'person.no-name',
    severity: 'error',
    says: 'The first or last name is empty.',
    fixIn: 'Census > People > Demographics > First Name, Last Name',
    source: 'OneRoster CSV binding, users.csv: givenName and familyName are required',
    rules: ['NO_NAME'],
  }),
];
