/** Cases 900200 to 900299: courses, sections and roster rows. */
import type { CaseDesk } from './desk.js';
import { KEPT, days } from './desk.js';

export function placeClassCases(desk: CaseDesk): void {
  const { anchors, emit, expect, course, section, roster } = desk;
  const { draftTrialID, main } = anchors.high;

  course(KEPT.course);
  section(KEPT.section);
  roster(900_200, KEPT.student);
  expect('course', KEPT.course, 'keep');
  expect('section', KEPT.section, 'keep');
  expect('roster', 900_200, 'keep');

  emit('CourseMaster', { courseMasterID: 900_210, externalLMSExclude: 1 });
  course(900_210, { courseMasterID: 900_210 });
  course(900_211, { externalLMSExclude: 1 });
  course(900_212, { active: 0 });
  const courseCases = [
    [900_210, 'LMS_COURSE_MASTER'],
    [900_211, 'LMS_COURSE'],
    [900_212, 'COURSE_INACTIVE'],
  ] as const;
  for (const [id, code] of courseCases) {
    section(id, { courseID: id });
    expect('course', id, code);
    expect('section', id, code);
  }
  // A missing mark is no reason: neither a missing master nor an empty flag.
  course(900_213, { courseMasterID: null, active: null, externalLMSExclude: null });
  section(900_213, { courseID: 900_213, active: null, externalLMSExclude: null });
  expect('section', 900_213, 'keep');

  section(900_220, { externalLMSExclude: 1 });
  expect('section', 900_220, 'LMS_SECTION');
  section(900_221, { active: 0 });
  expect('section', 900_221, 'SECTION_INACTIVE');
  section(900_222, { trialID: draftTrialID }, { trialID: draftTrialID });
  expect('section', 900_222, 'TRIAL_NOT_ACTIVE');
  section(900_223, {}, null);
  expect('section', 900_223, 'NO_PLACEMENT');
  section(900_224, {}, { trialID: draftTrialID });
  expect('section', 900_224, 'NO_PLACEMENT');
  section(900_225, { courseID: 900_999 });
  expect('section', 900_225, 'COURSE_MISSING');
  section(900_226);
  emit('SectionPlacement', { sectionID: 900_226, trialID: main.trialID, termID: 900_999, periodID: 900_999 });
  expect('section', 900_226, 'keep');
  expect('placement', '900226-900999', 'TERM_NOT_EXPORTED');

  section(900_230);
  expect('section', 900_230, 'keep');
  expect('section', 900_230, 'EMPTY_CLASS', { setting: 'emptyClasses=drop' });
  course(900_231);
  expect('course', 900_231, 'keep');
  expect('course', 900_231, 'UNUSED_COURSE', { setting: 'unusedCourses=drop' });

  roster(900_240, 900_110);
  expect('roster', 900_240, 'ROSTER_STUDENT_NOT_EXPORTED');
  roster(900_241, KEPT.student, { sectionID: 900_221 });
  expect('roster', 900_241, 'ROSTER_SECTION_NOT_EXPORTED');
  roster(900_242, KEPT.student, { trialID: draftTrialID });
  expect('roster', 900_242, 'TRIAL_NOT_ACTIVE');
  const dropped = { setting: 'endedRosters=drop' };
  roster(900_243, KEPT.student, { endDate: days.before });
  expect('roster', 900_243, 'keep');
  expect('roster', 900_243, 'ROSTER_ENDED', dropped);
  roster(900_244, KEPT.student, { endDate: days.today });
  expect('roster', 900_244, 'keep', dropped);
  roster(900_245, KEPT.student, { startDate: days.nextTerm });
  expect('roster', 900_245, 'keep');
}
