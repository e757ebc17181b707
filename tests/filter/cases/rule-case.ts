/** One question to one rule: what is given, and what becomes of one record. */
import type { ExcludedKind } from '../../../src/filter/exclusions.js';
import type { SchemaChanges } from '../../support/campus-file.js';
import { VERSIONS, type Version } from '../../support/connections.js';
import {
  calendarOf,
  districtGuid,
  enrollmentOf,
  personGuid,
  schoolGuid,
  termOf,
  type GivenRows,
} from '../../support/given.js';
import type { Asked, Outcome } from '../../support/outcome.js';

export type Edge = 'before' | 'day' | 'after' | 'blank';

export interface RuleCase {
  /** The code of the rule that is asked. */
  readonly rule: string;
  readonly kind: ExcludedKind;
  readonly id: number | string;
  readonly verdict: 'keep' | 'exclude';
  /** What is special about the record. */
  readonly when: string;
  /** For rules that a date decides: where the date stands, seen from the day that decides. */
  readonly edge?: Edge;
  readonly given: GivenRows;
  readonly schema?: SchemaChanges;
  /** Without a version both are asked. */
  readonly asked?: Asked;
}

export const versionsOf = ({ asked }: RuleCase): readonly Version[] =>
  asked?.version === undefined ? VERSIONS : [asked.version];

/** Before, on and after the day that decides, and without a date. */
const EDGES = ['before', 'day', 'after', 'blank'] as const satisfies readonly Edge[];

/** The same record with its date at each edge: `verdicts` and `days` in the order before, day, after, blank. */
export function aroundTheDay<T extends { readonly when: string }>(
  verdicts: readonly [RuleCase['verdict'], RuleCase['verdict'], RuleCase['verdict'], RuleCase['verdict']],
  days: readonly [string, string, string],
  make: (date: string | null) => T,
): readonly (T & Pick<RuleCase, 'verdict' | 'edge'>)[] {
  return EDGES.flatMap((edge, at) => {
    const verdict = verdicts[at];
    const date = days[at] ?? null;
    const made = make(date);
    return verdict === undefined ? [] : { ...made, when: `${made.when} ${date ?? 'blank'}`, edge, verdict };
  });
}

const LETTERS: Readonly<Record<string, string>> = {
  student: 's',
  teacher: 't',
  aide: 'a',
  guardian: 'g',
  relative: 'r',
};

/** Whether the record stands in the bundle. Rows that give a role have no record of their own: undefined. */
export function isSent(
  outcome: Outcome,
  kind: ExcludedKind,
  id: number | string,
  asked: Asked,
): boolean | undefined {
  const has = (table: string, sourcedId: number | string): boolean =>
    outcome.row(table, String(sourcedId)) !== undefined;
  switch (kind) {
    case 'district':
      return has('orgs', districtGuid(Number(id)));
    case 'school':
      return has('orgs', schoolGuid(Number(id)));
    case 'term':
      return has('academicSessions', id);
    case 'calendar':
      return has('academicSessions', Number(id) - calendarOf(0) + termOf(0));
    case 'course':
      return has('courses', id);
    case 'section':
      return has('classes', id);
    case 'placement': {
      const [section = '', term = ''] = String(id).split('-');
      return outcome.row('classes', section)?.['termSourcedIds']?.split(',').includes(term) ?? false;
    }
    case 'roster':
      return has('enrollments', `s${id}`);
    case 'sectionStaff':
      return has('enrollments', `t${id}`);
    case 'schoolEnrollment':
    case 'assignment':
    case 'relationship':
      return undefined;
    default:
      return isUser(outcome, kind, Number(id), asked);
  }
}

function isUser(outcome: Outcome, role: string, personID: number, { version, ids }: Asked): boolean {
  if (version === '1.1') return outcome.row('users', `${LETTERS[role] ?? ''}${personID}`) !== undefined;
  const user = ids === undefined || ids === 'guid' ? personGuid(personID) : String(personID);
  return (
    outcome.row('users', user) !== undefined &&
    outcome.rows('roles').some((row) => row['userSourcedId'] === user && row['role'] === role)
  );
}

/** A second row of a person who is sent because of the first one. */
export const SECOND = enrollmentOf(900);
