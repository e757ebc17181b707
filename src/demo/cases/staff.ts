/** Cases 900300 to 900399: teachers and their sections; 900400 to 900499: other staff. */
import type { CaseDesk, PersonChanges } from './desk.js';
import { KEPT, days } from './desk.js';
import type { Cell } from '../rows.js';

type Fields = Readonly<Record<string, Cell>>;
const nowhere = { schoolID: 900_999 };

export function placeTeacherCases({ anchors, expect, person, assign, teach }: CaseDesk): void {
  /** A person with a Teacher assignment and a row as Teacher of the kept class. */
  const teacher = (id: number, assignment: Fields = {}, changes: PersonChanges = {}): void => {
    person(id, { person: { staffNumber: `E${id}` }, ...changes });
    assign(id, { teacher: 1, ...assignment });
    teach(id, id);
  };
  const out = (id: number, code: string): void => {
    expect('teacher', id, code);
    expect('sectionStaff', id, 'TEACHER_NOT_EXPORTED');
  };

  person(KEPT.teacher);
  assign(KEPT.teacher, { teacher: 1 });
  teach(KEPT.teacher, KEPT.teacher, { staffType: 'P' });
  expect('teacher', KEPT.teacher, 'keep');
  expect('sectionStaff', KEPT.teacher, 'keep');

  person(900_301);
  teach(900_301, 900_301);
  out(900_301, 'NO_TEACHER_ASSIGNMENT');
  teacher(900_302, { endDate: days.before });
  out(900_302, 'ASSIGNMENT_ENDED');
  teacher(900_303, { endDate: days.today });
  expect('teacher', 900_303, 'keep');
  teacher(900_304, { startDate: days.nextYear });
  out(900_304, 'ASSIGNMENT_OUTSIDE_YEAR');
  teacher(900_305, { externalLMSExclude: 1 });
  out(900_305, 'LMS_ASSIGNMENT');
  teacher(900_306, nowhere);
  out(900_306, 'SCHOOL_MISSING');
  teacher(900_307, { startDate: days.nextTerm });
  expect('teacher', 900_307, 'keep');

  person(900_310);
  assign(900_310, { teacher: 1 });
  expect('teacher', 900_310, 'NO_SECTION_STAFF_HISTORY');
  expect('teacher', 900_310, 'keep', { setting: 'teachersWithoutSections=include' });
  person(900_311);
  assign(900_311, { teacher: 1 });
  teach(900_311, 900_311, { staffType: 'S' });
  expect('teacher', 900_311, 'NO_SECTION_STAFF_HISTORY');
  expect('sectionStaff', 900_311, 'STAFF_TYPE_NOT_TEACHER');

  // Rows of a teacher who is in by another row.
  teach(900_320, KEPT.teacher, { staffType: 'S' });
  expect('sectionStaff', 900_320, 'STAFF_TYPE_NOT_TEACHER');
  teach(900_321, KEPT.teacher, { endDate: days.before });
  expect('sectionStaff', 900_321, 'STAFF_HISTORY_ENDED');
  teach(900_322, KEPT.teacher, { endDate: days.today });
  expect('sectionStaff', 900_322, 'keep');
  teach(900_323, KEPT.teacher, { startDate: days.nextYear });
  expect('sectionStaff', 900_323, 'STAFF_HISTORY_OUTSIDE_YEAR');
  teach(900_324, KEPT.teacher, { startDate: days.nextTerm });
  expect('sectionStaff', 900_324, 'keep');
  teach(900_325, KEPT.teacher, { trialID: anchors.high.draftTrialID });
  expect('sectionStaff', 900_325, 'TRIAL_NOT_ACTIVE');
  teach(900_326, KEPT.teacher, { sectionID: 900_221 });
  expect('sectionStaff', 900_326, 'STAFF_SECTION_NOT_EXPORTED');

  teacher(900_330, {}, { username: null });
  expect('teacher', 900_330, 'NO_USERNAME', { version: '1.1' });
  expect('sectionStaff', 900_330, 'TEACHER_NOT_EXPORTED', { version: '1.1' });
  expect('teacher', 900_330, 'keep', { version: '1.2' });
  teacher(900_331, {}, { person: { currentIdentityID: null } });
  out(900_331, 'NO_IDENTITY');
  teacher(900_332, {}, { identity: { firstName: null } });
  out(900_332, 'NO_NAME');
  teacher(900_333, {}, { person: { personGUID: null } });
  expect('teacher', 900_333, 'NO_GUID', { version: '1.2' });
  expect('sectionStaff', 900_333, 'TEACHER_NOT_EXPORTED', { version: '1.2' });
  assign(900_334, { teacher: 1 });
  teach(900_334, 900_334);
  out(900_334, 'PERSON_MISSING');
}

export function placeAideCases({ expect, person, assign }: CaseDesk): void {
  const aide = (id: number, assignment: Fields = {}, changes: PersonChanges = {}): void => {
    person(id, { person: { staffNumber: `E${id}` }, ...changes });
    assign(id, { program: 1, ...assignment });
  };

  aide(KEPT.aide);
  expect('aide', KEPT.aide, 'keep');
  expect('aide', KEPT.aide, 'TYPE_NOT_REQUESTED', { setting: 'include.aides=false' });

  aide(900_401, { program: 0 });
  expect('aide', 900_401, 'NO_STAFF_ROLE');
  aide(900_402, { endDate: days.before });
  expect('aide', 900_402, 'ASSIGNMENT_ENDED');
  aide(900_403, { endDate: days.today });
  expect('aide', 900_403, 'keep');
  aide(900_404, { startDate: days.nextYear });
  expect('aide', 900_404, 'ASSIGNMENT_OUTSIDE_YEAR');
  aide(900_405, { externalLMSExclude: 1 });
  expect('aide', 900_405, 'LMS_ASSIGNMENT');
  aide(900_406, nowhere);
  expect('aide', 900_406, 'SCHOOL_MISSING');
  aide(900_407, { startDate: days.nextTerm });
  expect('aide', 900_407, 'keep');

  aide(900_410, {}, { username: null });
  expect('aide', 900_410, 'NO_USERNAME', { version: '1.1' });
  expect('aide', 900_410, 'keep', { version: '1.2' });
  aide(900_411, {}, { person: { currentIdentityID: null } });
  expect('aide', 900_411, 'NO_IDENTITY');
  aide(900_412, {}, { identity: { lastName: ' ' } });
  expect('aide', 900_412, 'NO_NAME');
  aide(900_413, {}, { person: { personGUID: null } });
  expect('aide', 900_413, 'NO_GUID', { version: '1.2' });
  assign(900_414, { program: 1 });
  expect('aide', 900_414, 'PERSON_MISSING');
}
