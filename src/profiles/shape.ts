/** What a profile means for the bundle that is written for it, gathered from its demands. */
import type { VersionName } from '../oneroster/versions.js';
import { demandsFor, demandsOf, type DemandOf, type Profile, type UserRole } from './profile.js';

export interface Shape {
  readonly versions: readonly VersionName[];
  readonly modes: readonly ('bulk' | 'delta')[];
  /** Undefined: all that have rows. */
  readonly tablesAllowed: readonly string[] | undefined;
  readonly tablesHeaderOnly: readonly string[];
  readonly zipName: string | undefined;
  readonly quoting: 'all' | 'minimal';
  readonly lineEnd: 'crlf' | 'lf';
  /** Undefined: all. */
  readonly rolesKept: readonly UserRole[] | undefined;
  readonly cellsRequired: readonly DemandOf<'cell-required'>[];
  /** Cells of users that the standard requires, and that `values` of the connection can leave empty. */
  readonly valuesRequired: readonly string[];
  readonly patterns: readonly DemandOf<'pattern'>[];
  readonly enrollmentDates: 'as-stored' | 'fill-from-terms';
  readonly classSize: DemandOf<'class-size'> | undefined;
  readonly classNeedsTeacher: DemandOf<'class-needs-teacher'> | undefined;
  readonly oneEnrollment: boolean;
  readonly onePrimaryTeacher: boolean;
  readonly sameSchool: boolean;
}

export function shapeOf(profile: Profile | undefined, version: VersionName): Shape {
  const demands = demandsFor(profile, version);
  const cellsRequired = demandsOf(demands, 'cell-required');
  return {
    versions: demandsOf(demands, 'version')[0]?.versions ?? ['1.1', '1.2'],
    modes: demandsOf(demands, 'mode')[0]?.modes ?? ['bulk', 'delta'],
    tablesAllowed: demandsOf(demands, 'files-allowed')[0]?.tables,
    tablesHeaderOnly: demandsOf(demands, 'header-only').flatMap(({ tables }) => tables),
    zipName: demandsOf(demands, 'zip-name')[0]?.name,
    quoting: demandsOf(demands, 'quoting')[0]?.quoting ?? 'minimal',
    lineEnd: demandsOf(demands, 'line-end')[0]?.lineEnd ?? 'crlf',
    rolesKept: demandsOf(demands, 'roles-kept')[0]?.roles,
    cellsRequired,
    valuesRequired: [],
    patterns: demandsOf(demands, 'pattern'),
    enrollmentDates: cellsRequired.some(({ otherwise }) => otherwise === 'fill-from-terms')
      ? 'fill-from-terms'
      : 'as-stored',
    classSize: demandsOf(demands, 'class-size')[0],
    classNeedsTeacher: demandsOf(demands, 'class-needs-teacher')[0],
    oneEnrollment: demandsOf(demands, 'one-enrollment').length > 0,
    onePrimaryTeacher: demandsOf(demands, 'one-primary-teacher').length > 0,
    sameSchool: demandsOf(demands, 'same-school').length > 0,
  };
}

/** Whether a user can be left out for what the user is or lacks. */
export const dropsUsers = (shape: Shape): boolean => shape.rolesKept !== undefined || dropsByCells(shape);

/** Whether a user can be left out for a cell. */
export const dropsByCells = ({ cellsRequired, valuesRequired, patterns }: Shape): boolean =>
  valuesRequired.length > 0 ||
  [...cellsRequired, ...patterns].some(({ otherwise }) => otherwise === 'drop-user');

/** Whether a class can be left out for who is, or is not, enrolled in it. */
export function dropsClasses({ classSize, classNeedsTeacher }: Shape): boolean {
  return classSize?.otherwise === 'drop-class' || classNeedsTeacher?.otherwise === 'drop-class';
}

/** Whether a class or an enrollment can be excluded independently of its user. */
export function dropsEnrollments(shape: Shape): boolean {
  return dropsClasses(shape) || shape.oneEnrollment || shape.sameSchool;
}

/** Whether any record can be left out beyond the rules. */
export const dropsRecords = (shape: Shape): boolean => dropsUsers(shape) || dropsEnrollments(shape);
