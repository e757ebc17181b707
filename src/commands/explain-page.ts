/** The output of `explain` for people: the answer, the chain, and with `--full` all rules. OUT marks the reason that a refresh records; out the first of a row; also the rest. */
import type { ChainLink, ExplainedRecord, ExportedRow } from '../explain/answer.js';
import type { Explanation } from '../explain/explain.js';
import type { Facts } from '../filter/rule.js';
import type { Ruling } from '../explain/ruling.js';
import type { RoleTrace, TracedRow } from '../explain/trace-person.js';
import type { RecordTrace } from '../explain/trace-record.js';
import type { PersonMatch } from '../explain/matches.js';
import { answerLines } from './explain-answer.js';
import type { Look } from './look.js';
import { columns } from './terminal.js';
import { wrappedColumns } from './wrap.js';

export interface PageOptions {
  /** Also the rules that keep the record. */
  readonly isFull: boolean;
  readonly look: Look;
}

export function explainPage(explanation: Explanation, { isFull: full, look }: PageOptions): string {
  const { asOf, connections, more } = explanation;
  const page = connections.map(
    ({ name, version, records }) =>
      `${name}: OneRoster ${version}, as of ${asOf}\n${records.map((record) => recordLines(record, full)).join('\n')}`,
  );
  const rest =
    more === 0
      ? ''
      : `\n${more} more match this id. Use the Campus id, or narrow the search with --school NUMBER.\n`;
  const hint = full ? '' : '\nAll rules, with the values they saw: --full\n';
  return `${answerLines(explanation, look)}\n${page.join('\n')}${rest}${hint}`;
}

/** The people whose name matched. */
export function matchesPage(matches: readonly PersonMatch[], more: number, look: Look): string {
  if (matches.length === 0) return 'No person in the SIS has that name.\n';
  const rows = matches.map(({ personID, studentNumber, staffNumber, schools, roles, name }) => [
    studentNumber ?? staffNumber ?? '-',
    String(personID),
    roles.join(', ') || '-',
    schools.join(', ') || '-',
    name,
  ]);
  const rest = more === 0 ? '' : `${more} more have that name; write more of it.\n`;
  const table = wrappedColumns([['number', 'personID', 'role', 'school', 'name'], ...rows], look);
  return `${table}${rest}\nTo see why one of them is in or out: oneroster-export explain person NUMBER\n`;
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
    (full || person.some(isShown) ? `      the person\n${rulingLines(person, reason, full)}` : '')
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
  if (!full && !rulings.some(isShown)) return '';
  return `      ${table} ${factsInWords(values)}\n${rulingLines(rulings, reason, full)}`;
}

function rulingLines(rulings: readonly Ruling[], reason: string | undefined, full: boolean): string {
  const indent = '        ';
  return rulings
    .filter((ruling) => full || isShown(ruling))
    .map((ruling) => {
      const { code, says, fixIn, saw, facts } = ruling;
      const mark = markOf(ruling, reason);
      const seen = sawInWords({ ...saw, ...facts });
      return `${indent}${mark}  ${code}: ${says}  ${seen}`.trimEnd() + `\n${indent}      fix in: ${fixIn}\n`;
    })
    .join('');
}

/** Without `--full` only what leaves the record out. */
const isShown = ({ verdict }: Ruling): boolean => verdict === 'out';

function markOf({ verdict, code, isFirst }: Ruling, reason: string | undefined): string {
  if (verdict === 'keep') return 'keep';
  if (verdict === 'not-asked') return '-   ';
  if (!isFirst) return 'also';
  return code === reason ? 'OUT ' : 'out ';
}

function chainLine({ kind, id, code, says, fixIn }: ChainLink): string {
  return `    because ${kind} ${id} is out by ${code}: ${says}\n      fix in: ${fixIn}\n`;
}

function rowLines({ table, columns: names, cells, origins = {} }: ExportedRow): string {
  const lines = names.map((name, at) => {
    const origin = origins[name];
    return [name, cells[at] ?? '', ...(origin === undefined ? [] : [`from ${origin}`])];
  });
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
