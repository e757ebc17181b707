/** The tables and columns of one database under its own names, and the form in which queries select and compare them. */
import type { Knex } from 'knex';
import { sisTable, type SisColumn, type SisTable, type SisTableName } from '../campus/tables.js';
import type { TableMapping } from '../model/settings.js';
import { isComparedAsNumber, kindOf } from './column-types.js';
import type { FoundColumn, FoundSchema, SelectForms } from './source.js';

/** A part of the district: rows that name one of these ids, by table. A table that is not here is read as ever. */
export type Focus = Partial<Record<SisTableName, readonly FocusColumn[]>>;

export interface FocusColumn {
  readonly column: string;
  readonly ids: readonly number[];
}

/** Knex, the names as this database spells them, and how it selects what does not travel well as it is. */
export interface Names {
  readonly knex: Knex;
  readonly schema: FoundSchema;
  readonly forms: SelectForms;
  readonly focus?: Focus;
  /** For messages: the queries have the mapped names from the schema. */
  readonly tables?: TableMapping;
}

type Query = Knex.QueryBuilder;

/** The column under its own name or its alias, or undefined where this database has neither. */
export function foundColumn(
  names: Pick<Names, 'schema'>,
  table: string,
  column: Pick<SisColumn, 'name' | 'alias'>,
): string | undefined {
  return foundColumnOf(names, table, column)?.name;
}

export function foundColumnOf(
  names: Pick<Names, 'schema'>,
  table: string,
  column: Pick<SisColumn, 'name' | 'alias'>,
): FoundColumn | undefined {
  const columns = names.schema.get(table.toLowerCase())?.columns;
  return columns?.get(column.name.toLowerCase()) ?? columns?.get(column.alias?.toLowerCase() ?? '');
}

export function hasTable(names: Names, table: SisTableName): boolean {
  return names.schema.has(table.toLowerCase());
}

export function tableName(names: Names, table: SisTableName): string {
  return names.schema.get(table.toLowerCase())?.name ?? table;
}

export function column(names: Names, table: SisTableName, name: string): string {
  return declaredColumn(names, table, name) ?? name;
}

/** A declared column as this database names it, its alias included; undefined where it has none of the two. */
export function declaredColumn(names: Names, table: SisTableName, name: string): string | undefined {
  const declared = sisTable(table).columns.find((each) => each.name === name);
  return foundColumn(names, table, declared ?? { name });
}

/** A declared column of `alias`, or null under its name where the database does not have it. */
export function selected(
  names: Names,
  table: SisTable,
  alias: string,
  declared: SisColumn,
  as = declared.name,
): Knex.Raw {
  const found = foundColumnOf(names, table.name, declared);
  if (found === undefined) return names.knex.raw('null as ??', [as]);
  // A text is taken as it is: made a day or a GUID by the database, it would be cut to the length of one.
  const form = kindOf(found.type) === 'text' ? undefined : names.forms[declared.type];
  const name = formOfText(names, declared, found) === undefined ? found.name : asStored(found.name);
  return names.knex.raw(`${form ?? '??'} as ??`, [`${alias}.${name}`, as]);
}

/** The column beside the number, in a table whose texts are read as numbers. */
const asStored = (name: string): string => `${name}_stored`;

/** How the database converts a text column that is declared as a number; undefined if not needed. */
function formOfText({ forms }: Names, declared: SisColumn, { type }: FoundColumn): string | undefined {
  if (!isComparedAsNumber(declared) || kindOf(type) !== 'text') return undefined;
  return declared.type === 'flag' ? forms.flagOfText : forms.numberOfText;
}

export function from(names: Names, table: SisTableName, alias: string): Query {
  return names.knex(aliased(names, table, alias));
}

/**
 * The table to read from. Where it holds texts in columns of numbers, those columns are the numbers, by which rows are sorted,
 * joined and found; the texts stand beside them. Constants of the settings are columns like any other.
 */
export function aliased(
  names: Names,
  table: SisTableName,
  alias: string,
): Query | { [alias: string]: string } {
  const name = tableName(names, table);
  const found = sisTable(table).columns.flatMap((declared) => {
    const column = foundColumnOf(names, table, declared);
    return column === undefined ? [] : [{ column, form: formOfText(names, declared, column) }];
  });
  if (found.every(({ column, form }) => form === undefined && column.constant === undefined))
    return { [alias]: name };
  // Several declared columns may be mapped to one.
  const each = new Map(found.map(({ column, form }) => [column.name, inTable(names, column, form)]));
  const columns = [...each.values()].flat();
  return names.knex(name).select(columns).as(alias);
}

/** A column of a table that is read by way of a query: a constant, a number beside the text that it is made of, or as it is. */
function inTable(
  { knex }: Names,
  { name, constant }: FoundColumn,
  form: string | undefined,
): readonly Knex.Raw[] {
  if (typeof constant === 'number') return [knex.raw(`${Math.trunc(constant)} as ??`, [name])];
  if (constant !== undefined) return [knex.raw('? as ??', [constant, name])];
  if (form === undefined) return [knex.raw('?? as ??', [name, name])];
  const places = [...form.matchAll(/\?\?/g)].map(() => name);
  return [knex.raw(`${form} as ??`, [...places, name]), knex.raw('?? as ??', [name, asStored(name)])];
}

/**
 * Rows in which all of these columns of numbers hold something that no query can compare with a number: what is selected by the
 * columns never shows them. Selects the cells as they are; undefined where the types leave no room for such rows.
 */
export function incomparableQuery(
  names: Names,
  name: SisTableName,
  columns: readonly string[],
): Query | undefined {
  const table = sisTable(name);
  const query = from(names, name, 't');
  for (const declared of table.columns.filter((each) => columns.includes(each.name))) {
    const found = foundColumnOf(names, name, declared);
    if (found === undefined) return undefined;
    const compared = `t.${found.name}`;
    if (names.forms.numberOfText === undefined) {
      // In SQLite every text is greater than every number.
      void query.whereRaw("?? >= '' and trim(??) <> ''", [compared, compared]);
    } else {
      if (formOfText(names, declared, found) === undefined) return undefined;
      void query.whereNull(compared).whereRaw("ltrim(rtrim(??)) <> ''", [`t.${asStored(found.name)}`]);
    }
    void query.select(selected(names, table, 't', declared));
  }
  return query;
}
