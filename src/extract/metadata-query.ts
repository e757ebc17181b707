/** The queries for extension columns: the key, then the values, of the rows that fit the conditions, by key. */
import type { Knex } from 'knex';
import type { MetadataRead } from '../model/settings.js';
import { kindOf } from './column-types.js';
import { metadataKey } from './mapping.js';
import { comparable, typeOfValue } from './metadata-schema.js';
import type { Names } from './names.js';
import { inIds } from './queries.js';
import type { FoundColumn, SelectForms } from './source.js';

type Query = Knex.QueryBuilder;
type Form = readonly [sql: string, bindings: readonly (string | number)[]];

/** The columns have the names `id` and `v1`, `v2` and so on, in the order of the read. `ids`: only of these. */
export function metadataQuery(names: Names, read: MetadataRead, ids?: readonly number[]): Query {
  const { knex, forms } = names;
  const table = names.schema.get(metadataKey(read.table));
  const found = (column: string): FoundColumn => {
    const each = table?.columns.get(column.toLowerCase());
    if (each === undefined) throw new Error(`${read.table}.${column} is not in the schema`);
    return each;
  };
  const key = found(read.key);
  const isText = kindOf(key.type) !== 'number';
  const as = (form: Form, alias: string): Knex.Raw => knex.raw(`${form[0]} as ??`, [...form[1], alias]);
  const query = knex({ t: table?.name ?? read.table }).select([
    as(inForm(isText ? forms.numberOfText : undefined, key.name), 'id'),
    ...read.columns.map((column, at) => as(selected(forms, found(column)), `v${at + 1}`)),
  ]);
  void query.whereNotNull(`t.${key.name}`);
  for (const [column, value] of Object.entries(read.where)) {
    const [sql, bindings] = equals(forms, found(column), value);
    void query.whereRaw(sql, bindings);
  }
  const [order, columns] = inForm(isText ? (forms.orderOfText ?? forms.numberOfText) : undefined, key.name);
  if (ids !== undefined) void inIds(query, knex.raw(order, columns), ids);
  return query.orderByRaw(order, columns);
}

function inForm(form = '??', name: string): Form {
  return [form, Array.from(form.matchAll(/\?\?/g), () => `t.${name}`)];
}

function selected(forms: SelectForms, found: FoundColumn): Form {
  if (found.constant !== undefined) return ['?', [found.constant]];
  if (kindOf(found.type) === 'text') return inForm(isLong(found) ? forms.longText : undefined, found.name);
  return inForm(forms[typeOfValue(found)], found.name);
}

const isLong = ({ type }: FoundColumn): boolean => /\(max\)|^n?text$/i.test(type);

function equals(forms: SelectForms, found: FoundColumn, value: string): Form {
  const parameter = comparable(found, value) ?? value;
  if (found.constant !== undefined) return ['? = ?', [String(found.constant), value]];
  const kind = kindOf(found.type);
  const whole =
    kind === 'day'
      ? forms.sameDay
      : kind === 'number'
        ? undefined
        : kind === 'guid'
          ? undefined
          : forms.sameText;
  if (whole !== undefined) {
    const [sql, names] = inForm(whole, found.name);
    return [sql, [...names, parameter]];
  }
  const [sql, names] =
    kind === 'guid' ? inForm(forms.guid ?? 'upper(??)', found.name) : selected(forms, found);
  return [`${sql} = ?`, [...names, parameter]];
}
