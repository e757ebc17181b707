/** Which guardians and relatives are sent: those with a current Portal relationship to an exported student. */
import type { SisRow } from '../campus/tables.js';
import { GroupCursor, keysOf } from '../snapshot/group-cursor.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { hasEnded } from './context.js';
import type { ReportExclusion } from './exclusions.js';
import { ROLE, type Kept } from './kept.js';
import { onlyRelationships } from './only.js';
import { personRules, type PersonSubject } from './people.js';
import { GUID_SHARED, TYPE_NOT_REQUESTED } from './reasons.js';
import { firstExclusion, furthestExclusion, sift, type Exclusion, type Rules, type Sifted } from './rule.js';
import { named, sawEnd, sawExported } from './saw.js';
import type { ScopedContext } from './schools.js';

type RelatedPair = SisRow<'RelatedPair'>;
export type RelationKind = 'guardian' | 'relative';

const CENSUS = 'Campus: OneRoster Prerequisites, Additional Census Records';

/** Rules of relationships see the students that were kept. */
export interface GuardianContext extends ScopedContext {
  readonly kept: Kept;
}

/** One relationship, and whether the same two people have a current Guardian one. */
export interface RelationshipSubject {
  readonly pair: RelatedPair;
  readonly kind: RelationKind;
  readonly guardianOfTheSame: boolean;
}

const facts = ({ personID1, startDate, endDate }: RelatedPair) => ({
  studentPersonID: personID1,
  startDate,
  endDate,
});

export const relationshipRules: Rules<RelationshipSubject, GuardianContext> = [
  {
    code: 'REL_SELF',
    says: 'The relationship links a person to themselves.',
    source: 'OneRoster CSV binding, users.csv: agents are other people',
    applies: [55],
    fixIn: 'Census > People > Relationships',
    excludes: ({ pair }) => (pair.personID1 === pair.personID2 ? facts(pair) : undefined),
    saw: ({ pair: { personID1, personID2 } }) => ({ personID1, personID2 }),
  },
  {
    code: 'REL_NOT_PORTAL',
    says: 'Portal is not marked on the relationship.',
    source: `${CENSUS} > Guardians, Relatives`,
    applies: [49, 50, 51],
    fixIn: 'Census > People > Relationships > Portal',
    excludes: ({ pair }) => (pair.portal === 1 ? undefined : facts(pair)),
    saw: ({ pair: { portal, personID1 } }) => ({ portal, personID1 }),
  },
  {
    code: 'REL_NOT_STARTED',
    says: 'The relationship starts after the as-of date.',
    source: `${CENSUS} > Guardians, Relatives (active)`,
    applies: [49, 50],
    fixIn: 'Census > People > Relationships > Start Date',
    excludes: ({ pair }, { asOf }) =>
      pair.startDate !== null && pair.startDate > asOf ? facts(pair) : undefined,
    saw: ({ pair: { startDate, personID1 } }, { asOf }) => ({ asOf, startDate, personID1 }),
  },
  {
    code: 'REL_ENDED',
    says: 'The relationship ended before the as-of date.',
    source: `${CENSUS} > Guardians, Relatives (active)`,
    applies: [49, 50],
    fixIn: 'Census > People > Relationships > End Date',
    excludes: ({ pair }, { asOf }) => (hasEnded(pair, asOf) ? facts(pair) : undefined),
    saw: ({ pair }, context) => ({ ...sawEnd(pair, context), personID1: pair.personID1 }),
  },
  {
    code: 'REL_STUDENT_NOT_EXPORTED',
    says: 'The student of the relationship is not exported.',
    source: `${CENSUS} > Guardians, Relatives; Campus: OneRoster Data Models`,
    applies: [52, 55],
    fixIn: 'Run `explain person <id>` to see why the student is excluded',
    excludes: ({ pair }, { kept }) =>
      kept.roles.has(pair.personID1, ROLE.student) ? undefined : facts(pair),
    saw: ({ pair: { personID1 } }, context) => ({
      personID1,
      ...sawExported(personID1, 'student', context),
    }),
  },
  {
    code: 'REL_GUARDIAN_WINS',
    says: 'The same two people have a current Guardian relationship, which is used instead.',
    source: `${CENSUS} > Guardians, Relatives`,
    applies: [50, 53],
    fixIn: 'Census > People > Relationships (usually nothing to fix: the Guardian row is used)',
    excludes: ({ pair, kind, guardianOfTheSame }) =>
      kind === 'relative' && guardianOfTheSame ? facts(pair) : undefined,
    saw: ({ pair: { personID1 }, kind, guardianOfTheSame }) => ({ kind, guardianOfTheSame, personID1 }),
  },
  ...onlyRelationships,
];

/** The person in one of the two roles. */
export interface AgentSubject extends PersonSubject {
  readonly role: RelationKind;
}

export const guardianRules: Rules<AgentSubject, GuardianContext> = [
  ...personRules,
  {
    ...TYPE_NOT_REQUESTED,
    excludes: ({ role }, { settings }) =>
      settings.include[`${role}s`] ? undefined : { include: `${role}s` },
    saw: ({ role }, { settings }) => ({
      role,
      ...named('settings.include', settings.include, `${role}s` as const),
    }),
  },
];

const isCurrentGuardian = (pair: RelatedPair, { asOf }: GuardianContext): boolean =>
  pair.guardian === 1 &&
  pair.portal === 1 &&
  (pair.startDate === null || pair.startDate <= asOf) &&
  !hasEnded(pair, asOf);

/** All relationships of one person, or of one student, for the rules. */
export function relationshipSubjects(
  pairs: readonly RelatedPair[],
  context: GuardianContext,
): readonly RelationshipSubject[] {
  return pairs.map((pair) => ({
    pair,
    kind: pair.guardian === 1 ? 'guardian' : 'relative',
    guardianOfTheSame: pairs.some(
      (other) =>
        other.personID1 === pair.personID1 &&
        other.personID2 === pair.personID2 &&
        isCurrentGuardian(other, context),
    ),
  }));
}

export function siftRelationships(
  pairs: readonly RelatedPair[],
  context: GuardianContext,
): Sifted<RelationshipSubject> {
  return sift(relationshipRules, relationshipSubjects(pairs, context), context);
}

export function filterGuardians(snapshot: Snapshot, context: GuardianContext, report: ReportExclusion): void {
  const pairs = new GroupCursor(
    snapshot.rows('RelatedPair'),
    (row) => row.personID2,
    'RelatedPair.personID2',
  );
  for (const personID of keysOf(pairs)) {
    const sifted = siftRelationships(pairs.take(personID), context);
    for (const role of ['guardian', 'relative'] as const)
      filterAgent({ personID, role }, sifted, context, report);
  }
}

function filterAgent(
  agent: AgentSubject,
  all: Sifted<RelationshipSubject>,
  context: GuardianContext,
  report: ReportExclusion,
): void {
  const ofKind = ofRelationKind(all, agent.role);
  if (ofKind.kept.length + ofKind.out.length === 0) return;
  const exclusion = judgeAgent(agent, ofKind, context);
  if (exclusion !== undefined) {
    const first = ofKind.kept[0] ?? ofKind.out[0]?.row;
    report(agent.role, agent.personID, exclusion, { schoolID: first && schoolOfStudent(first, context) });
    return;
  }
  for (const { row, exclusion } of ofKind.out) {
    report('relationship', `${row.pair.personID1}-${row.pair.personID2}`, exclusion, {
      personID: row.pair.personID1,
      schoolID: schoolOfStudent(row, context),
    });
  }
  const { kept } = context;
  kept.roles.add(agent.personID, ROLE[agent.role]);
  kept.onKept?.(
    agent.role,
    agent.personID,
    ofKind.kept.flatMap(({ pair }) => kept.studentSchools.get(pair.personID1)),
  );
}

const schoolOfStudent = ({ pair }: RelationshipSubject, { kept }: GuardianContext): number | undefined =>
  kept.studentSchools.get(pair.personID1)[0];

function ofRelationKind(all: Sifted<RelationshipSubject>, kind: RelationKind): Sifted<RelationshipSubject> {
  return {
    kept: all.kept.filter((subject) => subject.kind === kind),
    out: all.out.filter(({ row }) => row.kind === kind),
  };
}

export function judgeAgent(
  agent: AgentSubject,
  sifted: Sifted<RelationshipSubject>,
  context: GuardianContext,
): Exclusion | undefined {
  // This rule is first: the student may be excluded for the same reason, which is then the agent's own reason, too.
  const shared = context.shared.factsOf(agent.personID, agent.role);
  if (shared !== undefined) return { code: GUID_SHARED.code, facts: shared };
  return sifted.kept.length === 0
    ? furthestExclusion(relationshipRules, sifted)
    : firstExclusion(guardianRules, agent, context);
}
