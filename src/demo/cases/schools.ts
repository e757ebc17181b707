/** Cases 900001 to 900099: districts, schools and calendars that are excluded, with a person in each. */
import type { CaseDesk } from './desk.js';
import { KEPT, days } from './desk.js';
import { lastYear, stored } from '../days.js';

export function placeSchoolCases(desk: CaseDesk): void {
  const { anchors, emit, expect, school, calendar, student, course, section, person, assign, teach } = desk;
  const { high, elementary } = anchors;

  /** A course, a section and a student in the calendar, structure and trial of the same number. */
  const fill = (id: number, code: string): void => {
    student(id, { calendarID: id, structureID: id });
    course(id, { calendarID: id });
    section(id, { courseID: id, trialID: id }, { trialID: id, termID: id, periodID: id });
    expect('student', id, code);
    expect('section', id, code);
    expect('course', id, code);
  };

  school(900_001, 'Harbor Night Academy', { externalLMSExclude: 1 });
  calendar(900_001, { schoolID: 900_001 });
  expect('school', 900_001, 'LMS_SCHOOL');
  fill(900_001, 'LMS_SCHOOL');
  person(900_002);
  assign(900_002, { schoolID: 900_001, teacher: 1 });
  teach(900_002, 900_002);
  expect('teacher', 900_002, 'LMS_SCHOOL');
  expect('sectionStaff', 900_002, 'TEACHER_NOT_EXPORTED');
  person(900_003);
  assign(900_003, { schoolID: 900_001, counselor: 1 });
  expect('aide', 900_003, 'LMS_SCHOOL');

  school(900_010, 'Old Mill Annex');
  expect('school', 900_010, 'SCHOOL_NO_CALENDAR');
  person(900_010);
  assign(900_010, { schoolID: 900_010, program: 1 });
  expect('aide', 900_010, 'SCHOOL_NO_CALENDAR');
  school(900_011, 'Closed Primary School');
  calendar(900_011, {
    schoolID: 900_011,
    endYear: lastYear.endYear,
    startDate: lastYear.calendarStart,
    endDate: lastYear.calendarEnd,
  });
  expect('school', 900_011, 'SCHOOL_NO_CALENDAR');
  expect('calendar', 900_011, 'YEAR_NOT_ACTIVE');
  expect('school', anchors.officeID, 'SCHOOL_NO_CALENDAR');

  school(900_020, 'Ferry Landing Online', { schoolGUID: null });
  calendar(900_020, { schoolID: 900_020 });
  expect('school', 900_020, 'NO_GUID');
  emit('District', {
    districtID: 900_030,
    name: 'Upper Valley Cooperative',
    number: '0421',
    districtGUID: null,
  });
  school(900_030, 'Upper Valley Program', { districtID: 900_030 });
  calendar(900_030, { schoolID: 900_030 });
  expect('district', 900_030, 'NO_GUID');
  school(900_031, 'Lost Creek School', { districtID: 900_031 });
  calendar(900_031, { schoolID: 900_031 });
  expect('district', 900_031, 'DISTRICT_MISSING');
  expect('school', 900_031, 'keep');
  calendar(900_032, { schoolID: 900_999 });
  expect('calendar', 900_032, 'SCHOOL_MISSING');

  calendar(900_040, { schoolID: high.schoolID, externalLMSExclude: 1 });
  expect('calendar', 900_040, 'LMS_CALENDAR');
  fill(900_040, 'LMS_CALENDAR');

  // A structure takes out grade levels and enrollments, not courses and sections.
  const { calendarID, structureID } = high.main;
  emit('ScheduleStructure', { structureID: 900_050, calendarID, externalLMSExclude: 1 });
  student(900_050, { structureID: 900_050 });
  expect('student', 900_050, 'LMS_STRUCTURE');
  emit('GradeLevel', { calendarID, structureID, name: '10V', stateGrade: '10', externalLMSExclude: 1 });
  student(900_055, { grade: '10V' });
  expect('student', 900_055, 'LMS_GRADE');

  course(900_060, { calendarID: high.last.calendarID });
  section(
    900_060,
    { courseID: 900_060, trialID: high.last.trialID },
    {
      trialID: high.last.trialID,
      termID: high.last.terms.get('S1') ?? null,
      periodID: high.last.periods.get('1')?.[0] ?? null,
    },
  );
  // Records of a calendar of another year are not examined, so they have no reasons of their own.
  expect('calendar', high.last.calendarID, 'YEAR_NOT_ACTIVE');
  student(900_060, { calendarID: high.last.calendarID, structureID: high.last.structureID });
  expect('student', 900_060, 'YEAR_NOT_ACTIVE');

  // Over since July; who stayed to its last day stays until the year is over.
  const july = { startDate: stored('2026-07-06'), endDate: stored('2026-07-31') };
  calendar(900_070, { schoolID: high.schoolID, ...july });
  student(900_070, { calendarID: 900_070, structureID: 900_070, ...july });
  expect('student', 900_070, 'keep');
  student(900_071, { calendarID: 900_070, structureID: 900_070, ...july, endDate: stored('2026-07-30') });
  expect('student', 900_071, 'ENROLLMENT_ENDED');
  // An empty calendar end is not the last day of any enrollment.
  calendar(900_072, { schoolID: high.schoolID, endDate: null });
  student(900_072, { calendarID: 900_072, structureID: 900_072, endDate: days.before });
  expect('student', 900_072, 'ENROLLMENT_ENDED');

  const elsewhere = { setting: `schools=${elementary.number}` };
  expect('school', high.schoolID, 'SCHOOL_NOT_IN_SCOPE', elsewhere);
  expect('school', elementary.schoolID, 'keep', elsewhere);
  expect('student', KEPT.student, 'SCHOOL_NOT_IN_SCOPE', elsewhere);
  expect('section', KEPT.section, 'SCHOOL_NOT_IN_SCOPE', elsewhere);
  expect('aide', KEPT.aide, 'SCHOOL_NOT_IN_SCOPE', elsewhere);
}
