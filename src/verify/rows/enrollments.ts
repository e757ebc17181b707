/** Classes and enrollments: dates inside the sessions, the school of the class, and who may be primary. */
import type { Table } from '../../oneroster/table.js';
import { factOf, tokenOf } from './row-rules.js';
import { NumberColumn } from '../memory/numbers.js';
import { BLANK, type Inquiry, type KnownTable, type RowRule } from '../memory/known.js';

/** Remembers from the first to the last day of the sessions of each class. */
export function classSpans(_table: Table, known: KnownTable, { tables }: Inquiry): RowRule {
  const sessions = tables.get('academicSessions');
  const starts = sessions?.recalled('startDate');
  const ends = sessions?.recalled('endDate');
  const [spanFrom, spanTo] = [known.column('spanFrom'), known.column('spanTo')];
  let from = BLANK;
  let to = BLANK;
  let isKnown = true;
  return {
    item(column, target) {
      if (column !== 'termSourcedIds') return;
      const [start, end] = [starts?.get(target) ?? BLANK, ends?.get(target) ?? BLANK];
      if (start <= 0 || end <= 0) isKnown = false;
      from = from === BLANK ? start : Math.min(from, start);
      to = Math.max(to, end);
    },
    row(row) {
      if (row.id >= 0 && isKnown) {
        spanFrom.set(row.id, from);
        spanTo.set(row.id, to);
      }
      from = BLANK;
      to = BLANK;
      isKnown = true;
    },
  };
}

export function enrollments(
  table: Table,
  _known: KnownTable,
  { findings, tables, enrolled }: Inquiry,
): RowRule {
  const [cls, school, user] = [
    factOf(table, 'classSourcedId'),
    factOf(table, 'schoolSourcedId'),
    factOf(table, 'userSourcedId'),
  ];
  const [role, primary, begin, end] = [
    factOf(table, 'role'),
    factOf(table, 'primary'),
    factOf(table, 'beginDate'),
    factOf(table, 'endDate'),
  ];
  const teacher = tokenOf(table, 'role', 'teacher');
  const classes = tables.get('classes');
  const schools = classes?.recalled('schoolSourcedId');
  const [spanFrom, spanTo] = [classes?.recalled('spanFrom'), classes?.recalled('spanTo')];
  const notTeacher = findings.tally('roster.primary-not-teacher', table.file, 'primary');
  const otherSchool = findings.tally('roster.enrollment-school', table.file, 'schoolSourcedId');
  const outside = findings.tally('roster.enrollment-outside-session', table.file);
  const several = findings.tally('roster.several-primary-teachers', table.file, 'primary');
  const stretches = new Stretches();
  return {
    row(row) {
      if (row.isDeleted) return;
      const [room, from, to, kind] = [cls(row), begin(row), end(row), role(row)];
      const isPrimary = primary(row) === 1;
      if (isPrimary && kind >= 0 && kind !== teacher) notTeacher.hit(row);
      if (room < 0) return;
      const home = schools?.get(room) ?? BLANK;
      const stated = school(row);
      if (home >= 0 && stated >= 0 && home !== stated) otherSchool.hit(row);
      const [first, last] = [spanFrom?.get(room) ?? BLANK, spanTo?.get(room) ?? BLANK];
      const isOutside = (day: number): boolean => day > 0 && (day < first || day > last);
      if (first > 0 && last > 0 && (isOutside(from) || isOutside(to))) outside.hit(row);
      if (isPrimary && kind === teacher && stretches.add(room, from, to)) several.hit(row);
      if (enrolled && user(row) >= 0) enrolled.set(room, user(row), 1);
    },
  };
}

/** The stretches of time in which classes have a primary teacher; of each class as many as matter. */
class Stretches {
  readonly #last = new NumberColumn(-1);
  readonly #before = new NumberColumn(-1);
  readonly #from = new NumberColumn(0);
  readonly #to = new NumberColumn(0);
  #size = 0;

  /** True when an earlier stretch of the class overlaps this one. A blank date is open. */
  add(room: number, begin: number, end: number): boolean {
    const from = begin > 0 ? begin : 0;
    const to = end > 0 ? end : Infinity;
    let steps = 0;
    for (
      let each = this.#last.get(room);
      each >= 0 && steps < MOST_STRETCHES;
      each = this.#before.get(each)
    ) {
      if (from < this.#to.get(each) && this.#from.get(each) < to) return true;
      steps++;
    }
    const place = this.#size++;
    this.#from.set(place, from);
    this.#to.set(place, to);
    this.#before.set(place, this.#last.get(room));
    this.#last.set(room, place);
    return false;
  }
}

/** A class with more successive primary teachers than this is no class that could be told apart from a mistake. */
const MOST_STRETCHES = 64;
