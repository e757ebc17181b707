/** Checks the requirements of receivers on classes and their enrollments. */
import type { Table } from '../../oneroster/table.js';
import { demandsOf, type Demand, type DemandOf } from '../../profiles/profile.js';
import { demandTally } from './demands.js';
import { NumberColumn, PairMap } from '../memory/numbers.js';
import type { Inquiry, JudgedRow, KnownTable, RowRule } from '../memory/known.js';
import { factOf, tokenOf } from '../rows/row-rules.js';

export function classDemands(table: Table, known: KnownTable, inquiry: Inquiry): readonly RowRule[] {
  const { demands } = inquiry;
  switch (table.name) {
    case 'users':
      return demandsOf(demands, 'same-school').length > 0 ? [rememberOrgs(known)] : [];
    case 'roles':
      return demandsOf(demands, 'same-school').length > 0 ? [rememberRoleOrgs(table, inquiry)] : [];
    case 'classes':
      return demandsOf(demands, 'class-in-future').map((demand) => inFuture(demand, known, inquiry));
    case 'enrollments':
      return demands.flatMap((demand) => enrollmentDemand(demand, table, inquiry));
    default:
      return [];
  }
}

/** A class in a finding: its line was not kept, its id is. */
function atClass(
  classes: Pick<KnownTable, 'ids'>,
  room: number,
): { line: undefined; sourcedId: () => string } {
  return { line: undefined, sourcedId: () => classes.ids.text(room) };
}

export function sessionTypes(demand: DemandOf<'session-type'>, table: Table, inquiry: Inquiry): RowRule {
  const sessions = inquiry.tables.get('academicSessions');
  const types = sessions?.recalled('type');
  const declared = inquiry.version.tables.find(({ name }) => name === 'academicSessions');
  const asked = new Set(demand.types.map((type) => (declared ? tokenOf(declared, 'type', type) : -1)));
  const tally = demandTally(inquiry.findings, demand, table.file, 'termSourcedIds');
  let isOther = false;
  return {
    item(column, target) {
      if (column === 'termSourcedIds' && types && !asked.has(types.get(target))) isOther = true;
    },
    row(row) {
      if (isOther) tally.hit(row);
      isOther = false;
    },
  };
}

function inFuture(demand: Demand, known: KnownTable, { findings, asOf }: Inquiry): RowRule {
  const tally = demandTally(findings, demand, 'classes.csv', 'termSourcedIds');
  return {
    end() {
      if (asOf === undefined) return;
      const today = Number(asOf.replaceAll('-', ''));
      const starts = known.column('spanFrom');
      for (let room = 0; room < known.ids.size; room++) {
        if (starts.get(room) > today) tally.hit(atClass(known, room));
      }
    },
  };
}

/** 1.1: the orgs of a user stand in its own row. */
function rememberOrgs(known: KnownTable): RowRule {
  let orgs: number[] = [];
  return {
    item(column, target) {
      if (column === 'orgSourcedIds') orgs.push(target);
    },
    row(row) {
      if (row.id >= 0) for (const org of orgs) known.orgs.set(row.id, org, 1);
      orgs = [];
    },
  };
}

function rememberRoleOrgs(table: Table, { tables }: Inquiry): RowRule {
  const [user, org] = [factOf(table, 'userSourcedId'), factOf(table, 'orgSourcedId')];
  const users = tables.get('users');
  return {
    row(row) {
      if (user(row) >= 0 && org(row) >= 0) users?.orgs.set(user(row), org(row), 1);
    },
  };
}

interface Enrollment {
  readonly row: JudgedRow;
  readonly room: number;
  readonly who: number;
  readonly isStudent: boolean;
  readonly isTeacher: boolean;
  readonly isPrimary: boolean;
}

/** How a demand counts each enrollment, and its findings after all were read. */
interface EnrollmentJudge {
  each(enrollment: Enrollment): void;
  end?(): void;
}

function enrollmentDemand(demand: Demand, table: Table, inquiry: Inquiry): readonly RowRule[] {
  const classes = inquiry.tables.get('classes');
  const users = inquiry.tables.get('users');
  const judge = classes && users ? judgeOf(demand, classes, users, inquiry) : undefined;
  if (!judge) return [];
  const [cls, user] = [factOf(table, 'classSourcedId'), factOf(table, 'userSourcedId')];
  const [role, primary] = [factOf(table, 'role'), factOf(table, 'primary')];
  const [student, teacher] = [tokenOf(table, 'role', 'student'), tokenOf(table, 'role', 'teacher')];
  return [
    {
      row(row) {
        const [room, who, kind] = [cls(row), user(row), role(row)];
        if (row.isDeleted || room < 0 || who < 0) return;
        judge.each({
          row,
          room,
          who,
          isStudent: kind === student,
          isTeacher: kind === teacher,
          isPrimary: primary(row) === 1,
        });
      },
      end: () => judge.end?.(),
    },
  ];
}

function judgeOf(
  demand: Demand,
  classes: KnownTable<'classes'>,
  users: KnownTable<'users'>,
  inquiry: Inquiry,
): EnrollmentJudge | undefined {
  const tally = (file: string, column?: string): ReturnType<typeof demandTally> =>
    demandTally(inquiry.findings, demand, file, column);
  const isWhole = (): boolean => inquiry.tables.get('enrollments')?.mode === 'bulk';
  switch (demand.kind) {
    case 'class-size':
      return counted(
        demand.most,
        { who: 'isStudent', per: ({ room }) => room, of: ({ who }) => who },
        (room) => {
          if (isWhole()) tally('classes.csv').hit(atClass(classes, room));
        },
      );
    case 'classes-per-teacher':
      return counted(
        demand.most,
        { who: 'isTeacher', per: ({ who }) => who, of: ({ room }) => room },
        (who) => {
          if (isWhole()) tally('users.csv').hit({ line: undefined, sourcedId: () => users.ids.text(who) });
        },
      );
    case 'one-primary-teacher': {
      const found = tally('enrollments.csv', 'primary');
      const teachers = new NumberColumn(-1);
      return {
        each({ row, room, who, isTeacher, isPrimary }) {
          if (!isTeacher || !isPrimary) return;
          if (teachers.get(room) >= 0 && teachers.get(room) !== who) found.hit(row);
          else teachers.set(room, who);
        },
      };
    }
    case 'class-needs-teacher': {
      const taught = new NumberColumn(0);
      return {
        each: ({ room, isTeacher }) => (isTeacher ? taught.set(room, 1) : undefined),
        end() {
          if (!inquiry.tables.get('enrollments')?.isComplete || classes.mode !== 'bulk') return;
          for (let room = 0; room < classes.ids.size; room++) {
            if (taught.get(room) === 0) tally('classes.csv').hit(atClass(classes, room));
          }
        },
      };
    }
    case 'one-enrollment': {
      const found = tally('enrollments.csv');
      const seen = new PairMap();
      return {
        each({ row, room, who, isStudent }) {
          const bit = isStudent ? 1 : 2;
          const before = seen.get(room, who);
          if ((before & bit) !== 0) found.hit(row);
          seen.set(room, who, before | bit);
        },
      };
    }
    case 'same-school': {
      const found = tally('enrollments.csv', 'classSourcedId');
      const schools = classes.recalled('schoolSourcedId');
      const isTorn = users.torn || inquiry.tables.get('roles')?.torn === true;
      return {
        each({ row, room, who, isStudent }) {
          if (isTorn) return;
          const school = schools?.get(room) ?? -1;
          if (isStudent && school >= 0 && users.orgs.get(who, school) === 0) found.hit(row);
        },
      };
    }
    default:
      return undefined;
  }
}

interface Counting {
  readonly who: 'isStudent' | 'isTeacher';
  readonly per: (enrollment: Enrollment) => number;
  readonly of: (enrollment: Enrollment) => number;
}

/** Counts different `of`s for each `per`, and reports those that have more than `most`. */
function counted(most: number, { who, per, of }: Counting, report: (per: number) => void): EnrollmentJudge {
  const seen = new PairMap();
  const counts = new NumberColumn(0);
  const over: number[] = [];
  return {
    each(enrollment) {
      if (!enrollment[who]) return;
      const [key, item] = [per(enrollment), of(enrollment)];
      if (seen.get(key, item) !== 0) return;
      seen.set(key, item, 1);
      const count = counts.get(key) + 1;
      counts.set(key, count);
      if (count === most + 1) over.push(key);
    },
    end: () => over.forEach(report),
  };
}
