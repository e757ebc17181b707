/**
 * Extension columns: `metadata.<name>` behind the columns of the standard (CSV binding 1.2, Proprietary Data Elements). Which ids of
 * the SIS belong to the rows of each table, and a version whose tables have a connection's extension columns.
 */
import type { Column, OneRosterVersion, Table } from './table.js';
import { versions, type VersionName } from './versions.js';

/** Ids of the SIS by which a value finds its row. */
export const ENTITY_IDS = [
  'personID',
  'schoolID',
  'sectionID',
  'courseID',
  'enrollmentID',
  'rosterID',
  'termID',
] as const;
export type EntityId = (typeof ENTITY_IDS)[number];

/**
 * By table. `enrollmentID`: of the enrollment that gives the student's grade. `rosterID`: enrollments of students only. `termID`: terms
 * only; `schoolID` of a session: its school.
 */
export const rowIds = {
  orgs: ['schoolID'],
  academicSessions: ['termID', 'schoolID'],
  users: ['personID', 'enrollmentID'],
  roles: ['personID', 'schoolID'],
  demographics: ['personID', 'enrollmentID'],
  enrollments: ['rosterID', 'personID', 'sectionID', 'schoolID'],
  classes: ['sectionID', 'courseID', 'schoolID'],
  courses: ['courseID', 'schoolID'],
} as const satisfies Readonly<Record<string, readonly EntityId[]>>;

export type ExtendedTable = keyof typeof rowIds;

/** What an extension column is named by: the part behind `metadata.` */
export const EXTENSION_NAME = /^[A-Za-z][\w.-]{0,59}$/;
const PREFIX = 'metadata.';

export const extensionColumn = (name: string): string => `${PREFIX}${name}`;
export const isExtensionColumn = (column: string): boolean => column.startsWith(PREFIX);

/** An extension column as far as the version is concerned. */
export interface Extension {
  readonly table: string;
  readonly name: string;
}

/** The table with its extension columns, in the given order. */
export function extendedTable(table: Table, extensions: readonly Extension[] = []): Table {
  const own = extensions.filter((each) => each.table === table.name);
  if (own.length === 0) return table;
  const added = own.map(({ name }): Column => ({ name: extensionColumn(name), type: 'string' }));
  return { ...table, columns: [...table.columns, ...added] };
}

interface Sent {
  readonly version: VersionName;
  readonly metadata?: readonly Extension[];
}

/** The version of a connection, its tables with its extension columns. */
export function versionSent({ version, metadata = [] }: Sent): OneRosterVersion {
  const plain = versions[version];
  if (metadata.length === 0) return plain;
  return { ...plain, tables: plain.tables.map((table) => extendedTable(table, metadata)) };
}
