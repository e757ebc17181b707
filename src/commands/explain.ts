/** `explain`: every rule asked about one person, section, course or enrollment. */
import { explain, type ExplainedRecord, type Explanation } from '../explain.js';
import type { SubjectKind } from '../extract/find.js';
import type { SisSource } from '../extract/source.js';
import type { Facts } from '../filter/rule.js';
import type { RecordTrace, Ruling } from '../filter/trace.js';
import { ExportError } from '../model/errors.js';
import type { Config } from '../model/settings.js';
import { asOfDay } from './as-of.js';
import { columns, type Terminal } from './terminal.js';

export const SUBJECT_KINDS: readonly SubjectKind[] = ['person', 'section', 'course', 'enrollment'];

export interface ExplainOptions {
  readonly connection?: string;
  readonly asOf?: string;
  readonly rows?: boolean;
  readonly showValues?: boolean;
  readonly json?: boolean;
}

/** Gives the exit code: 1 when nothing fits the id. */
export async function explainCommand(
  config: Config,
  source: SisSource,
  kind: SubjectKind,
  key: string,
  options: ExplainOptions,
  terminal: Terminal,
  now: Date,
): Promise<number> {
  const { connection, showValues = false } = options;
  if (connection !== undefined && !config.connections.some(({ name }) => name === connection)) {
    throw new ExportError('usage', `The config has no connection ${connection}.`);
  }
  const explanation = await explain({
    config,
    source,
    kind,
    key,
    ...(connection !== undefined && { connection }),
    asOf: asOfDay(options.asOf, config.timezone, now),
  });
  const found = explanation.connections.some(({ records }) => records.length > 0);
  const shown = withRows(explanation, options.rows === true, showValues);
  if (options.json === true) terminal.out(`${JSON.stringify({ kind, found, ...shown }, undefined, 2)}\n`);
  else terminal.out(found ? inWords(shown) : notFound(kind, explanation.near));
  return found ? 0 : 1;
}

/** Names, addresses and numbers stay hidden unless somebody asks for them. */
function withRows(explanation: Explanation, rows: boolean, showValues: boolean): Explanation {
  const hide = (column: string, cell: string): string =>
    showValues || cell === '' || IDS.test(column) ? cell : '(hidden)';
  return {
    ...explanation,
    connections: explanation.connections.map((connection) => ({
      ...connection,
      records: connection.records.map((record) => ({
        ...record,
        rows: rows
          ? record.rows.map((row) => ({
              ...row,
              cells: row.cells.map((cell, at) => hide(row.columns[at] ?? '', cell)),
            }))
          : [],
      })),
    })),
  };
}

/** Columns that hold ids, codes, flags and the dates that rules look at. */
const IDS =
  /sourcedIds?$|^(status|type|role|roleType|primary|enabledUser|classType|grades|beginDate|endDate|startDate|schoolYear|classCode|courseCode|periods)$/i;

function notFound(kind: SubjectKind, near: readonly string[]): string {
  const hint = near.length === 0 ? '' : ` Near it: ${near.join(', ')}.`;
  return `No ${kind} has that id in the SIS.${hint}\n`;
}

function inWords({ asOf, connections }: Explanation): string {
  return connections
    .map(({ name, version, records }) => {
      const head = `${name}: OneRoster ${version}, as of ${asOf}\n`;
      return head + records.map(recordInWords).join('\n');
    })
    .join('\n');
}

function recordInWords(record: ExplainedRecord): string {
  const { kind, id, roles, record: traced, chain, rows } = record;
  const title = `  ${kind} ${id}\n`;
  const body =
    roles === undefined
      ? traced === undefined
        ? ''
        : traceInWords(traced)
      : roles.length === 0
        ? excludedInWords(record) ||
          '    No enrollment, assignment, staff or relationship row of the active year makes this person a candidate for any role.\n'
        : roles
            .map(({ role, isExported, rows: rowTraces, person }) => {
              const reason = record.exclusions.find((each) => each.kind === role);
              const verdict = isExported ? 'exported' : `left out by ${reason?.code ?? 'a rule'}`;
              return (
                `    as ${role}: ${verdict}\n` +
                rowTraces
                  .map(
                    ({ table, values, rulings }) =>
                      `      ${table} ${factsInWords(values)}\n${rulingsInWords(rulings, '        ', reason?.code)}`,
                  )
                  .join('') +
                `      the person\n${rulingsInWords(person, '        ', reason?.code)}`
              );
            })
            .join('');
  const fallen = chain
    .map(({ kind: of, id: other, code }) => `    because ${of} ${other} is out: ${code}\n`)
    .join('');
  const exported = rows
    .map(
      ({ table, columns: names, cells }) =>
        `    ${table}.csv\n${columns(
          names.map((name, at) => [name, cells[at] ?? '']),
          '      ',
        )}`,
    )
    .join('');
  return title + body + fallen + exported;
}

/** Somebody without a row of the active year can still be listed as left out, by the year of his last one. */
function excludedInWords({ exclusions }: ExplainedRecord): string {
  return exclusions
    .map(({ kind, code, facts }) => `    as ${kind}: left out by ${code} ${factsInWords(facts)}\n`)
    .join('');
}

function traceInWords({ isExported, values, rulings }: RecordTrace): string {
  const first = rulings.find(({ facts }) => facts !== undefined)?.code;
  return `    ${isExported ? 'exported' : `left out by ${first ?? 'a rule'}`}\n      ${factsInWords(values)}\n${rulingsInWords(rulings, '        ', first)}`;
}

function rulingsInWords(rulings: readonly Ruling[], indent: string, decisive: string | undefined): string {
  return rulings
    .map(({ code, says, mend, facts }) => {
      if (facts === undefined) return `${indent}keep  ${code}\n`;
      const mark = code === decisive ? 'OUT ' : 'out ';
      return `${indent}${mark}  ${code}: ${says} ${factsInWords(facts)}\n${indent}      mend: ${mend}\n`;
    })
    .join('');
}

function factsInWords(facts: Facts): string {
  return Object.entries(facts)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(' ');
}
