/** The reference tables, as far as tests ask for them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ReferenceColumn {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly requiredIn?: 'both' | 'delta';
  readonly mustBeBlankIn?: 'bulk';
  readonly enum?: readonly string[];
  readonly extensibleEnum?: boolean;
  readonly references?: string;
  readonly referencesWhere?: {
    readonly column?: string;
    readonly in?: readonly string[];
    readonly rolesFileRole?: readonly string[];
    readonly strength: 'must' | 'should';
  };
  readonly itemPattern?: string;
  readonly patternWhen?: { readonly column: string; readonly equals: string; readonly pattern: string };
  readonly vocabulary?: string;
}

export interface ReferenceTable {
  readonly file: string;
  readonly service: string;
  readonly headers: readonly string[];
  readonly columns: readonly ReferenceColumn[];
  readonly bulkDependsOn?: { readonly required: readonly string[] };
  readonly rows?: readonly {
    readonly propertyName: string;
    readonly required: boolean;
    readonly permitted: readonly string[] | null;
  }[];
}

export interface Reference {
  readonly version: string;
  readonly manifestValue: string;
  readonly coreRosteringSet: readonly string[];
  readonly vocabularies: { readonly gradesCEDS: readonly string[] };
  readonly files: Readonly<Record<string, ReferenceTable>>;
}

export function readReference(version: '1.1' | '1.2'): Reference {
  return JSON.parse(
    readFileSync(join('fixtures', 'oneroster', `tables-${version}.json`), 'utf8'),
  ) as Reference;
}

/** Data files by name, without the manifest. */
export function dataTables(
  reference: Reference,
): readonly (readonly [name: string, table: ReferenceTable])[] {
  return Object.entries(reference.files).filter(([name]) => name !== 'manifest');
}
