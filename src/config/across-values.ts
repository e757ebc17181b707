/** Problems of `connections[].values`: whether a cell may have another source, the names are known, and nothing hidden comes back. */
import { didYouMean } from '../model/nearest.js';
import { rowIds, type EntityId } from '../oneroster/extensions.js';
import type { VersionName } from '../oneroster/versions.js';
import { askedAt, whyNotSent, type Asked } from './across-metadata.js';
import { whyHidden, type Hiding } from './hidden-values.js';
import { entityOf, isSecretColumn } from './metadata.js';
import { columnNamed } from './reads.js';
import { findingAt, formatPath, keysAt, type Finding, type Places, type Segment } from './places.js';
import { isValueTable, partNamed, piecesOf, VALUE_CELLS, type ValueTable } from './value-names.js';

interface Cell {
  readonly places: Places;
  readonly at: readonly Segment[];
  readonly table: ValueTable;
  readonly version: VersionName;
  readonly hiding: Hiding;
}

export function unfitValues(places: Places): readonly Finding[] {
  return [...places.keys()].flatMap((path) => {
    const number = /^connections\[(\d+)\]\.values$/.exec(path)?.[1];
    if (number === undefined) return [];
    const connection = ['connections', Number(number)];
    const here = (...keys: readonly string[]): unknown =>
      places.get(formatPath([...connection, ...keys]))?.value;
    const asked = askedAt(places, connection, [...connection, 'values']);
    if (asked === undefined) return [];
    const hiding: Hiding = {
      choice: (table, column) => here('fields', table, column),
      sendsDemographics: whyNotSent(asked, 'demographics') === undefined,
      sendsLegalNames: asked.version === '1.2' && here('legalNames') === 'send',
    };
    return keysAt(places, asked.at).flatMap((table) => unfitTable(places, asked, hiding, table));
  });
}

function unfitTable(places: Places, asked: Asked, hiding: Hiding, table: string): readonly Finding[] {
  const { at, version } = asked;
  const here = [...at, table];
  if (!isValueTable(table)) {
    const tables = Object.keys(VALUE_CELLS);
    return [
      findingAt(
        places,
        here,
        `has no cell that can have another source${didYouMean(table, tables) ?? `; possible are ${possibleCells()}`}`,
      ),
    ];
  }
  const problem = whyNotSent(asked, table);
  if (problem !== undefined) return [findingAt(places, here, problem)];
  return keysAt(places, here).flatMap((column) =>
    unfitCell({ places, at: [...here, column], table, version, hiding }, column),
  );
}

const possibleCells = (): string =>
  Object.entries(VALUE_CELLS)
    .flatMap(([table, columns]) => columns.map((column) => `${table}.${column}`))
    .join(', ');

function unfitCell(cell: Cell, column: string): readonly Finding[] {
  const { places, at, table, hiding } = cell;
  const cells = VALUE_CELLS[table];
  if (!cells.includes(column))
    return [
      findingAt(
        places,
        at,
        `cannot have another source${didYouMean(column, cells) ?? `; possible are ${possibleCells()}`}`,
      ),
    ];
  const hidden = hiding.choice(table, column);
  if (hidden === 'drop' || hidden === 'mask')
    return [
      findingAt(places, at, `is never sent: fields.${table}.${column} is ${hidden}; remove one of the two`),
    ];
  const written = places.get(formatPath(at))?.value;
  if (typeof written === 'string') return unfitTemplate(cell, at, written, false);
  return [...unfitKeys(cell), ...unfitFrom(cell), ...unfitTexts(cell)];
}

const valueAt = ({ places, at }: Cell, key: string): string | undefined => {
  const value = places.get(formatPath([...at, key]))?.value;
  return typeof value === 'string' ? value : undefined;
};

type Has = (key: string) => boolean;

/** Keys that contradict each other, or do nothing: the first problem is enough. */
const CONTRADICTIONS: readonly (readonly [key: string, is: (has: Has) => boolean, message: string])[] = [
  ['template', (has) => has('from') && has('template'), 'and from cannot be combined: remove one'],
  ['key', (has) => has('key') && !has('from'), 'is for from only'],
  ['where', (has) => has('where') && !has('key'), 'requires key: the column that finds the row'],
  [
    'else',
    (has) => has('else') && !has('from') && !has('template'),
    'requires from or template, whose empty values it replaces',
  ],
];

function unfitKeys({ places, at }: Cell): readonly Finding[] {
  const has: Has = (key) => places.has(formatPath([...at, key]));
  if (!['from', 'template', 'case'].some(has))
    return [findingAt(places, at, 'changes nothing: set from, template or case')];
  const [found] = CONTRADICTIONS.filter(([, is]) => is(has));
  return found === undefined ? [] : [findingAt(places, [...at, found[0]], found[2])];
}

function unfitFrom(cell: Cell): readonly Finding[] {
  const { places, at, table, version } = cell;
  const [from, key] = [valueAt(cell, 'from'), valueAt(cell, 'key')];
  if (from === undefined) return [];
  const here = [...at, 'from'];
  if (key !== undefined) return unfitKeyed(cell, from, key);
  const named = partNamed(table, version, from);
  if ('problem' in named)
    return [
      findingAt(
        places,
        here,
        `${named.problem}; for any other column set key, such as key: ${rowIds[table][0]}`,
      ),
    ];
  const hidden = whyHidden(named.part, table, cell.hiding);
  return hidden === undefined ? [] : [findingAt(places, here, hidden)];
}

/** A column that is not declared: whether it exists is found when the database is read. */
function unfitKeyed(cell: Cell, from: string, key: string): readonly Finding[] {
  const { places, at, table, hiding } = cell;
  const [, owner, column] = /^\s*((?:[^.[\]"\s]+\.)?[^.[\]"]+)\.([^.[\]"]+)\s*$/.exec(from) ?? [];
  const found = (where: string, message: string): readonly Finding[] => [
    findingAt(places, [...at, where], message),
  ];
  if (owner === undefined || column === undefined)
    return found('from', 'must be a table and a column, such as Contact.workEmail');
  if (owner.includes('.') && places.get('source.client')?.value === 'better-sqlite3')
    return found('from', 'must have no schema: SQLite has none');
  if (isSecretColumn(column))
    return found('from', 'is never read: passwords and social security numbers are not sent');
  const ids: readonly EntityId[] = rowIds[table];
  const entity = entityOf({ key });
  if (entity === undefined || !ids.includes(entity))
    return found('key', `cannot find rows of ${table}: possible keys are ${ids.join(', ')}`);
  const hidden = whyHidden({ kind: 'sis', ...declaredName(places, owner, column) }, table, hiding);
  return hidden === undefined ? [] : found('from', hidden);
}

/** A column that is written by its name in the database may be a declared one under another name. */
function declaredName(places: Places, owner: string, column: string): { table: string; column: string } {
  const tables = ['source', 'tables'];
  const isSame = (a: unknown, b: string): boolean =>
    typeof a === 'string' && a.toLowerCase() === b.toLowerCase();
  const table =
    keysAt(places, tables).find(
      (each) =>
        isSame(each, owner) || isSame(places.get(formatPath([...tables, each, 'table']))?.value, owner),
    ) ?? owner;
  const columns = [...tables, table, 'columns'];
  const named = keysAt(places, columns).find((each) =>
    isSame(places.get(formatPath([...columns, each]))?.value, column),
  );
  return { table, column: named ?? column };
}

/** Tables and columns that values with a key are read from. */
export function valueSources(
  places: Places,
): readonly (readonly [table: string, columns: readonly string[]])[] {
  return [...places].flatMap(([path, { value }]) => {
    const at = /^(connections\[\d+\]\.values\.\w+\.\w+)\.key$/.exec(path)?.[1];
    const from = places.get(`${at ?? ''}.from`)?.value;
    if (at === undefined || typeof from !== 'string' || typeof value !== 'string') return [];
    const where = places.get(`${at}.where`)?.value;
    const conditions = typeof where === 'object' && where !== null ? Object.keys(where) : [];
    const { table, column, key } = columnNamed(from, value);
    return [[table, [key, column, ...conditions]] as const];
  });
}

function unfitTexts(cell: Cell): readonly Finding[] {
  const [template, otherwise] = [valueAt(cell, 'template'), valueAt(cell, 'else')];
  return [
    ...(template === undefined ? [] : unfitTemplate(cell, [...cell.at, 'template'], template, false)),
    ...(otherwise === undefined || otherwise.trim() === 'default'
      ? []
      : unfitTemplate(cell, [...cell.at, 'else'], otherwise, true)),
  ];
}

function unfitTemplate(
  { places, table, version, hiding }: Cell,
  here: readonly Segment[],
  template: string,
  mayBeFixed: boolean,
): readonly Finding[] {
  const found = (message: string): readonly Finding[] => {
    const path = formatPath(here);
    return [{ path, offset: places.get(path)?.valueAt ?? 0, message }];
  };
  const pieces = piecesOf(template);
  if (pieces === undefined) return found('has a brace without its partner: names are in { and }');
  const names = pieces.flatMap((piece) => ('name' in piece ? [piece.name] : []));
  if (names.length === 0 && !mayBeFixed)
    return found('has no {name}, so all records would have the same value');
  return [...new Set(names)].flatMap((name) => {
    const named = partNamed(table, version, name);
    const problem = 'problem' in named ? named.problem : whyHidden(named.part, table, hiding);
    return problem === undefined ? [] : found(problem);
  });
}
