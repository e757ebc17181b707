/** OneRoster CSV binding 1.2, roles.csv: for each user and org exactly one role is primary. */
import type { Table } from '../oneroster/table.js';
import { factOf, tokenOf } from './row-rules.js';
import { HomeMap, NumberColumn } from './numbers.js';
import type { Inquiry, KnownTable, RowRule } from './known.js';

const SEEN = 1;
const PRIMARY = 2;

export function primaryRoles(table: Table, known: KnownTable, { findings, tables }: Inquiry): RowRule {
  const [user, org, type] = [
    factOf(table, 'userSourcedId'),
    factOf(table, 'orgSourcedId'),
    factOf(table, 'roleType'),
  ];
  const [role, profile] = [factOf(table, 'role'), factOf(table, 'userProfileSourcedId')];
  const primary = tokenOf(table, 'roleType', 'primary');
  const student = tokenOf(table, 'role', 'student');
  const two = findings.tally('roster.two-primary-roles', table.file, 'roleType');
  const none = findings.tally('roster.no-primary-role', table.file, 'roleType');
  const noRole = findings.tally('roster.primary-org', 'users.csv', 'primaryOrgSourcedId');
  const owner = findings.tally('roster.profile-owner', table.file, 'userProfileSourcedId');
  const users = tables.get('users');
  const owners = tables.get('userProfiles')?.recalled('userSourcedId');
  const isStudent = users?.column('isStudent');
  const pairs = new HomeMap();
  const lines = new NumberColumn(0);
  const isUndone = (): boolean => known.mode === 'delta' || !known.whole;
  return {
    row(row) {
      const [who, where, named] = [user(row), org(row), profile(row)];
      if (row.isDeleted || who < 0) return;
      if (named >= 0 && owners && owners.get(named) !== who) owner.hit(row);
      if (role(row) === student) isStudent?.set(who, 1);
      if (where < 0) return;
      lines.set(who, row.line);
      const before = pairs.get(who, where);
      const isPrimary = type(row) === primary;
      if (isPrimary && (before & PRIMARY) !== 0) two.hit(row);
      pairs.set(who, where, before | SEEN | (isPrimary ? PRIMARY : 0));
    },
    end() {
      if (isUndone()) return;
      for (const [who, , state] of pairs.entries()) {
        if ((state & PRIMARY) === 0) none.hit({ line: lines.get(who), sourcedId: () => undefined });
      }
      const primaryOrg = users?.recalled('primaryOrgSourcedId');
      if (!users || !primaryOrg || users.mode === 'delta') return;
      for (let who = 0; who < users.ids.size; who++) {
        const where = primaryOrg.get(who);
        if (where < 0 || pairs.get(who, where) !== 0) continue;
        noRole.hit({
          line: users.column('primaryOrgLine', 0).get(who),
          sourcedId: () => users.ids.text(who),
        });
      }
    },
  };
}
