/** Which excluded record excluded a dependent one, and why: a guardian's student, the class of an enrollment. */
import type { ChainLink, ExplainedRecord, ReportedExclusion } from './answer.js';
import { allRules } from '../filter/register.js';
import type { Facts } from '../filter/rule.js';

interface Hold {
  /** The fact that names the other record. */
  readonly fact: string;
  readonly kind: string;
}

const HANGS_ON: Readonly<Record<string, Hold>> = {
  REL_STUDENT_NOT_EXPORTED: { fact: 'studentPersonID', kind: 'student' },
  ROSTER_STUDENT_NOT_EXPORTED: { fact: 'personID', kind: 'student' },
  ROSTER_SECTION_NOT_EXPORTED: { fact: 'sectionID', kind: 'section' },
  STAFF_SECTION_NOT_EXPORTED: { fact: 'sectionID', kind: 'section' },
  TEACHER_NOT_EXPORTED: { fact: 'personID', kind: 'teacher' },
  PROFILE_CLASS_DROPPED: { fact: 'sectionID', kind: 'section' },
};

/** Rows that give no candidate at all have no reason of their own. */
const NO_CANDIDATE = {
  code: 'NO_CANDIDATE',
  says: 'The SIS has no row for it in the active year or the years next to it.',
  fixIn: 'Look it up in Campus',
};

type Fallen = Pick<ReportedExclusion, 'kind' | 'code' | 'facts'>;
type ReasonsOf = (kind: string, id: string) => readonly ReportedExclusion[];

export function chainOf(
  exclusions: readonly Fallen[],
  traced: Pick<ExplainedRecord, 'roles'>,
  reasonsOf: ReasonsOf,
): readonly ChainLink[] {
  const links = [...exclusions, ...ownRows(traced)].flatMap((fallen) => linksOf(fallen, traced, reasonsOf));
  return [...new Map(links.map((link) => [`${link.kind} ${link.id} ${link.code}`, link])).values()];
}

/** A person's rows that are excluded by themselves: each can depend on another record. */
function ownRows({ roles = [] }: Pick<ExplainedRecord, 'roles'>): readonly Fallen[] {
  return roles.flatMap(({ role, rows }) =>
    rows.flatMap(({ rulings }) =>
      rulings.flatMap(({ code, facts, isFirst }) => (isFirst && facts ? [{ kind: role, code, facts }] : [])),
    ),
  );
}

function linksOf(
  fallen: Fallen,
  traced: Pick<ExplainedRecord, 'roles'>,
  reasonsOf: ReasonsOf,
): readonly ChainLink[] {
  return holdsOf(fallen, traced).flatMap(({ kind, id }) => {
    const reasons = reasonsOf(kind, id);
    if (reasons.length === 0) return [{ kind, id, ...NO_CANDIDATE }];
    return reasons.flatMap((reason) => [
      { kind, id, code: reason.code, ...textOf(reason.code) },
      ...linksOf(reason, {}, reasonsOf),
    ]);
  });
}

interface Held {
  readonly kind: string;
  readonly id: string;
}

function holdsOf(
  { kind, code, facts }: Fallen,
  { roles = [] }: Pick<ExplainedRecord, 'roles'>,
): readonly Held[] {
  if (code === 'PROFILE_USER_DROPPED')
    return named(facts, { fact: 'personID', kind: kind === 'roster' ? 'student' : 'teacher' });
  if (code === 'PROFILE_STUDENT_DROPPED') {
    const rows = roles.find(({ role }) => role === kind)?.rows ?? [];
    return rows
      .filter(({ rulings }) => rulings.every(({ verdict }) => verdict === 'keep'))
      .flatMap(({ values }) => named(values, { fact: 'personID1', kind: 'student' }));
  }
  const hold = HANGS_ON[code];
  return hold === undefined ? [] : named(facts, hold);
}

function named(facts: Facts, { fact, kind }: Hold): readonly Held[] {
  const id = facts[fact];
  return id === undefined || id === null ? [] : [{ kind, id: String(id) }];
}

function textOf(code: string): Pick<ChainLink, 'says' | 'fixIn'> {
  const rule = allRules.find((each) => each.code === code);
  return { says: rule?.says ?? '', fixIn: rule?.fixIn ?? '' };
}
