/** `diff`: what was added, changed and removed between two bundles, per file and per school. */
import { countChanges } from '../compare/count-changes.js';
import type { Difference } from '../model/difference.js';
import type { RowChange } from '../compare/row-changes.js';
import { ExportError } from '../model/errors.js';
import { shownId } from '../model/printable.js';
import { schoolLabel, type SchoolNames } from '../model/school-names.js';
import type { ZipLimits } from '../model/reading-limits.js';
import type { Finding } from '../model/finding.js';
import { judge } from '../verify/judge.js';
import { ChangeList } from './change-list.js';
import { differenceTable } from './difference-table.js';
import { zipLimits, type ReadingOptions } from './reading-options.js';
import { columns, type Terminal } from './terminal.js';

export interface DiffOptions extends ReadingOptions {
  readonly records?: boolean;
  readonly json?: boolean;
}

export async function diffCommand(
  before: string,
  after: string,
  options: DiffOptions,
  terminal: Terminal,
): Promise<void> {
  const limits = zipLimits(options);
  const isPartial = [await holdsChangesOnly(before, limits), await holdsChangesOnly(after, limits)].includes(
    true,
  );
  const records = new ChangeList();
  try {
    const line = options.json === true ? recordJson : recordLine;
    const orgs = new Map<string, SchoolNames>();
    const difference = await countChanges({
      before,
      after,
      limits,
      onOrg: (org) => {
        if (orgs.size < MOST_NAMED) orgs.set(org.sourcedId ?? '', org);
      },
      ...(options.records === true && { onChange: (change) => records.put(line(change)) }),
    });
    if (isPartial) {
      terminal.err(
        'One of the two is a delta: rows that are not in it did not change and are not removed.\n',
      );
    }
    if (options.json === true) {
      const named = { ...difference, schoolNames: namesOf(difference, orgs) };
      await tellJson(named, options.records === true ? records : undefined, terminal);
    } else {
      terminal.out(inWords(difference, orgs));
      await records.tell((lines) => terminal.out(`${lines.join('\n')}\n`));
    }
  } finally {
    records.close();
  }
}

type Orgs = ReadonlyMap<string, SchoolNames>;

/** Limits memory for files of other origin; further schools are shown by id. */
const MOST_NAMED = 20_000;

/** Of the schools that have counts, by sourcedId. */
const namesOf = ({ schools }: Difference, orgs: Orgs) =>
  Object.fromEntries(
    Object.keys(schools).flatMap((school) => {
      const { name, number } = orgs.get(school) ?? {};
      return name === undefined ? [] : [[school, { name, number }]];
    }),
  );

/** One document, written piece by piece. */
async function tellJson(
  difference: Difference & { readonly schoolNames: unknown },
  records: ChangeList | undefined,
  { out }: Terminal,
): Promise<void> {
  const counts = JSON.stringify(difference, undefined, 2);
  if (records === undefined) {
    out(`${counts}\n`);
    return;
  }
  out(`${counts.replace(/\n\}$/, '')},\n  "records": [`);
  let told = 0;
  await records.tell((lines) => {
    out(`${told === 0 ? '' : ','}\n    ${lines.join(',\n    ')}`);
    told += lines.length;
  });
  out(`${told === 0 ? '' : '\n  '}]\n}\n`);
}

/** Ids and names of columns; never the values. */
const recordJson = ({ table, kind, sourcedId, columns: changed }: RowChange): string =>
  JSON.stringify({ table, kind, sourcedId: shownId(sourcedId) ?? null, columns: changed });

const recordLine = ({ table, kind, sourcedId, columns: changed }: RowChange): string =>
  `${table}  ${kind}  ${shownId(sourcedId) ?? NO_ID}${changed.length > 0 ? `  ${changed.join(', ')}` : ''}`;

const NO_ID = '(not a valid id)';

/** A delta, or a bundle without rows, which is an empty delta. */
async function holdsChangesOnly(path: string, limits: ZipLimits): Promise<boolean> {
  try {
    const { mode, rows, findings } = await judge(path, { limit: 1, limits });
    const repeated = findings.find(({ code }) => code === 'reference.duplicate-id');
    if (repeated) throw unclear(repeated);
    return mode === 'delta' || mode === 'mixed' || rows.size === 0;
  } catch (error) {
    if (!(error instanceof ExportError)) throw error;
    throw new ExportError(error.code, `${path}: ${error.message}`, error.problems, { cause: error });
  }
}

function unclear({ file = '', places }: Finding): ExportError {
  const line = places[0]?.line;
  return new ExportError(
    'not-a-bundle',
    `${file}${line === undefined ? '' : `, line ${line}`}: two rows of the file have the same sourcedId, so their changes cannot be matched. Run validate for all findings.`,
  );
}

function labelOf(school: string, orgs: Orgs): string {
  const sourcedId = shownId(school);
  if (sourcedId === undefined) return NO_ID;
  const { name = null, number = null } = orgs.get(school) ?? {};
  return name === null ? sourcedId : schoolLabel({ name, number, sourcedId });
}

function inWords({ tables, schools }: Difference, orgs: Orgs): string {
  const bySchool = Object.entries(schools).flatMap(([school, counts]) =>
    Object.entries(counts)
      .filter(([, { removed }]) => removed > 0)
      .map(([table, { before, removed }]) => [labelOf(school, orgs), table, String(before), String(removed)]),
  );
  const head = differenceTable(tables);
  return bySchool.length === 0
    ? head
    : `${head}\n${columns([['school', 'file', 'before', 'removed'], ...bySchool])}`;
}
