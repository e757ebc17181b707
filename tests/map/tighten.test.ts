/** Of several enrollments of a person in one class a receiver gets exactly one: what a plain comparison of all of them says. */
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Tightening, type ReportDropped } from '../../src/map/tighten.js';
import { appleSchoolManager } from '../../src/profiles/apple-school-manager.js';
import { canvas } from '../../src/profiles/canvas.js';
import type { Profile } from '../../src/profiles/profile.js';
import type { LocalDate } from '../../src/model/values.js';
import { shapeOf, type Shape } from '../../src/profiles/shape.js';
import type { KeptEnrollment, KeptSchool, Roster } from '../../src/roster/roster.js';

const day = (text: string): LocalDate => text as LocalDate;
const AS_OF = day('2026-10-15');
const shape = shapeOf(canvas, '1.2');

const school: KeptSchool = {
  schoolID: 1,
  districtID: 1,
  name: 'A school',
  number: '1',
  externalLMSExclude: null,
  schoolGUID: 'S',
  districtGUID: null,
  yearStart: day('2026-08-01'),
  yearEnd: day('2027-06-01'),
};

const rosterOf = (enrollments: readonly KeptEnrollment[]): Roster => ({
  year: { endYear: 2027, startYear: 2026, start: day('2026-08-01'), end: day('2027-06-01'), label: null },
  asOf: AS_OF,
  districts: [],
  schools: [school],
  terms: [],
  personGuid: () => undefined,
  schoolsOfStudent: () => [1],
  sectionIDs: () => [],
  classSpans: () => new Map(),
  enrollmentsAhead: () => enrollments,
  enrollments: () => enrollments,
  classes: () => [],
  courses: () => [],
  people: () => [],
});

function tighteningOf(
  enrollments: readonly KeptEnrollment[],
  asked: Shape,
  report: ReportDropped = () => undefined,
): Tightening {
  return new Tightening({
    roster: rosterOf(enrollments),
    shape: asked,
    version: '1.2',
    usersOf: () => [],
    cellsOf: () => new Map(),
    report,
  });
}

/** The ids of those that are dropped; deciding it reports nothing. */
function dropped(enrollments: readonly KeptEnrollment[]): readonly number[] {
  const reported: number[] = [];
  const tightening = tighteningOf(enrollments, shape, (_kind, id) => reported.push(id));
  const lost = enrollments.filter((enrollment) => tightening.reasonAgainst(enrollment) !== undefined);
  expect(reported).toEqual([]);
  return lost.map(({ id }) => id);
}

const aDay = fc.constantFrom(
  null,
  day('2026-08-15'),
  day('2026-10-14'),
  AS_OF,
  day('2026-10-16'),
  day('2027-01-10'),
);
const anEnrollment = fc.record({
  role: fc.constantFrom('student' as const, 'teacher' as const),
  personID: fc.nat(4),
  sectionID: fc.nat(3),
  school: fc.constant(school),
  startDate: aDay,
  endDate: aDay,
});

const isCurrent = ({ startDate, endDate }: KeptEnrollment): boolean =>
  (startDate === null || startDate <= AS_OF) && (endDate === null || endDate >= AS_OF);

/** Whether `one` stays rather than `other`. */
function outranks(one: KeptEnrollment, other: KeptEnrollment): boolean {
  if (isCurrent(one) !== isCurrent(other)) return isCurrent(one);
  const [start, otherStart] = [one.startDate ?? '', other.startDate ?? ''];
  return start === otherStart ? one.id > other.id : start > otherStart;
}

describe('one primary teacher per class', () => {
  const given = (id: number, sectionID: number, start: string, primary = true): KeptEnrollment => ({
    role: 'teacher',
    id,
    personID: 100 + id,
    sectionID,
    school,
    primary,
    startDate: day(start),
    endDate: null,
  });
  const rows = [
    given(1, 1, '2026-11-16'),
    given(2, 1, '2026-08-17'),
    given(3, 1, '2026-08-18', false),
    given(4, 2, '2026-12-01'),
    given(5, 2, '2026-11-16'),
    given(6, 2, '2026-11-16'),
    { ...given(7, 3, '2026-08-17'), startDate: null },
  ];
  const taken = (profile: Profile | undefined): readonly number[] => {
    const tightening = tighteningOf(rows, shapeOf(profile, '1.2'));
    return rows
      .map((row) => tightening.asTaken(row))
      .flatMap(({ primary, id }) => (primary === true ? id : []));
  };

  it('is the one in force, else the first to come, for a receiver that takes one', () => {
    expect(taken(appleSchoolManager)).toEqual([2, 6, 7]);
  });

  it('is left as it is for the others, who take one at a time', () => {
    expect(taken(undefined)).toEqual([1, 2, 4, 5, 6, 7]);
  });
});

describe('one enrollment per person and class', () => {
  it('leaves the current one, then the latest start, then the highest id, for each role by itself', () => {
    fc.assert(
      fc.property(fc.array(anEnrollment, { maxLength: 40 }), (rows) => {
        const all = rows.map((row, at) => ({ ...row, id: ((at * 17) % 41) + 1 }));
        const lost = all.filter((one) =>
          all.some(
            (other) =>
              other.role === one.role &&
              other.personID === one.personID &&
              other.sectionID === one.sectionID &&
              outranks(other, one),
          ),
        );
        expect(dropped(all)).toEqual(lost.map(({ id }) => id));
      }),
    );
  });

  it('drops no one of a hundred thousand who each have one, though a few look repeated at first', () => {
    const all = Array.from({ length: 100_000 }, (_, at): KeptEnrollment => {
      const sectionID = Math.floor(at / 25) + 1;
      const personID = ((at * 7_919) % 30_011) + 1;
      return { role: 'student', id: at + 1, personID, sectionID, school, startDate: null, endDate: null };
    });
    expect(dropped(all)).toEqual([]);
  });
});
