/** The output of `preflight` for people. */
import { stringify } from 'yaml';
import type { Advice } from '../extract/suggest.js';
import type { ColumnFinding } from '../extract/column-finding.js';
import type { SourceFact } from '../extract/source.js';
import { columns as inColumns } from './terminal.js';

export interface Preflight {
  readonly source: string;
  readonly facts: readonly SourceFact[];
  readonly columns: readonly ColumnFinding[];
  readonly isReady: boolean;
  /** Where tables or columns are missing. */
  readonly advice: Advice | undefined;
}

export function isInTheWay({ state }: ColumnFinding): boolean {
  return state === 'missing' || state === 'unreadable';
}

export function preflightPage({ source, facts, columns, isReady, advice }: Preflight): string {
  const lines = facts.map(({ code, severity, says }) => [severity, code, says]);
  const errors =
    facts.filter(({ severity }) => severity === 'error').length + columns.filter(isInTheWay).length;
  const end = isReady
    ? 'Ready: a refresh can read this database.'
    : `Not ready: ${errors === 1 ? 'one problem keeps' : `${errors} problems keep`} a refresh from reading this database.`;
  return `SIS: ${source}\n\n${inColumns(lines, '  ')}\n${schemaLines(columns)}${advice === undefined ? '' : adviceLines(advice)}\n${end}\n`;
}

function schemaLines(columns: readonly ColumnFinding[]): string {
  const present = columns.filter(({ state }) => state === 'present');
  const tables = new Set(columns.map(({ table }) => table)).size;
  const head = `Schema: a refresh reads ${columns.length} columns of ${tables} tables; ${present.length} of them are present as needed.\n`;
  const inTheWay = columns.filter(isInTheWay);
  const leftOut = columns.filter(({ state }) => state === 'left-out');
  const different = present.filter(({ remark }) => remark !== undefined);
  return [
    head,
    section('Problems', inTheWay, ({ state, expected, remark }) => [
      state,
      // Of an extension column: which columns exist.
      state === 'unreadable' || remark !== undefined ? (remark ?? '') : expected.type,
    ]),
    section('Missing, but not required', leftOut, ({ remark = '' }) => [remark]),
    section('Different, but readable', different, ({ remark = '' }) => [remark]),
  ].join('');
}

function adviceLines({ suggestions, mapping }: Advice): string {
  const rows = suggestions.map(({ table, column, near, others }) => [
    column === undefined ? table : `${table}.${column}`,
    near.length > 0 ? near.join(', ') : `no similar name${inBrackets(others ?? [])}`,
  ]);
  const yaml = stringify({ source: { tables: mapping } }, { lineWidth: 0 });
  const isEmpty = Object.keys(mapping).length === 0;
  return `\n  Nearest names that exist\n${inColumns(rows, '    ')}${
    isEmpty ? '' : `\n  A mapping for the config. Compare each name before you use it:\n\n${yaml}`
  }`;
}

const inBrackets = (names: readonly string[]): string =>
  names.length === 0 ? '' : ` among ${names.join(', ')}`;

function section(
  title: string,
  findings: readonly ColumnFinding[],
  cells: (finding: ColumnFinding) => readonly string[],
): string {
  if (findings.length === 0) return '';
  const rows = findings.map((finding) => [`${finding.table}.${finding.column}`, ...cells(finding)]);
  return `\n  ${title}\n${inColumns(rows, '    ')}`;
}
