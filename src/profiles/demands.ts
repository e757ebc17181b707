/** Shorthands for requirements of several receivers. */
import { CEDS_GRADES } from '../oneroster/table.js';
import type { Demand } from './profile.js';

export const only11 = (source: string): Demand => ({
  kind: 'version',
  versions: ['1.1'],
  severity: 'error',
  says: 'The receiver accepts OneRoster 1.1 only.',
  source,
});

export const only12 = (source: string): Demand => ({
  kind: 'version',
  versions: ['1.2'],
  severity: 'error',
  says: 'The receiver accepts OneRoster 1.2 only.',
  source,
});

export const bulkOnly = (source: string): Demand => ({
  kind: 'mode',
  modes: ['bulk'],
  severity: 'error',
  says: 'The receiver accepts bulk files only.',
  source,
});

export const filesRequired = (source: string, ...tables: readonly string[]): Demand => ({
  kind: 'files-required',
  tables,
  severity: 'error',
  says: 'A file that the receiver requires in every bundle is missing.',
  source,
});

export const zipNamed = (source: string, name: string, severity: 'error' | 'warning' = 'error'): Demand => ({
  kind: 'zip-name',
  name,
  severity,
  says: `The receiver requires the zip to be named ${name}.`,
  source,
});

export const looseFiles = (source: string): Demand => ({
  kind: 'loose-files',
  severity: 'error',
  says: 'The receiver accepts separate CSV files, not a zip.',
  source,
});

export const noMetadata = (source: string): Demand => ({
  kind: 'no-metadata',
  severity: 'error',
  says: 'The receiver accepts no extension columns.',
  source,
});

export const blankMeansEmpty = (source: string): Demand => ({
  kind: 'tighten',
  code: 'cell.only-blanks',
  severity: 'error',
  says: 'An empty value contains no spaces.',
  source,
});

/** The six data files of the 1.1 rostering set. */
export const ROSTERING = ['academicSessions', 'orgs', 'courses', 'classes', 'users', 'enrollments'];

export const CEDS_PATTERN = `^(${CEDS_GRADES.join('|')})$`;
