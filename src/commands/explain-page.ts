/** The output of `explain` for people. OUT marks the reason that a refresh records; out the first of a row; also the rest. */
import type { ChainLink, ExplainedRecord, ExportedRow } from '../explain/answer.js';
import type { Explanation } from '../explain/explain.js';
import type { Facts } from '../filter/rule.js';
import type { Ruling } from '../explain/ruling.js';
import type { RoleTrace, TracedRow } from '../explain/trace-person.js';
import type { RecordTrace } from '../explain/trace-record.js';
import { columns } from './terminal.js';

/** `full`: also list the rules that keep the record. */
export function explainPage({ asOf, connections, more }: Explanation, full: boolean): string {
  const page = connections.map(
    ({ name, version, records }) =>
      `${name}: OneRoster ${version}, as of ${asOf}\n${records.map((record) => recordLines(record, full)).join('\n')}`,
  );
  const rest =
    more === 0
      ? ''
      : `\n${more} more match this id. Use the Campus id, or narrow the search with --school NUMBER.\n`;
  return page.join('\n') + rest;
}

function recordLines(record: ExplainedRecord, full: boolean): string {
  const { kind, id, name, roles, record: traced, chain, rows } = record;
  return [
    `  ${kind} ${id}${name === undefined ? '' : ` (${name})`}\n`,
    record.isOfOtherYear
      ? '    It has no rows in the active school year, so a refresh does not read it. (YEAR_NOT_ACTIVE)\n'
      : '',
    ...(roles ?? []).map((role) => roleLines(role, record, full)),
    roles === undefined ? '' : withoutRows(record),
    traced === undefined ? '' : traceLines(traced, record, full),
    ...chain.map(chainLine),
    ...rows.map(rowLines),
  ].join('');
}

function roleLines(
  { role, isExported, rows, person }: RoleTrace,
  record: ExplainedRecord,
  full: boolean,
): string {
  const reason = record.exclusions.find(({ kind }) => kind === role)?.code;
  const verdict = isExported ? 'exported' : `left out by ${reason ?? 'a rule'}`;
  return (
    `    as ${role}: ${verdict}\n` +
    rows.map((row) => tracedRowLines(row, reason, full)).join('') +
    `      the person\n${rulingLines(person, reason, full)}`
  );
}

/** A person without a row in the active year can still be listed as excluded, by the year of their last row. */
function withoutRows({ exclusions, roles = [] }: ExplainedRecord): string {
  const others = exclusions.filter(({ kind }) => !roles.some(({ role }) => role === kind));
  if (others.length > 0) {
    return others
      .map(({ kind, code, facts }) => `    as ${kind}: left out by ${code}  ${factsInWords(facts)}\n`)
      .join('');
  }
  return roles.length > 0
    ? ''
    : '    This person has no enrollment, assignment, staff or relationship row in the active year, so no role applies.\n';
}

function traceLines(traced: RecordTrace, { exclusions }: ExplainedRecord, full: boolean): string {
  const { isExported, values, rulings, rows } = traced;
  const reason = exclusions[0]?.code ?? rulings.find(({ isFirst }) => isFirst)?.code;
  const verdict = isExported ? 'exported' : `left out by ${reason ?? 'a rule'}`;
  return (
    `    ${verdict}\n      ${factsInWords(values)}\n${rulingLines(rulings, reason, full)}` +
    rows.map((row) => tracedRowLines(row, undefined, full)).join('')
  );
}

function tracedRowLines(
  { table, values, rulings }: TracedRow,
  reason: string | undefined,
  full: boolean,
): string {
  return `      ${table} ${factsInWords(values)}\n${rulingLines(rulings, reason, full)}`;
}

function rulingLines(rulings: readonly Ruling[], reason: string | undefined, full: boolean): string {
  const indent = '        ';
  return rulings
    .map((ruling) => {
      const { code, verdict, says, fixIn, saw, facts } = ruling;
      const mark = markOf(ruling, reason);
      const seen = sawInWords({ ...saw, ...facts });
      if (verdict !== 'out' && !full) return `${indent}${mark}  ${code}  ${seen}`.trimEnd() + '\n';
      return `${indent}${mark}  ${code}: ${says}  ${seen}`.trimEnd() + `\n${indent}      fix in: ${fixIn}\n`;
    })
    .join('');
}

function markOf({ verdict, code, isFirst }: Ruling, reason: string | undefined): string {
  if (verdict === 'keep') return 'keep';
  if (verdict === 'not-asked') return '-   ';
  if (!isFirst) return 'also';
  return code === reason ? 'OUT ' : 'out ';
}

function chainLine({ kind, id, code, says, fixIn }: ChainLink): string {
  return `    because ${kind} ${id} is out by ${code}: ${says}\n      fix in: ${fixIn}\n`;
}

function rowLines({ table, columns: names, cells }: ExportedRow): string {
  const lines = names.map((name, at) => [name, cells[at] ?? '']);
  return `    ${table}.csv\n${columns(lines, '      ')}`;
}

/** A rule may depend on a value being empty. */
function sawInWords(facts: Facts): string {
  return Object.entries(facts)
    .map(([name, value]) => `${name}=${value === null ? 'blank' : String(value)}`)
    .join(' ');
}

function factsInWords(facts: Facts): string {
  return Object.entries(facts)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
}
