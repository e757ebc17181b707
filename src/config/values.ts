/** `values` of a connection in the form in which rows are made: each name resolved, once. */
import { sisTable, type SisTableName } from '../campus/tables.js';
import type { CellValue, MetadataRead, TableMapping, ValuePart, ValueSource } from '../model/settings.js';
import type { WrittenConnection } from './config.js';
import { known } from './known.js';
import { entityOf } from './metadata.js';
import { columnNamed, gathered, type Wanted, type WrittenColumn } from './reads.js';
import { isValueTable, partNamed, partsOf, piecesOf, type ValueTable } from './value-names.js';

type Given = Pick<WrittenConnection, 'values' | 'version'>;
type WrittenValue = Exclude<NonNullable<WrittenConnection['values']>[string][string], string>;

interface Cell {
  readonly table: ValueTable;
  readonly column: string;
  readonly value: WrittenValue;
  readonly version: Given['version'];
}

/** In the order of the config. */
export function valuesOf(given: Given, mapping: TableMapping | undefined): readonly CellValue[] {
  const reads = keyedReads(given, mapping);
  return cellsOf(given).map((cell): CellValue => {
    const { table, column, value } = cell;
    return {
      table,
      column,
      ...known({ source: sourceIn(cell, reads), otherwise: otherwiseIn(cell), case: value.case }),
    };
  });
}

/** Columns with a key of their own are read like those of `metadata`; of the declared ones, none may be missing. */
export const valueReads = (given: Given, mapping: TableMapping | undefined): readonly MetadataRead[] => [
  ...keyedReads(given, mapping),
  ...gathered('declared', cellsOf(given).flatMap(declaredIn), mapping),
];

/** The column of a value that has a key; a table may have a schema. */
export function keyedColumn({ from, key, where }: WrittenValue): WrittenColumn | undefined {
  if (from === undefined || key === undefined) return undefined;
  return { ...columnNamed(from, key), where };
}

function keyedReads(given: Given, mapping: TableMapping | undefined): readonly MetadataRead[] {
  const wanted = cellsOf(given).flatMap((cell): readonly Wanted[] => {
    const column = keyedColumn(cell.value);
    return column === undefined ? [] : [{ path: pathOf(cell), column, by: entityOf(column) }];
  });
  return gathered('values', wanted, mapping);
}

function declaredIn(cell: Cell): readonly Wanted[] {
  const parts = partsOf(known({ source: sourceIn(cell, []), otherwise: otherwiseIn(cell) }));
  return parts.flatMap((part): readonly Wanted[] => {
    if (part.kind !== 'sis' && part.kind !== 'teacher') return [];
    // Without a table: of a school and of a district.
    const tables = part.table === '' ? ['School', 'District'] : [part.table];
    return tables.map((table) => ({
      path: pathOf(cell),
      column: { table, key: keyOf(table), column: part.column },
    }));
  });
}

const keyOf = (table: string): string => sisTable(table as SisTableName).key[0] ?? '';

const pathOf = ({ table, column }: Cell): string => `values.${table}.${column}`;

function cellsOf({ values = {}, version }: Given): readonly Cell[] {
  return Object.entries(values).flatMap(([table, columns]) =>
    isValueTable(table)
      ? Object.entries(columns).map(([column, value]) => ({
          table,
          column,
          value: typeof value === 'string' ? { template: value } : value,
          version,
        }))
      : [],
  );
}

function sourceIn(cell: Cell, reads: readonly MetadataRead[]): ValueSource | undefined {
  const { template, from } = cell.value;
  if (template !== undefined) return filledIn(cell, template);
  if (from === undefined) return undefined;
  const keyed = keyedColumn(cell.value);
  const says = from.trim();
  if (keyed === undefined) return { parts: [partOf(cell, says)], says };
  const read = reads.find(({ usedFor }) => usedFor.includes(pathOf(cell)));
  const column = read?.columns.find((each) => each.toLowerCase() === keyed.column.trim().toLowerCase());
  return {
    parts: [
      {
        kind: 'read',
        by: entityOf(keyed) ?? 'personID',
        read: read?.id ?? '',
        column: column ?? keyed.column,
      },
    ],
    says,
  };
}

function otherwiseIn(cell: Cell): CellValue['otherwise'] {
  const written = cell.value.else;
  if (written === undefined) return undefined;
  return written.trim() === 'default' ? 'default' : filledIn(cell, written);
}

function filledIn(cell: Cell, template: string): ValueSource {
  const pieces = piecesOf(template) ?? [];
  return {
    parts: pieces.map((piece) =>
      'text' in piece ? { kind: 'text', text: piece.text } : partOf(cell, piece.name),
    ),
    says: template,
  };
}

/** A name that the check of the config has accepted. */
function partOf({ table, version }: Cell, name: string): ValuePart {
  const named = partNamed(table, version, name);
  return 'part' in named ? named.part : { kind: 'text', text: '' };
}
