/** All rules in one list, for display. A code that several stages use is one entry. */
import { aideAssignmentRules, aideRules } from './aides.js';
import { rosterRules, teacherEnrollmentRules } from './enrollments.js';
import { profileReasons, type ProfileReason } from '../profiles/reasons.js';
import { PROFILE_FIX_IN } from '../profiles/reasons-asked.js';
import type { ExcludedKind } from './exclusions.js';
import { guardianRules, relationshipRules } from './guardians.js';
import {
  DISTRICT_MISSING,
  GUID_SHARED,
  LMS_CALENDAR,
  NO_GUID,
  SCHOOL_MISSING,
  YEAR_NOT_ACTIVE,
} from './reasons.js';
import type { RuleText } from './rule.js';
import { schoolRules } from './schools.js';
import { courseRules, EMPTY_CLASS, sectionRules, TERM_NOT_EXPORTED, UNUSED_COURSE } from './sections.js';
import { enrollmentRules, studentRules } from './students.js';
import { teacherAssignmentRules, teacherRules } from './teachers.js';

export interface RegisteredRule extends RuleText {
  /** The kinds of record that it can leave out. */
  readonly kinds: readonly ExcludedKind[];
}

/** An excluded row of a person who stays because of another row: an enrollment, assignment or relationship. */
const stages: readonly { readonly kinds: readonly ExcludedKind[]; readonly rules: readonly RuleText[] }[] = [
  { kinds: ['calendar', 'student'], rules: [YEAR_NOT_ACTIVE] },
  { kinds: ['school'], rules: schoolRules },
  { kinds: ['calendar'], rules: [SCHOOL_MISSING, LMS_CALENDAR] },
  { kinds: ['district'], rules: [DISTRICT_MISSING, NO_GUID, GUID_SHARED] },
  { kinds: ['student', 'schoolEnrollment'], rules: enrollmentRules },
  { kinds: ['student'], rules: studentRules },
  { kinds: ['course'], rules: [...courseRules, UNUSED_COURSE] },
  { kinds: ['section'], rules: [...courseRules, ...sectionRules, EMPTY_CLASS] },
  { kinds: ['term'], rules: [GUID_SHARED] },
  { kinds: ['placement'], rules: [TERM_NOT_EXPORTED] },
  { kinds: ['teacher', 'assignment'], rules: teacherAssignmentRules },
  { kinds: ['teacher'], rules: teacherRules },
  { kinds: ['aide', 'assignment'], rules: aideAssignmentRules },
  { kinds: ['aide'], rules: aideRules },
  { kinds: ['guardian', 'relative', 'relationship'], rules: relationshipRules },
  { kinds: ['guardian', 'relative'], rules: guardianRules },
  { kinds: ['roster'], rules: rosterRules },
  { kinds: ['sectionStaff'], rules: teacherEnrollmentRules },
];

function register(): readonly RegisteredRule[] {
  const byCode = new Map<string, RegisteredRule>();
  for (const { kinds, rules } of stages) {
    for (const { code, says, source, applies, fixIn } of rules) {
      const known = byCode.get(code) ?? { code, says, source, applies: [], fixIn, kinds: [] };
      byCode.set(code, {
        ...known,
        applies: [...new Set([...known.applies, ...applies])].sort((a, b) => a - b),
        kinds: [...new Set([...known.kinds, ...kinds])],
      });
    }
  }
  return [...byCode.values()];
}

/** Reasons of profiles, in the shape of rules. */
const profileRules: readonly RegisteredRule[] = Object.values<ProfileReason>(profileReasons).map(
  ({ code, kinds, says, fixIn = PROFILE_FIX_IN }) => ({
    code,
    kinds,
    says,
    source: fixIn === PROFILE_FIX_IN ? 'The receiver (see `profiles`)' : 'The connection (`values`)',
    applies: [],
    fixIn,
  }),
);

/** Every rule of the prerequisites, in policy order. */
export const ruleRegister: readonly RegisteredRule[] = register();

/** Everything that can leave a record out. */
export const allRules: readonly RegisteredRule[] = [...ruleRegister, ...profileRules];

/** What the rule found, in one sentence. */
export const ruleSays = (code: string): string =>
  allRules.find((rule) => rule.code === code)?.says ?? 'A rule that this version no longer has.';
