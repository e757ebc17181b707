/** Checks the requirements of a receiver beyond the standard on the package and its files. */
import { demandsOf, type Demand, type DemandOf } from '../../profiles/profile.js';
import type { CsvReader, Row } from '../../csv/csv-reader.js';
import type { Findings, Tally } from '../catalogue/findings.js';
import type { Inquiry } from '../memory/known.js';

export function demandTally(findings: Findings, demand: Demand, file?: string, column?: string): Tally {
  return findings.tallyOf(
    { code: `profile.${demand.kind}`, severity: demand.severity, says: demand.says },
    file,
    column,
  );
}

/** Where the package as a whole is not what the receiver takes. `name` and `bytes` are those of the zip. */
export function judgePackageDemands(inquiry: Inquiry, name: string | undefined, bytes: number): void {
  const { findings, demands, version, tables, present } = inquiry;
  const hit = (demand: Demand, file?: string): void => demandTally(findings, demand, file).hit();
  const modes = new Map([...tables.values()].map((table) => [table.name, table.mode]));
  const isDelta = [...modes.values()].includes('delta');
  for (const demand of demands) {
    switch (demand.kind) {
      case 'version':
        if (!demand.versions.includes(version.version)) hit(demand);
        break;
      case 'mode':
        for (const [table, mode] of modes) {
          if (mode !== undefined && !demand.modes.includes(mode)) hit(demand, `${table}.csv`);
        }
        break;
      case 'files-required':
        // A delta holds only what changed.
        for (const table of isDelta ? [] : demand.tables)
          if (!present.has(table)) hit(demand, `${table}.csv`);
        break;
      case 'files-allowed':
        for (const table of present) if (!demand.tables.includes(table)) hit(demand, `${table}.csv`);
        break;
      case 'zip-name':
        if (name !== undefined && !isRightName(demand, name)) hit(demand);
        break;
      case 'largest-zip':
        if (bytes > demand.bytes) hit(demand);
        break;
      default:
        break;
    }
  }
}

function isRightName(demand: DemandOf<'zip-name'>, name: string): boolean {
  return demand.pattern === undefined ? name === demand.name : new RegExp(demand.pattern).test(name);
}

/** The standard names CR LF; a receiver that requires LF overrides it. */
export function judgeLineEnds(
  csv: CsvReader,
  file: string,
  findings: Findings,
  demands: readonly Demand[],
): void {
  const asked = demandsOf(demands, 'line-end')[0];
  if (csv.crlf > 0 && csv.lf > 0) findings.tally('csv.mixed-line-ends', file).hit();
  else if (csv.lf > 0 && !asked) findings.tally('csv.line-feed', file).hit();
  if (asked && csv.crlf > 0) demandTally(findings, asked).hit();
}

/** Checks the quotes of each row, if the receiver has a requirement. One cause, so one finding for all files. */
export function quotingJudge({ demands, findings }: Inquiry): ((row: Row) => void) | undefined {
  const asked = demandsOf(demands, 'quoting')[0];
  if (!asked) return undefined;
  const tally = demandTally(findings, asked);
  const isAll = asked.quoting === 'all';
  const isWrong = (row: Row, cell: number): boolean => {
    const isQuoted = row.quoted[cell] === 1;
    return isAll ? !isQuoted && !row.isBlank(cell) : isQuoted && row.needed[cell] === 0;
  };
  return (row) => {
    for (let cell = 0; cell < row.width; cell++) {
      if (!isWrong(row, cell)) continue;
      tally.hit();
      return;
    }
  };
}

/** True if the receiver requires or accepts a header without rows. */
export function mayBeHeaderOnly(table: string, { demands }: Inquiry): boolean {
  return demandsOf(demands, 'header-only').some(({ tables }) => tables.includes(table));
}

/** True if the receiver rejects a table, so that its absence is no finding. */
export function isRefused(table: string, { demands }: Inquiry): boolean {
  return demandsOf(demands, 'files-allowed').some(({ tables }) => !tables.includes(table));
}
