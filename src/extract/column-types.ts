/** What the type of a database column means for its cells. */
import type { SisColumn, SisType } from '../campus/tables.js';

type Kind = 'number' | 'text' | 'day' | 'guid' | 'bytes';

const NUMBERS = 'bit tinyint smallint int integer bigint decimal numeric float real money smallmoney';
const TEXTS = 'char varchar nchar nvarchar text ntext';
const DAYS = 'date datetime datetime2 smalldatetime datetimeoffset';
const BYTES = 'binary varbinary image xml time timestamp rowversion geography geometry';

const ofKind = (names: string, kind: Kind): readonly (readonly [string, Kind])[] =>
  names.split(' ').map((name) => [name, kind]);

const KINDS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ...ofKind(NUMBERS, 'number'),
  ...ofKind(TEXTS, 'text'),
  ...ofKind(DAYS, 'day'),
  ['uniqueidentifier', 'guid'],
  ...ofKind(BYTES, 'bytes'),
]);

/** Undefined for a type that is not known, and for the columns of views in SQLite. */
export function kindOf(type: string): Kind | undefined {
  return KINDS.get(type.toLowerCase().replace(/\s*\(.*$/, ''));
}

const READABLE: Readonly<Record<SisType, readonly Kind[]>> = {
  id: ['number', 'text'],
  integer: ['number', 'text'],
  flag: ['number', 'text'],
  day: ['day', 'text'],
  guid: ['guid', 'text'],
  text: ['text', 'number', 'guid'],
};

/** A column of an unknown type is read, and its cells decide. */
export function isReadable(type: SisType, found: string): boolean {
  const kind = kindOf(found);
  return kind === undefined || READABLE[type].includes(kind);
}

/** Ids, numbers and flags: what queries compare and sort by as numbers. */
export function isComparedAsNumber({ type }: Pick<SisColumn, 'type'>): boolean {
  return type === 'id' || type === 'integer' || type === 'flag';
}

/** A text that is declared as a number in Campus, too, loses nothing in a column of numbers. */
export function isDeclaredNumeric({ sql }: Pick<SisColumn, 'sql'>): boolean {
  return kindOf(sql) === 'number';
}

/** SQLite makes numbers of the texts that look like one in a column whose type has none of these in its name. */
export function makesNumbers(sqliteType: string): boolean {
  const type = sqliteType.toUpperCase();
  return type.includes('INT') || (type !== '' && !/CHAR|CLOB|TEXT|BLOB/.test(type));
}
