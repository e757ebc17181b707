/** Which of a profile's reasons can leave out a record of a kind, in the order in which they are looked for. */
import { profileReasons, type ProfileReason } from './reasons.js';
import { dropsClasses, dropsUsers, type Shape } from './shape.js';

type ReasonName = keyof typeof profileReasons;

const dropsBySize = ({ classSize }: Shape): boolean => classSize?.otherwise === 'drop-class';
const wantsTeacher = ({ classNeedsTeacher }: Shape): boolean => classNeedsTeacher?.otherwise === 'drop-class';

const isAsked: Readonly<Record<ReasonName, (shape: Shape) => boolean>> = {
  role: ({ rolesKept }) => rolesKept !== undefined,
  cell: ({ cellsRequired }) => cellsRequired.some(({ otherwise }) => otherwise === 'drop-user'),
  value: ({ valuesRequired }) => valuesRequired.length > 0,
  pattern: ({ patterns }) => patterns.some(({ otherwise }) => otherwise === 'drop-user'),
  agent: dropsUsers,
  classSize: dropsBySize,
  classTeacher: wantsTeacher,
  userDropped: dropsUsers,
  classDropped: dropsClasses,
  sameSchool: ({ sameSchool }) => sameSchool,
  oneEnrollment: ({ oneEnrollment }) => oneEnrollment,
};

export function reasonsAsked(shape: Shape, kind: string): readonly ProfileReason[] {
  return (Object.keys(isAsked) as ReasonName[]).flatMap((name) => {
    const reason: ProfileReason = profileReasons[name];
    return isAsked[name](shape) && (reason.kinds as readonly string[]).includes(kind) ? [reason] : [];
  });
}

/** Where to fix a profile's reasons. */
export const PROFILE_FIX_IN = 'The value in Campus, or connections[].profile in the export config';
