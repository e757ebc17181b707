/**
 * What a receiver asks beyond the standard, as data. The exporter shapes a bundle by it (shape.ts) and the judge checks by it.
 * A profile only tightens; the three demands that cannot be met together with the standard say so (`header-only`, `line-end` and
 * `files-allowed`): there the receiver's word replaces the standard's, for the bundles that go to it alone.
 */
import type { VersionName } from '../oneroster/versions.js';

export interface Profile {
  /** The name that configs and `--profile` use. */
  readonly name: string;
  readonly title: string;
  readonly demands: readonly Demand[];
}

export interface Asked {
  /** One sentence that states what is found when the demand is not met. */
  readonly says: string;
  /** The public page or repository that asks it. */
  readonly source: string;
  /** `warning` for advice, and where the receiver takes the rest of the bundle all the same. */
  readonly severity: 'error' | 'warning';
  /** Present: only bundles of this version are asked. */
  readonly only?: VersionName;
}

/** What the exporter does with a record that does not meet the demand. */
export type Otherwise = 'drop-user' | 'drop-class' | 'drop-enrollment' | 'withhold' | 'report';

/** In the words of 1.1, which 1.2 splits further. */
export type UserRole =
  'student' | 'teacher' | 'administrator' | 'aide' | 'guardian' | 'parent' | 'relative' | 'proctor';

export type Demand = Asked &
  (
    | { readonly kind: 'version'; readonly versions: readonly VersionName[] }
    | { readonly kind: 'mode'; readonly modes: readonly ('bulk' | 'delta')[] }
    /** Tables that are in every bulk bundle. */
    | { readonly kind: 'files-required'; readonly tables: readonly string[] }
    /** No other tables, even where the standard needs them. */
    | { readonly kind: 'files-allowed'; readonly tables: readonly string[] }
    /** Tables that travel as a header when they have no row, instead of being left out. */
    | { readonly kind: 'header-only'; readonly tables: readonly string[] }
    /** `pattern` for receivers that only limit the name; `name` is what is sent. */
    | { readonly kind: 'zip-name'; readonly name: string; readonly pattern?: string }
    /** The CSV files are delivered one by one, not in a zip. */
    | { readonly kind: 'loose-files' }
    | { readonly kind: 'largest-zip'; readonly bytes: number }
    | { readonly kind: 'quoting'; readonly quoting: 'all' | 'minimal' }
    | { readonly kind: 'line-end'; readonly lineEnd: 'lf' }
    | { readonly kind: 'no-metadata' }
    | {
        readonly kind: 'cell-required';
        readonly table: string;
        readonly column: string;
        /** Only for users of these roles. */
        readonly roles?: readonly UserRole[];
        readonly otherwise: Otherwise | 'fill-from-terms';
      }
    | {
        readonly kind: 'pattern';
        readonly table: string;
        readonly column: string;
        readonly pattern: string;
        /** The pattern is for each item of a list. */
        readonly each?: true;
        readonly otherwise: Otherwise | 'lower-case';
      }
    | {
        readonly kind: 'unique';
        readonly table: string;
        readonly column: string;
        readonly ignoreCase: boolean;
        readonly otherwise: Otherwise;
      }
    /** What the sourcedId of every table looks like. */
    | { readonly kind: 'id-pattern'; readonly pattern: string }
    | { readonly kind: 'roles-kept'; readonly roles: readonly UserRole[]; readonly otherwise: Otherwise }
    | { readonly kind: 'class-size'; readonly most: number; readonly otherwise: Otherwise }
    | { readonly kind: 'classes-per-teacher'; readonly most: number; readonly otherwise: Otherwise }
    | { readonly kind: 'class-needs-teacher'; readonly otherwise: Otherwise }
    | { readonly kind: 'one-primary-teacher'; readonly otherwise: Otherwise }
    /** One enrollment for each user, class and role. */
    | { readonly kind: 'one-enrollment'; readonly otherwise: Otherwise }
    /** The school of a class is among the orgs of its students. */
    | { readonly kind: 'same-school'; readonly otherwise: Otherwise }
    /** Classes whose first session has not begun. */
    | { readonly kind: 'class-in-future'; readonly otherwise: Otherwise }
    | { readonly kind: 'session-type'; readonly types: readonly string[] }
    /** A check of the catalogue that this receiver takes as an error. */
    | { readonly kind: 'tighten'; readonly code: string }
  );

export type DemandKind = Demand['kind'];
export type DemandOf<K extends DemandKind> = Extract<Demand, { readonly kind: K }>;

/** The demands that a bundle of this version has to meet. */
export function demandsFor(profile: Profile | undefined, version: VersionName): readonly Demand[] {
  return (profile?.demands ?? []).filter(({ only }) => only === undefined || only === version);
}

/** Those of one kind. */
export function demandsOf<K extends DemandKind>(demands: readonly Demand[], kind: K): readonly DemandOf<K>[] {
  return demands.filter((demand): demand is DemandOf<K> => demand.kind === kind);
}

/** The roles of roles.csv in 1.2 that are a role of 1.1. */
export function rolesIn(version: VersionName, roles: readonly UserRole[]): readonly string[] {
  if (version === '1.1') return roles;
  return roles.flatMap((role) => (role === 'administrator' ? ADMINISTRATORS : [role]));
}

const ADMINISTRATORS = ['districtAdministrator', 'principal', 'siteAdministrator', 'systemAdministrator'];
