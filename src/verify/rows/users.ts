/** Users: agents both ways, the primary org, and ids that should be one person's own. */
import type { Table } from '../../oneroster/table.js';
import { factOf, tokenOf } from './row-rules.js';
import { NumberColumn, PairMap } from '../memory/numbers.js';
import { UniqueIds } from '../memory/unique-ids.js';
import { BLANK, type Inquiry, type KnownTable, type RowRule } from '../memory/known.js';

/** 1: the lower row number names the higher, 2: the other way round. */
const UP = 1;
const DOWN = 2;

export function agents(table: Table, known: KnownTable, { findings }: Inquiry): RowRule {
  const pairs = new PairMap();
  const lines = new NumberColumn(0);
  const roles = new NumberColumn(BLANK);
  const role = factOf(table, 'role');
  // 1.1 alone has the role in users.csv; in 1.2 one person may be teacher and parent.
  const [student, teacher] = [tokenOf(table, 'role', 'student'), tokenOf(table, 'role', 'teacher')];
  const oneWay = findings.tally('reference.agent-one-way', table.file, 'agentSourcedIds');
  const teaching = findings.tally('roster.teacher-as-agent', table.file, 'agentSourcedIds');
  const place = (user: number): { line: number; sourcedId: () => string } => ({
    line: lines.get(user),
    sourcedId: () => known.ids.text(user),
  });
  return {
    row(row) {
      if (row.id < 0) return;
      lines.set(row.id, row.line);
      roles.set(row.id, role(row));
    },
    related(_column, owner, target) {
      if (owner < 0 || owner === target) return;
      const [low, high, way] = owner < target ? [owner, target, UP] : [target, owner, DOWN];
      pairs.set(low, high, pairs.get(low, high) | way);
      const isTeaching = teacher >= 0 && roles.get(owner) === student && roles.get(target) === teacher;
      if (isTeaching) teaching.hit(place(owner));
    },
    end() {
      if (!known.isComplete) return;
      for (const [low, high, ways] of pairs.entries()) {
        if (ways !== (UP | DOWN)) oneWay.hit(place(ways === UP ? low : high));
      }
    },
  };
}

/** Keeps the line of each user, for the rules of roles.csv. */
export function userLines(_table: Table, known: KnownTable, { present }: Inquiry): RowRule {
  if (!present.has('roles')) return {};
  const lines = known.column('line', 0);
  return {
    row(row) {
      if (row.id >= 0) lines.set(row.id, row.line);
    },
  };
}

export function masterIdentifiers(table: Table, _known: KnownTable, { findings }: Inquiry): RowRule {
  const position = table.columns.findIndex(({ name }) => name === 'userMasterIdentifier');
  if (position < 0) return {};
  const seen = new UniqueIds();
  const tally = findings.tally('roster.master-identifier', table.file, 'userMasterIdentifier');
  return {
    row(row) {
      if (row.facts[position] === BLANK || row.isDeleted) return;
      const bytes = Buffer.from(row.text(position));
      if (seen.add(bytes, 0, bytes.length) < 0) tally.hit(row);
    },
  };
}
