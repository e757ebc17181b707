/** Which records of the SIS a sourcedId speaks of, for every way in which ids are made. */
import { describe, expect, it } from '@jest/globals';
import { subjectsOf } from '../../src/vanished/subject.js';

const GUID = 'A0000000-0000-4000-8000-000000000011';

describe('a sourcedId', () => {
  it.each([
    ['users', 's11', ['student 11']],
    ['users', 't-21', ['teacher 21']],
    ['users', `g-${GUID}`, [`guardian ${GUID}`]],
    ['users', '11', ['student 11', 'teacher 11', 'aide 11', 'guardian 11', 'relative 11']],
    ['demographics', '11', ['student 11']],
    ['demographics', 's11', ['student 11']],
    ['roles', `11.teacher.${GUID}`, ['teacher 11']],
    ['classes', '2001', ['section 2001']],
    ['courses', '1001', ['course 1001']],
    ['enrollments', 's50011', ['roster 50011']],
    ['enrollments', 't40021', ['sectionStaff 40021']],
    ['orgs', GUID, [`school ${GUID}`, `district ${GUID}`]],
    ['academicSessions', '401', ['term 401']],
    ['academicSessions', `${GUID}-2027`, [`school ${GUID}`]],
    ['users', 'somebody', []],
    ['results', '1', []],
  ])('of %s: %s', (file, sourcedId, subjects) => {
    expect(subjectsOf(file, sourcedId).map(({ kind, id }) => `${kind} ${id}`)).toEqual(subjects);
  });
});
