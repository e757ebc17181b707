/** Problems of `source.tables`: whether a table and a column are declared, and whether a constant fits its column. */
import { sisTables, type SisColumn, type SisTable, type SisType } from '../campus/tables.js';
import { asLocalDate, USUAL_GUID } from '../model/values.js';
import { didYouMean } from '../model/nearest.js';
import { metadataSources } from './across-metadata.js';
import { valueSources } from './across-values.js';
import { findingAt, formatPath, keysAt, type Finding, type Places } from './places.js';

const tables: readonly SisTable[] = sisTables;
const AT = ['source', 'tables'] as const;

/** Tables that extension columns or values alone are read from may be mapped, too. */
export function unfitTables(places: Places): readonly Finding[] {
  const sources = new Map(metadataSources(places));
  for (const [table, columns] of valueSources(places))
    sources.set(table, new Set([...(sources.get(table) ?? []), ...columns]));
  return keysAt(places, AT).flatMap((name) => {
    const here = [...AT, name];
    const table = tables.find((each) => each.name === name);
    const extra = sources.get(name);
    if (table === undefined && extra === undefined) {
      const remark = didYouMean(name, namesOf(tables)) ?? `; tables are ${namesOf(tables).join(', ')}`;
      return [findingAt(places, here, `is not a table that is read${remark}`)];
    }
    const columns = keysAt(places, [...here, 'columns']);
    const real = places.get(formatPath([...here, 'table']))?.value;
    return [
      ...(real === undefined && columns.length === 0
        ? [findingAt(places, here, 'changes nothing: set table, columns or both')]
        : []),
      ...(typeof real === 'string' && /^\w+\./.test(real) && isSqlite(places)
        ? [findingAt(places, [...here, 'table'], 'must have no schema: SQLite has none')]
        : []),
      ...columns
        .filter((column) => !hasIgnoringCase(extra, column))
        .flatMap((column) =>
          table
            ? unfitColumn(places, table, [...here, 'columns', column])
            : notNamed(places, name, [...here, 'columns', column]),
        ),
    ];
  });
}

/** A constant in the form in which a cell of the type is read; undefined if it has no such form. */
export function constantOf(type: SisType, written: string): string | number | undefined {
  switch (type) {
    case 'id':
    case 'integer':
      return /^-?\d{1,9}$/.test(written) ? Number(written) : undefined;
    case 'flag':
      return FLAGS.get(written.toLowerCase());
    case 'day':
      return asLocalDate(written);
    case 'guid':
      return USUAL_GUID.test(written.toUpperCase()) ? written.toUpperCase() : undefined;
    case 'text':
      return written;
  }
}

const FLAGS: ReadonlyMap<string, number> = new Map([
  ['1', 1],
  ['0', 0],
  ['true', 1],
  ['false', 0],
]);

const IN_WORDS: Readonly<Record<SisType, string>> = {
  id: 'a whole number',
  integer: 'a whole number',
  flag: '1 or 0',
  day: 'a date (YYYY-MM-DD)',
  guid: 'a GUID',
  text: 'text',
};

function unfitColumn(
  places: Places,
  table: SisTable,
  here: readonly (string | number)[],
): readonly Finding[] {
  const name = String(here.at(-1));
  const column = table.columns.find((each) => each.name === name);
  if (column === undefined) {
    const remark =
      didYouMean(name, namesOf(table.columns)) ?? `; columns are ${namesOf(table.columns).join(', ')}`;
    return [findingAt(places, here, `is not a column that is read from ${table.name}${remark}`)];
  }
  const constant = places.get(formatPath([...here, 'value']))?.value;
  if (typeof constant !== 'string') return [];
  const message = unfitConstant(table, column, constant);
  return message === undefined ? [] : [findingAt(places, [...here, 'value'], message)];
}

/** The order of the rows depends on the keys, and joins depend on the order. */
function unfitConstant(table: SisTable, { name, type }: SisColumn, constant: string): string | undefined {
  if (table.key.includes(name) || table.order.includes(name))
    return `cannot be a constant: ${name} identifies the rows of ${table.name}`;
  return constantOf(type, constant) === undefined ? `must be ${IN_WORDS[type]}` : undefined;
}

const hasIgnoringCase = (names: ReadonlySet<string> = new Set(), name: string): boolean =>
  [...names].some((each) => each.toLowerCase() === name.toLowerCase());

const notNamed = (places: Places, table: string, here: readonly (string | number)[]): readonly Finding[] => [
  findingAt(places, here, `is not a column that metadata or values read from ${table}`),
];

const namesOf = (of: readonly { readonly name: string }[]): readonly string[] => of.map(({ name }) => name);

const isSqlite = (places: Places): boolean => places.get('source.client')?.value === 'better-sqlite3';
