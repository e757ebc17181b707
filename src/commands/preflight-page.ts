/** What a person reads after `preflight`. */
import type { ColumnFinding } from '../extract/schema.js';
import type { SourceFact } from '../extract/source.js';
import { columns as inColumns } from './terminal.js';

export interface Preflight {
  readonly source: string;
  readonly facts: readonly SourceFact[];
  readonly columns: readonly ColumnFinding[];
  readonly isReady: boolean;
}

export function isInTheWay({ state }: ColumnFinding): boolean {
  return state === 'missing' || state === 'unreadable';
}

export function preflightPage({ source, facts, columns, isReady }: Preflight): string {
  const lines = facts.map(({ code, severity, says }) => [severity, code, says]);
  const errors =
    facts.filter(({ severity }) => severity === 'error').length + columns.filter(isInTheWay).length;
  const end = isReady
    ? 'Ready: a refresh can read this database.'
    : `Not ready: ${errors === 1 ? 'one thing keeps' : `${errors} things keep`} a refresh from reading this database.`;
  return `SIS: ${source}\n\n${inColumns(lines, '  ')}\n${schemaLines(columns)}\n${end}\n`;
}

function schemaLines(columns: readonly ColumnFinding[]): string {
  const present = columns.filter(({ state }) => state === 'present');
  const tables = new Set(columns.map(({ table }) => table)).size;
  const head = `Schema: ${columns.length} columns of ${tables} tables are read, ${present.length} of them are there as needed.\n`;
  const inTheWay = columns.filter(isInTheWay);
  const leftOut = columns.filter(({ state }) => state === 'left-out');
  const different = present.filter(({ remark }) => remark !== undefined);
  return [
    head,
    section('In the way', inTheWay, ({ state, expected, remark }) => [
      state,
      state === 'unreadable' ? (remark ?? '') : expected.type,
    ]),
    section('Not there, and not needed', leftOut, ({ remark = '' }) => [remark]),
    section('Different, and read all the same', different, ({ remark = '' }) => [remark]),
  ].join('');
}

function section(
  title: string,
  findings: readonly ColumnFinding[],
  cells: (finding: ColumnFinding) => readonly string[],
): string {
  if (findings.length === 0) return '';
  const rows = findings.map((finding) => [`${finding.table}.${finding.column}`, ...cells(finding)]);
  return `\n  ${title}\n${inColumns(rows, '    ')}`;
}
