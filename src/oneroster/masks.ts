/**
 * The columns that can be sent masked, and the cell's value instead. A mask is what the standard
 * and most receivers still take for a value of the column; masking what is masked already changes nothing.
 */
import { isExtensionColumn } from './extensions.js';
import type { OneRosterVersion } from './table.js';

/** Per table and column: `drop` leaves the cell empty, `mask` hides its value. */
export type FieldChoices = Readonly<Record<string, Readonly<Record<string, 'drop' | 'mask'>>>>;

export interface Mask {
  readonly table: string;
  readonly columns: readonly string[];
  /** What is sent instead, for people. */
  readonly says: string;
  /** Of a filled cell; an empty one stays empty. */
  readonly hide: (cell: string, sourcedId: string) => string;
}

export const masks: readonly Mask[] = [
  {
    table: 'demographics',
    columns: ['birthDate'],
    says: 'the first of January of the same year',
    hide: (cell) => `${cell.slice(0, 4)}-01-01`,
  },
  {
    table: 'users',
    columns: [
      'givenName',
      'middleName',
      'familyName',
      'preferredGivenName',
      'preferredMiddleName',
      'preferredFamilyName',
    ],
    says: 'the first letter and a period',
    hide: (cell) => `${String.fromCodePoint(cell.codePointAt(0) ?? 0)}.`,
  },
  {
    table: 'users',
    columns: ['username'],
    says: 'the sourcedId of the user',
    hide: (_cell, sourcedId) => sourcedId,
  },
  {
    table: 'users',
    columns: ['email'],
    says: 'an address made of the sourcedId and a domain that never exists: `user-S1234@masked.invalid` in lowercase',
    hide: (_cell, sourcedId) => `user-${sourcedId.toLowerCase()}@masked.invalid`,
  },
  {
    table: 'users',
    columns: ['phone', 'sms'],
    says: 'a reserved number that never rings: `+15555550100`',
    hide: () => '+15555550100',
  },
];

/** A fixed word: which value a district's own column can hide behind is unknown. */
const extensionMask: Pick<Mask, 'hide'> = { hide: () => 'masked' };

export function maskOf(table: string, column: string): Pick<Mask, 'hide'> | undefined {
  if (isExtensionColumn(column)) return extensionMask;
  return masks.find((mask) => mask.table === table && mask.columns.includes(column));
}

/** Rows without the columns that a connection hides. Returns the same cells if nothing is hidden. */
export function fieldHider(
  { tables }: OneRosterVersion,
  choices: FieldChoices = {},
): (table: string, cells: readonly string[]) => readonly string[] {
  const byTable = new Map(
    tables.flatMap(({ name, columns }) => {
      const hidden = columns.flatMap((column, at) => {
        const choice = choices[name]?.[column.name];
        if (choice === undefined) return [];
        const hide = choice === 'mask' ? maskOf(name, column.name)?.hide : undefined;
        return [{ at, hide: hide ?? (() => '') }];
      });
      const idAt = columns.findIndex((column) => column.name === 'sourcedId');
      return hidden.length === 0 ? [] : [[name, { hidden, idAt }] as const];
    }),
  );
  if (byTable.size === 0) return (_table, cells) => cells;
  return (table, cells) => {
    const fields = byTable.get(table);
    if (fields === undefined) return cells;
    const shown = [...cells];
    for (const { at, hide } of fields.hidden) {
      if (shown[at] !== '') shown[at] = hide(cells[at] ?? '', cells[fields.idAt] ?? '');
    }
    return shown;
  };
}
