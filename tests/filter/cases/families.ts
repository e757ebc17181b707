/** Relationships: each reason excludes a person without any other one, and otherwise only the relationship. */
import {
  GUARDIAN,
  RELATIVE,
  STUDENT,
  TODAY,
  TOMORROW,
  YESTERDAY,
  aDistrict,
  aGuardian,
  aPair,
  aRelative,
  aStudent,
  type Fields,
  type GivenRows,
} from '../../support/given.js';
import type { Asked } from '../../support/outcome.js';
import { aroundTheDay, type Edge, type RuleCase } from './rule-case.js';

interface RelationCase {
  readonly rule: string;
  readonly when: string;
  readonly verdict: 'keep' | 'exclude';
  readonly edge?: Edge;
  readonly pair?: Fields;
  /** The student of the relationship. */
  readonly student?: GivenRows;
  readonly asked?: Asked;
}

/** The one whom the relationship is to; the student who keeps the agent in is another one. */
const CHILD = 12;

const cases: readonly RelationCase[] = [
  { rule: 'REL_NOT_PORTAL', when: 'without Portal', verdict: 'exclude', pair: { portal: 0 } },
  { rule: 'REL_NOT_PORTAL', when: 'with an empty Portal', verdict: 'exclude', pair: { portal: null } },
  { rule: 'REL_NOT_PORTAL', when: 'with Portal', verdict: 'keep', pair: { portal: 1 } },
  ...aroundTheDay(['keep', 'keep', 'exclude', 'keep'], [YESTERDAY, TODAY, TOMORROW], (startDate) => (
    { rule: 'REL_NOT_STARTED', when: 'starting', pair: { startDate } }
  )),
  ...aroundTheDay(['exclude', 'keep', 'keep', 'keep'], [YESTERDAY, TODAY, TOMORROW], (endDate) => (
    { rule: 'REL_ENDED', when: 'ending', pair: { endDate } }
  )),
  { rule: 'REL_STUDENT_NOT_EXPORTED', when: 'to a student who is out', verdict: 'exclude', student: aStudent({ personID: CHILD, enrollment: { noShow: 1 } }) },
  { rule: 'REL_STUDENT_NOT_EXPORTED', when: 'to a missing person', verdict: 'exclude', student: [] },
  { rule: 'REL_STUDENT_NOT_EXPORTED', when: 'to a student without username', verdict: 'exclude', student: aStudent({ personID: CHILD, account: null }), asked: { version: '1.1' } },
  { rule: 'REL_STUDENT_NOT_EXPORTED', when: 'to a student without username', verdict: 'keep', student: aStudent({ personID: CHILD, account: null }), asked: { version: '1.2' } },
  { rule: 'REL_STUDENT_NOT_EXPORTED', when: 'to a student who is sent', verdict: 'keep' },
]; // prettier-ignore

const KINDS = [
  ['guardian', GUARDIAN, aGuardian],
  ['relative', RELATIVE, aRelative],
] as const;

const ofKinds = KINDS.flatMap(([kind, id, build]) =>
  cases.flatMap(({ pair = {}, student = aStudent({ personID: CHILD }), ...asked }): readonly RuleCase[] => {
    const second = aPair(CHILD, id, { guardian: kind === 'guardian' ? 1 : 0, ...pair });
    return [
      { ...asked, kind, id, given: aDistrict(student, build({ of: CHILD, pair })) },
      {
        ...asked,
        kind: 'relationship',
        id: `${CHILD}-${id}`,
        given: aDistrict(student, aStudent(), build(), second),
      },
    ];
  }),
);

const selfRelated = KINDS.flatMap(([kind, , build]): readonly RuleCase[] => {
  const toSelf = aPair(STUDENT, STUDENT, { guardian: kind === 'guardian' ? 1 : 0 });
  const child = aStudent({ personID: CHILD });
  const toChild = build({ personID: STUDENT, of: CHILD });
  return [
    { rule: 'REL_SELF', kind, id: STUDENT, verdict: 'exclude', when: 'to themselves', given: aDistrict(aStudent(), toSelf) },
    { rule: 'REL_SELF', kind, id: STUDENT, verdict: 'keep', when: 'to another student', given: aDistrict(aStudent(), child, toChild) },
    { rule: 'REL_SELF', kind: 'relationship', id: `${CHILD}-${STUDENT}`, verdict: 'keep', when: `as ${kind}, of another student`, given: aDistrict(aStudent(), child, toChild) },
    { rule: 'REL_SELF', kind: 'relationship', id: `${STUDENT}-${STUDENT}`, verdict: 'exclude', when: `as ${kind}, beside one to another student`, given: aDistrict(aStudent(), child, toChild, toSelf) },
  ];
}); // prettier-ignore

const both = (guardianPair: Fields): GivenRows =>
  aDistrict(aStudent(), aRelative(), aPair(STUDENT, RELATIVE, guardianPair));

const guardianWins: readonly RuleCase[] = [
  { rule: 'REL_GUARDIAN_WINS', kind: 'relative', id: RELATIVE, verdict: 'exclude', when: 'with a Guardian row of the same pair', given: both({}) },
  { rule: 'REL_GUARDIAN_WINS', kind: 'relative', id: RELATIVE, verdict: 'exclude', when: 'with a Guardian row of the same pair, where guardians are not included', given: both({}), asked: { include: { guardians: false } } },
  ...aroundTheDay(['keep', 'exclude', 'exclude', 'exclude'], [YESTERDAY, TODAY, TOMORROW], (endDate) => (
    { rule: 'REL_GUARDIAN_WINS', kind: 'relative', id: RELATIVE, when: 'with a Guardian row that ends', given: both({ endDate }) } as const
  )),
  ...aroundTheDay(['exclude', 'exclude', 'keep', 'exclude'], [YESTERDAY, TODAY, TOMORROW], (startDate) => (
    { rule: 'REL_GUARDIAN_WINS', kind: 'relative', id: RELATIVE, when: 'with a Guardian row that starts', given: both({ startDate }) } as const
  )),
  { rule: 'REL_GUARDIAN_WINS', kind: 'relative', id: RELATIVE, verdict: 'keep', when: 'with a Guardian row without Portal', given: both({ portal: 0 }) },
  { rule: 'REL_GUARDIAN_WINS', kind: 'relative', id: RELATIVE, verdict: 'keep', when: 'with a Guardian row for another student', given: aDistrict(aStudent(), aStudent({ personID: CHILD }), aRelative(), aPair(CHILD, RELATIVE)) },
  { rule: 'REL_GUARDIAN_WINS', kind: 'relationship', id: `${STUDENT}-${RELATIVE}`, verdict: 'exclude', when: 'beside another student with the same relative', given: aDistrict(aStudent(), aStudent({ personID: CHILD }), aRelative(), aPair(STUDENT, RELATIVE), aPair(CHILD, RELATIVE, { guardian: 0 })) },
  { rule: 'REL_GUARDIAN_WINS', kind: 'relationship', id: `${STUDENT}-${RELATIVE}`, verdict: 'keep', when: 'as relative alone', given: aDistrict(aStudent(), aRelative()) },
]; // prettier-ignore

const requested = KINDS.flatMap(([kind, id, build]): readonly RuleCase[] => [
  { rule: 'TYPE_NOT_REQUESTED', kind, id, verdict: 'exclude', when: `where ${kind}s are not asked for`, given: aDistrict(aStudent(), build()), asked: { include: { [`${kind}s`]: false } } },
  { rule: 'TYPE_NOT_REQUESTED', kind, id, verdict: 'keep', when: `where ${kind}s are asked for`, given: aDistrict(aStudent(), build()) },
]); // prettier-ignore

export const familyCases: readonly RuleCase[] = [...ofKinds, ...selfRelated, ...guardianWins, ...requested];
