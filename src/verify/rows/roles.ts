/** OneRoster CSV binding 1.2, roles.csv: for each user and org exactly one role is primary. */
import type { Table } from '../../oneroster/table.js';
import { factOf, tokenOf } from './row-rules.js';
import { IdIndex } from '../memory/ids.js';
import { HomeMap, NumberColumn, PairMap } from '../memory/numbers.js';
import { BLANK, UNRESOLVED, type Inquiry, type KnownTable, type RowRule } from '../memory/known.js';

const SEEN = 1;
const PRIMARY = 2;

/**
 * The users and orgs whose files are not in a delta, by the ids that roles.csv names: as row numbers of their own, so that two
 * primary roles of one user are found there as well.
 */
class Strangers {
  readonly #ids = new IdIndex();
  readonly #primary = new PairMap();

  /** True when the user already has a primary role in the org. */
  addPrimary(user: string, org: string): boolean {
    const [who, where] = [this.#numberOf(user), this.#numberOf(org)];
    if (this.#primary.get(who, where) !== 0) return true;
    this.#primary.set(who, where, PRIMARY);
    return false;
  }

  #numberOf(id: string): number {
    const bytes = Buffer.from(id);
    const number = this.#ids.add(bytes, 0, bytes.length);
    return number < 0 ? ~number : number;
  }
}

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
  const notThere = findings.tally('roster.primary-org', 'users.csv', 'primaryOrgSourcedId');
  const noRole = findings.tally('roster.no-role', 'users.csv');
  const [userCell, orgCell] = [positionIn(table, 'userSourcedId'), positionIn(table, 'orgSourcedId')];
  const owner = findings.tally('roster.profile-owner', table.file, 'userProfileSourcedId');
  const users = tables.get('users');
  const owners = tables.get('userProfiles')?.recalled('userSourcedId');
  const isStudent = users?.column('isStudent');
  const pairs = new HomeMap();
  const lines = new NumberColumn(0);
  const hasRole = new NumberColumn(0);
  const strangers = new Strangers();
  return {
    row(row) {
      const [who, where, named] = [user(row), org(row), profile(row)];
      if (row.isDeleted) return;
      const isPrimary = type(row) === primary;
      const isOpen = known.mode === 'delta' && (who === UNRESOLVED || where === UNRESOLVED);
      if (isOpen && isPrimary && strangers.addPrimary(row.text(userCell), row.text(orgCell))) two.hit(row);
      if (who < 0) return;
      hasRole.set(who, 1);
      if (named >= 0 && owners && owners.get(named) !== who) owner.hit(row);
      if (role(row) === student) isStudent?.set(who, 1);
      if (where < 0) return;
      lines.set(who, row.line);
      const before = pairs.get(who, where);
      if (isPrimary && (before & PRIMARY) !== 0) two.hit(row);
      pairs.set(who, where, before | SEEN | (isPrimary ? PRIMARY : 0));
    },
    end() {
      if (!known.isComplete) return;
      for (const [who, , state] of pairs.entries()) {
        if ((state & PRIMARY) === 0) none.hit({ line: lines.get(who), sourcedId: () => undefined });
      }
      if (!users || users.mode === 'delta') return;
      const primaryOrg = users.recalled('primaryOrgSourcedId');
      for (let who = 0; who < users.ids.size; who++) {
        const where = primaryOrg?.get(who) ?? BLANK;
        const isElsewhere = where >= 0 && pairs.get(who, where) === 0;
        if (hasRole.get(who) === 1 && !isElsewhere) continue;
        const tally = hasRole.get(who) === 1 ? notThere : noRole;
        tally.hit({ line: users.column('line', 0).get(who), sourcedId: () => users.ids.text(who) });
      }
    },
  };
}

function positionIn(table: Table, column: string): number {
  return table.columns.findIndex(({ name }) => name === column);
}
