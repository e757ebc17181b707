/**
 * What a receiver demands beyond the standard, as data. The exporter shapes a bundle by it (shape.ts) and the judge checks by it.
 * A profile only tightens the standard, except for the three demands that no standard bundle can meet (`header-only`, `line-end`
 * and `files-allowed`): there the receiver's requirement replaces the standard's, only for its own bundles.
 */
import type { VersionName } from '../oneroster/versions.js';

export interface Profile {
  /** The name that configs and `--profile` use. */
  readonly name: string;
  readonly title: string;
  readonly demands: readonly Demand[];
}

interface Said {
  /** One sentence that states what is found when the demand is not met. */
  readonly says: string;
  /** The public page or repository that states it. */
  readonly source: string;
  /** Present: the demand is for bundles of this version. */
  readonly only?: VersionName;
}

/** A demand on the package, which the exporter meets by itself or cannot meet at all. */
interface OfPackage {
  /** `warning` for advice, and if the receiver still accepts the rest of the bundle. */
  readonly severity: 'error' | 'warning';
}

/** The exporter changes what it sends so that the demand is met; a bundle of another origin that does not meet it is refused. */
interface Met<Act extends string> {
  readonly otherwise: Act;
  readonly severity: 'error';
}

/** The exporter changes nothing: a bundle that does not meet the demand is withheld, or sent with a warning. */
type Judged =
  | { readonly otherwise: 'withhold'; readonly severity: 'error' }
  | { readonly otherwise: 'report'; readonly severity: 'warning' };

/** In the words of 1.1, which 1.2 splits further. */
export type UserRole =
  'student' | 'teacher' | 'administrator' | 'aide' | 'guardian' | 'parent' | 'relative' | 'proctor';

interface Cell {
  readonly table: string;
  readonly column: string;
}

interface UserCell extends Cell {
  readonly table: 'users';
}

/** A cell that must be filled. */
type CellRequired = { readonly kind: 'cell-required' } & (
  | (UserCell & {
      /** Only for users of these roles. */
      readonly roles?: readonly UserRole[];
    } & (Met<'drop-user'> | Judged))
  | ({
      readonly table: 'enrollments';
      readonly column: 'beginDate' | 'endDate';
      readonly roles?: undefined;
    } & Met<'fill-from-terms'>)
);

/** What a filled cell looks like. */
type Pattern = {
  readonly kind: 'pattern';
  readonly pattern: string;
  /** The pattern is for each item of a list. */
  readonly each?: true;
} & ((UserCell & Met<'drop-user'>) | (Cell & (Met<'lower-case' | 'empty-cell'> | Judged)));

/** A filled cell that no two rows share. */
type Unique = {
  readonly kind: 'unique';
  readonly ignoreCase: boolean;
} & (
  | (UserCell & {
      /** Only among users of these roles. */
      readonly roles?: readonly UserRole[];
    })
  | (Cell & { readonly roles?: undefined })
) &
  Judged;

type PackageDemand = OfPackage &
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
    /** What the sourcedId of every table looks like. */
    | { readonly kind: 'id-pattern'; readonly pattern: string }
    | { readonly kind: 'session-type'; readonly types: readonly string[] }
    /** A check of the catalog that this receiver takes as an error. */
    | { readonly kind: 'tighten'; readonly code: string }
  );

/** Demands on users, classes and who is enrolled in them. */
type RosterDemand =
  | ({ readonly kind: 'roles-kept'; readonly roles: readonly UserRole[] } & Met<'drop-user'>)
  | ({ readonly kind: 'class-size'; readonly most: number } & (Met<'drop-class'> | Judged))
  | ({ readonly kind: 'classes-per-teacher'; readonly most: number } & Judged)
  | ({ readonly kind: 'class-needs-teacher' } & (Met<'drop-class'> | Judged))
  /** In the whole year, where the standard allows one at a time. */
  | ({ readonly kind: 'one-primary-teacher' } & Met<'send-as-teacher'>)
  /** One enrollment for each user, class and role. */
  | ({ readonly kind: 'one-enrollment' } & Met<'drop-enrollment'>)
  /** The school of a class is among the orgs of its students. */
  | ({ readonly kind: 'same-school' } & Met<'drop-enrollment'>)
  /** Classes whose first session has not begun. */
  | ({ readonly kind: 'class-in-future' } & Judged);

export type Demand = Said & (PackageDemand | CellRequired | Pattern | Unique | RosterDemand);

export type DemandKind = Demand['kind'];
export type DemandOf<K extends DemandKind> = Extract<Demand, { readonly kind: K }>;

/** The demands on a bundle of this version. */
export function demandsFor(profile: Profile | undefined, version: VersionName): readonly Demand[] {
  return (profile?.demands ?? []).filter(({ only }) => only === undefined || only === version);
}

/** Those of one kind. */
export function demandsOf<K extends DemandKind>(demands: readonly Demand[], kind: K): readonly DemandOf<K>[] {
  return demands.filter((demand): demand is DemandOf<K> => demand.kind === kind);
}

/** Whether a cell fits a pattern; an empty cell fits every pattern. */
export function cellMatcher({
  pattern,
  each,
}: Pick<DemandOf<'pattern'>, 'pattern' | 'each'>): (cell: string) => boolean {
  const regex = new RegExp(pattern, 'u');
  if (each) return (cell) => cell === '' || cell.split(',').every((item) => regex.test(item));
  return (cell) => cell === '' || regex.test(cell);
}

/** The roles of roles.csv in 1.2 that are a role of 1.1. */
export function rolesIn(version: VersionName, roles: readonly UserRole[]): readonly string[] {
  if (version === '1.1') return roles;
  return roles.flatMap((role) => (role === 'administrator' ? ADMINISTRATORS : [role]));
}

const ADMINISTRATORS = ['districtAdministrator', 'principal', 'siteAdministrator', 'systemAdministrator'];
