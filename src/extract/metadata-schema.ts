/** Whether the database has what extension columns and `values` are read from, and in which form each column is read. */
import { inSis } from '../campus/mapping.js';
import type { SisType } from '../campus/tables.js';
import { didYouMean } from '../model/nearest.js';
import type { MetadataRead, TableMapping } from '../model/settings.js';
import { asLocalDate, USUAL_GUID } from '../model/values.js';
import { kindOf } from './column-types.js';
import { metadataKey } from './mapping.js';
import type { ColumnFinding } from './column-finding.js';
import type { FoundColumn, FoundSchema } from './source.js';

/** A finding for each table, key, value and condition of each read; of declared columns only if they are missing. */
export function compareMetadata(
  schema: FoundSchema,
  reads: readonly MetadataRead[] = [],
  mapping?: TableMapping,
): readonly ColumnFinding[] {
  return reads.flatMap((read) => {
    const table = schema.get(metadataKey(read.table));
    const columns = [...new Set([read.key, ...Object.keys(read.where), ...read.columns])];
    const findings = columns.map((column): ColumnFinding => {
      const found = table?.columns.get(column.toLowerCase());
      const problem = found === undefined ? undefined : unfit(read, column, found);
      return {
        table: read.table,
        column,
        state: found === undefined ? 'missing' : problem === undefined ? 'present' : 'unreadable',
        expected: { type: column === read.key ? 'number' : 'any', nullable: true },
        found,
        remark: found === undefined ? whatExists(schema, read, mapping) : problem,
      };
    });
    return read.isDeclared === true ? findings.filter(({ state }) => state === 'missing') : findings;
  });
}

function whatExists(
  schema: FoundSchema,
  { table, usedFor: paths }: MetadataRead,
  mapping?: TableMapping,
): string {
  const found = schema.get(metadataKey(table));
  const purpose = `read for ${paths.join(', ')}`;
  if (found === undefined)
    return `${purpose}; ${inSis(mapping, table)} does not exist or is hidden from the login${
      didYouMean(
        table,
        [...schema.values()].map(({ name }) => name.replace(/^.*\./, '')),
      ) ?? ''
    }`;
  return `${purpose}; ${inSis(mapping, table)} has ${[...found.columns.values()].map(({ name }) => name).join(', ')}`;
}

/** Why a column cannot be used as it is wanted; undefined if it can. */
function unfit({ key, where }: MetadataRead, column: string, found: FoundColumn): string | undefined {
  if (kindOf(found.type) === 'bytes' || /^blob\b/i.test(found.type))
    return `is ${found.type}, which is no text, number or date`;
  if (column === key) {
    if (found.constant !== undefined) return 'is a constant of source.tables, which finds no row';
    const kind = kindOf(found.type);
    return kind === undefined || kind === 'number' || kind === 'text'
      ? undefined
      : `is ${found.type}, expected a number`;
  }
  const value = where[column];
  return value === undefined || comparable(found, value) !== undefined
    ? undefined
    : `is ${found.type}, and where compares it with a value that is none`;
}

export const isBit = ({ type }: FoundColumn): boolean => /^bit\b/i.test(type);

/** How a column is read; the cells of an unknown type decide. */
export function typeOfValue(found: FoundColumn): SisType {
  const kind = kindOf(found.type);
  if (kind === 'day' || kind === 'guid') return kind;
  return isBit(found) ? 'flag' : 'text';
}

const FLAGS: ReadonlyMap<string, number> = new Map([
  ['1', 1],
  ['true', 1],
  ['0', 0],
  ['false', 0],
]);

const LARGEST_INT = 2_147_483_647;

/** The value of a condition as a parameter for a column of this type; undefined if it is none. */
export function comparable(found: FoundColumn, value: string): string | number | undefined {
  switch (kindOf(found.type)) {
    case 'number': {
      if (isBit(found)) return FLAGS.get(value.toLowerCase());
      if (/^-?\d+$/.test(value) && Math.abs(Number(value)) <= LARGEST_INT) return Number(value);
      return /^-?\d+(\.\d+)?$/.test(value) ? value : undefined;
    }
    case 'day':
      return asLocalDate(value);
    case 'guid':
      return USUAL_GUID.test(value.toUpperCase()) ? value.toUpperCase() : undefined;
    default:
      return value;
  }
}
