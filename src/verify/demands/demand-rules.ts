/** Checks the requirements of a receiver on the rows of a table, one by one. */
import type { Table } from '../../oneroster/table.js';
import { cellMatcher, demandsOf, rolesIn, type DemandOf } from '../../profiles/profile.js';
import { classDemands, sessionTypes } from './class-demands.js';
import { demandTally } from './demands.js';
import { BLANK, type Inquiry, type JudgedRow, type KnownTable, type RowRule } from '../memory/known.js';
import { IdIndex } from '../memory/ids.js';
import { NumberColumn } from '../memory/numbers.js';
import { factOf } from '../rows/row-rules.js';
import { UniqueIds } from '../memory/unique-ids.js';

export function demandRules(table: Table, known: KnownTable, inquiry: Inquiry): readonly RowRule[] {
  const { demands } = inquiry;
  if (demands.length === 0) return [];
  const here = <T extends { readonly table: string }>(list: readonly T[]): readonly T[] =>
    list.filter((demand) => demand.table === table.name);
  return [
    ...here(demandsOf(demands, 'cell-required')).map((demand) => required(demand, table, known, inquiry)),
    ...here(demandsOf(demands, 'pattern')).map((demand) => pattern(demand, table, inquiry)),
    ...here(demandsOf(demands, 'unique')).map((demand) => unique(demand, table, known, inquiry)),
    ...demandsOf(demands, 'id-pattern').map((demand) => idPattern(demand, table, inquiry)),
    ...demandsOf(demands, 'roles-kept').map((demand) => rolesKept(demand, table, inquiry)),
    ...(table.name === 'roles' ? [...requiredByRole(table, inquiry), ...uniqueByRole(table, inquiry)] : []),
    ...(table.name === 'classes'
      ? demandsOf(demands, 'session-type').map((demand) => sessionTypes(demand, table, inquiry))
      : []),
    ...classDemands(table, known, inquiry),
  ];
}

const blankOf = (column: string) => `blank ${column}` as const;

function required(
  demand: DemandOf<'cell-required'>,
  table: Table,
  known: KnownTable,
  inquiry: Inquiry,
): RowRule {
  const position = table.columns.findIndex(({ name }) => name === demand.column);
  const tally = demandTally(inquiry.findings, demand, table.file, demand.column);
  const isBlank = (row: JudgedRow): boolean =>
    position >= 0 && row.facts[position] === BLANK && !row.isDeleted;
  const { roles } = demand;
  if (!roles) return { row: (row) => (isBlank(row) ? tally.hit(row) : undefined) };
  const role = factOf(table, 'role');
  const column = table.columns.find(({ name }) => name === 'role');
  if (column) {
    const asked = new Set(rolesIn('1.1', roles).map((name) => column.of?.indexOf(name)));
    return { row: (row) => (asked.has(role(row)) && isBlank(row) ? tally.hit(row) : undefined) };
  }
  // 1.2: who has which role is read later, in roles.csv.
  const lines = known.column(blankOf(demand.column), 0);
  return { row: (row) => (row.id >= 0 && isBlank(row) ? lines.set(row.id, row.line) : undefined) };
}

function requiredByRole(table: Table, inquiry: Inquiry): readonly RowRule[] {
  const users = inquiry.tables.get('users');
  const [user, role] = [factOf(table, 'userSourcedId'), factOf(table, 'role')];
  const tokens = table.columns.find(({ name }) => name === 'role')?.of ?? [];
  return demandsOf(inquiry.demands, 'cell-required').flatMap((demand) => {
    const lines = users?.recalled(blankOf(demand.column));
    if (!users || !lines || !demand.roles) return [];
    const asked = new Set(rolesIn('1.2', demand.roles).map((name) => tokens.indexOf(name)));
    const tally = demandTally(inquiry.findings, demand, 'users.csv', demand.column);
    return [
      {
        row(row: JudgedRow) {
          const who = user(row);
          const line = who < 0 || row.isDeleted || !asked.has(role(row)) ? 0 : lines.get(who);
          if (line === 0) return;
          tally.hit({ line, sourcedId: () => users.ids.text(who) });
          lines.set(who, 0);
        },
      },
    ];
  });
}

function pattern(demand: DemandOf<'pattern'>, table: Table, inquiry: Inquiry): RowRule {
  const position = table.columns.findIndex(({ name }) => name === demand.column);
  const fits = cellMatcher(demand);
  const tally = demandTally(inquiry.findings, demand, table.file, demand.column);
  return {
    row(row) {
      if (position < 0 || row.facts[position] === BLANK || row.isDeleted) return;
      const text = row.text(position);
      if (!fits(text)) tally.hit(row, () => text);
    },
  };
}

const valueOf = (column: string) => `value ${column}` as const;

function unique(demand: DemandOf<'unique'>, table: Table, known: KnownTable, inquiry: Inquiry): RowRule {
  const position = table.columns.findIndex(({ name }) => name === demand.column);
  const judge = uniqueJudge(demand, table, known, inquiry);
  return {
    row(row) {
      if (position < 0 || row.facts[position] === BLANK || row.isDeleted) return;
      const text = row.text(position);
      judge(row, text, Buffer.from(demand.ignoreCase ? text.toLowerCase() : text));
    },
  };
}

function uniqueJudge(
  demand: DemandOf<'unique'>,
  table: Table,
  known: KnownTable,
  inquiry: Inquiry,
): (row: JudgedRow, text: string, bytes: Buffer) => void {
  const tally = demandTally(inquiry.findings, demand, table.file, demand.column);
  const role = table.columns.find(({ name }) => name === 'role');
  if (demand.roles && !role) {
    // 1.2: who has which role is read later, in roles.csv.
    const [values, numbers] = [new IdIndex(), known.column(valueOf(demand.column))];
    return (row, _text, bytes) => {
      if (row.id < 0) return;
      const added = values.add(bytes, 0, bytes.length);
      numbers.set(row.id, added < 0 ? ~added : added);
    };
  }
  const asked = demand.roles && new Set(rolesIn('1.1', demand.roles).map((name) => role?.of?.indexOf(name)));
  const roleOf = factOf(table, 'role');
  const seen = new UniqueIds();
  return (row, text, bytes) => {
    if (asked && !asked.has(roleOf(row))) return;
    if (seen.add(bytes, 0, bytes.length) < 0) tally.hit(row, () => text);
  };
}

/** The users of these roles, each of whom has a value that no other one has. */
function uniqueByRole(table: Table, inquiry: Inquiry): readonly RowRule[] {
  const users = inquiry.tables.get('users');
  const [user, role] = [factOf(table, 'userSourcedId'), factOf(table, 'role')];
  const tokens = table.columns.find(({ name }) => name === 'role')?.of ?? [];
  return demandsOf(inquiry.demands, 'unique').flatMap((demand) => {
    const values = users?.recalled(valueOf(demand.column));
    if (!users || !values || !demand.roles) return [];
    const asked = new Set(rolesIn('1.2', demand.roles).map((name) => tokens.indexOf(name)));
    const tally = demandTally(inquiry.findings, demand, 'users.csv', demand.column);
    const owners = new NumberColumn(BLANK);
    return [
      {
        row(row: JudgedRow) {
          const who = user(row);
          const value = who < 0 || row.isDeleted || !asked.has(role(row)) ? BLANK : values.get(who);
          if (value < 0 || owners.get(value) === who) return;
          if (owners.get(value) < 0) owners.set(value, who);
          else {
            tally.hit({ line: undefined, sourcedId: () => users.ids.text(who) });
            values.set(who, BLANK);
          }
        },
      },
    ];
  });
}

function idPattern(demand: DemandOf<'id-pattern'>, table: Table, inquiry: Inquiry): RowRule {
  const expression = new RegExp(demand.pattern, 'u');
  const tally = demandTally(inquiry.findings, demand, table.file, 'sourcedId');
  return {
    row(row) {
      const id = row.sourcedId();
      if (id !== undefined && id !== '' && !expression.test(id)) tally.hit(row);
    },
  };
}

/** Roles stand in users.csv or roles.csv, and again in enrollments.csv. */
function rolesKept(demand: DemandOf<'roles-kept'>, table: Table, inquiry: Inquiry): RowRule {
  const tokens = table.columns.find(({ name }) => name === 'role')?.of;
  if (!tokens || !['users', 'roles', 'enrollments'].includes(table.name)) return {};
  const version = table.name === 'enrollments' ? '1.1' : inquiry.version.version;
  const kept = new Set(rolesIn(version, demand.roles).map((name) => tokens.indexOf(name)));
  const role = factOf(table, 'role');
  const tally = demandTally(inquiry.findings, demand, table.file, 'role');
  return {
    row: (row) => (role(row) >= 0 && !row.isDeleted && !kept.has(role(row)) ? tally.hit(row) : undefined),
  };
}
