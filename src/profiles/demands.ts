/** Shorthands for what several receivers ask. */
import { CEDS_GRADES } from '../oneroster/table.js';
import type { Demand } from './profile.js';

export const only11 = (source: string): Demand => ({
  kind: 'version',
  versions: ['1.1'],
  severity: 'error',
  says: 'The receiver takes OneRoster 1.1 only.',
  source,
});

export const only12 = (source: string): Demand => ({
  kind: 'version',
  versions: ['1.2'],
  severity: 'error',
  says: 'The receiver takes OneRoster 1.2 only.',
  source,
});

export const bulkOnly = (source: string): Demand => ({
  kind: 'mode',
  modes: ['bulk'],
  severity: 'error',
  says: 'The receiver takes bulk files only.',
  source,
});

export const filesRequired = (source: string, ...tables: readonly string[]): Demand => ({
  kind: 'files-required',
  tables,
  severity: 'error',
  says: 'A file that the receiver wants in every bundle is not there.',
  source,
});

export const zipNamed = (source: string, name: string, severity: 'error' | 'warning' = 'error'): Demand => ({
  kind: 'zip-name',
  name,
  severity,
  says: `The receiver looks for a zip of the name ${name}.`,
  source,
});

export const looseFiles = (source: string): Demand => ({
  kind: 'loose-files',
  severity: 'error',
  says: 'The receiver takes the CSV files one by one and not in a zip.',
  source,
});

export const noMetadata = (source: string): Demand => ({
  kind: 'no-metadata',
  severity: 'error',
  says: 'The receiver takes no extension columns.',
  source,
});

export const blankMeansEmpty = (source: string): Demand => ({
  kind: 'tighten',
  code: 'cell.only-blanks',
  severity: 'error',
  says: 'An empty value holds no blank.',
  source,
});

/** The six data files of the 1.1 rostering set. */
export const ROSTERING = ['academicSessions', 'orgs', 'courses', 'classes', 'users', 'enrollments'];

export const CEDS_PATTERN = `^(${CEDS_GRADES.join('|')})$`;
