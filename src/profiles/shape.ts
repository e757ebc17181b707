/** What a profile means for the bundle that is written for it, gathered from its demands. */
import type { VersionName } from '../oneroster/versions.js';
import { demandsFor, demandsOf, type DemandOf, type Profile, type UserRole } from './profile.js';

export interface Shape {
  readonly versions: readonly VersionName[];
  readonly modes: readonly ('bulk' | 'delta')[];
  readonly tablesRequired: readonly string[];
  /** Undefined: all that have rows. */
  readonly tablesAllowed: readonly string[] | undefined;
  readonly tablesHeaderOnly: readonly string[];
  readonly zipName: string | undefined;
  readonly looseFiles: boolean;
  readonly quoting: 'all' | 'minimal';
  readonly lineEnd: 'crlf' | 'lf';
  readonly metadata: boolean;
  /** Undefined: all. */
  readonly rolesKept: readonly UserRole[] | undefined;
  readonly cellsRequired: readonly DemandOf<'cell-required'>[];
  readonly patterns: readonly DemandOf<'pattern'>[];
  readonly uniques: readonly DemandOf<'unique'>[];
  readonly enrollmentDates: 'as-stored' | 'fill-from-terms';
  readonly classSize: DemandOf<'class-size'> | undefined;
  readonly classNeedsTeacher: DemandOf<'class-needs-teacher'> | undefined;
  readonly oneEnrollment: boolean;
  readonly sameSchool: boolean;
}

export function shapeOf(profile: Profile | undefined, version: VersionName): Shape {
  const demands = demandsFor(profile, version);
  const cellsRequired = demandsOf(demands, 'cell-required');
  return {
    versions: demandsOf(demands, 'version')[0]?.versions ?? ['1.1', '1.2'],
    modes: demandsOf(demands, 'mode')[0]?.modes ?? ['bulk', 'delta'],
    tablesRequired: demandsOf(demands, 'files-required').flatMap(({ tables }) => tables),
    tablesAllowed: demandsOf(demands, 'files-allowed')[0]?.tables,
    tablesHeaderOnly: demandsOf(demands, 'header-only').flatMap(({ tables }) => tables),
    zipName: demandsOf(demands, 'zip-name')[0]?.name,
    looseFiles: demandsOf(demands, 'loose-files').length > 0,
    quoting: demandsOf(demands, 'quoting')[0]?.quoting ?? 'minimal',
    lineEnd: demandsOf(demands, 'line-end')[0]?.lineEnd ?? 'crlf',
    metadata: demandsOf(demands, 'no-metadata').length === 0,
    rolesKept: demandsOf(demands, 'roles-kept')[0]?.roles,
    cellsRequired,
    patterns: demandsOf(demands, 'pattern'),
    uniques: demandsOf(demands, 'unique'),
    enrollmentDates: cellsRequired.some(({ otherwise }) => otherwise === 'fill-from-terms')
      ? 'fill-from-terms'
      : 'as-stored',
    classSize: demandsOf(demands, 'class-size')[0],
    classNeedsTeacher: demandsOf(demands, 'class-needs-teacher')[0],
    oneEnrollment: demandsOf(demands, 'one-enrollment').length > 0,
    sameSchool: demandsOf(demands, 'same-school').length > 0,
  };
}
