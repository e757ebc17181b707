/**
 * The types with which a OneRoster CSV table is declared. A declaration is data: the header, the row type, the format
 * of each cell and the checks of a bundle all come from it.
 */
export type ColumnType =
  | 'guid'
  | 'guidList'
  | 'string'
  | 'stringList'
  | 'enum'
  | 'enumList'
  | 'boolean'
  | 'integer'
  | 'float'
  | 'date'
  | 'dateTime'
  | 'year';

/** A further demand on the row that a reference names. `must` is stated by the binding, `should` is intent or advice. */
export interface ReferenceCondition {
  readonly column: string;
  readonly in: readonly string[];
  readonly strength: 'must' | 'should';
}

export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** `always`: filled in bulk and delta. `delta`: filled in delta and empty in bulk. Absent: optional. */
  readonly required?: 'always' | 'delta';
  /** The tokens of an enumeration. */
  readonly of?: readonly string[];
  /** `ext:` tokens are allowed beside those of `of` (1.2 only). */
  readonly extensible?: true;
  /** The table whose sourcedId the value, or each item of the list, names. */
  readonly refers?: string;
  readonly refersWhere?: ReferenceCondition;
  /** What each item of a list has to look like. */
  readonly itemPattern?: string;
  /** What the value has to look like when another cell of the row holds a given value. */
  readonly patternWhen?: { readonly column: string; readonly equals: string; readonly pattern: string };
  /** The list of codes that the values come from, where the standard names one. */
  readonly vocabulary?: 'grades-ceds';
}

export interface Table {
  readonly name: string;
  readonly file: string;
  readonly service: 'rostering' | 'gradebook' | 'resources';
  readonly columns: readonly Column[];
  /** Tables that have to travel with this one in a bulk bundle, so that each reference resolves. */
  readonly needs: readonly string[];
}

/** One version of the CSV binding. */
export interface OneRosterVersion {
  readonly version: '1.1' | '1.2';
  /** The values of `manifest.version` and `oneroster.version`. */
  readonly manifestVersion: string;
  /** Tables in the order of their `file.*` rows in the manifest. */
  readonly tables: readonly Table[];
  /** Tables without which a bundle is not a roster. */
  readonly coreRoster: readonly string[];
}

/** Keeps the literal types of a declaration, so that `ColumnName` knows its columns. */
export function defineTable<const T extends Table>(table: T): T {
  return table;
}

export type ColumnName<T extends Table> = T['columns'][number]['name'];

/** The 1.1 list of grade codes (CEDS Entry Grade Level), in use with 1.2 as well. */
export const CEDS_GRADES: readonly string[] = [
  'IT',
  'PR',
  'PK',
  'TK',
  'KG',
  '01',
  '02',
  '03',
  '04',
  '05',
  '06',
  '07',
  '08',
  '09',
  '10',
  '11',
  '12',
  '13',
  'PS',
  'UG',
  'Other',
];
