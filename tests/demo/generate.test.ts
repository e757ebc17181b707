import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { DEMO_SEED } from '../../src/demo/days.js';
import { generateDistrict } from '../../src/demo/generate.js';
import type { Cell, Sink } from '../../src/demo/rows.js';
import { CASE_IDS, emitTo, numberRows } from '../../src/demo/rows.js';
import { createIndexesSql, createTablesSql } from '../../src/demo/schema.js';
import { sisTables } from '../../src/campus/tables.js';
import { collectGarbage } from '../support/memory.js';

/** A fingerprint of all rows in their order. */
function fingerprint(seed: number, students: number): string {
  const hash = createHash('sha256');
  generateDistrict({ seed, students, sink: (table, row) => hash.update(JSON.stringify([table, row])) });
  return hash.digest('hex');
}

describe('chance', () => {
  it('repeats itself with the same seed', () => {
    expect(fingerprint(7, 1500)).toBe(fingerprint(7, 1500));
  });

  it('differs with another seed', () => {
    expect(fingerprint(7, 50)).not.toBe(fingerprint(8, 50));
  });
});

describe('size', () => {
  it.each([1, 50, 1000, 2030])(
    'has the wanted number of students with a student this year: %d',
    (students) => {
      const active = new Set<Cell | undefined>();
      const thisYear = new Set<Cell | undefined>();
      generateDistrict({
        seed: 3,
        students,
        sink: (table, row) => {
          if (table === 'Calendar' && row[2] === 2027) thisYear.add(row[0]);
          if (table === 'Enrollment' && thisYear.has(row[2])) active.add(row[1]);
        },
      });
      expect(active.size).toBe(students);
    },
  );

  it('holds no more memory for the last thousand students than for the first ones', () => {
    const levels: number[] = [];
    const sink: Sink = (table, row) => {
      // One high school for each thousand students.
      if (table !== 'School' || !String(row[2]).endsWith('High School')) return;
      collectGarbage();
      levels.push(process.memoryUsage().heapUsed);
    };
    generateDistrict({ seed: 3, students: 20_000, sink: (...given) => sink(...given) });
    // The first few thousand warm up the engine.
    const growth = Math.max(...levels.slice(5)) - Math.max(...levels.slice(0, 5));
    // The small student objects of the later clusters alone would be more, and any big table's rows tens of megabytes.
    expect(growth).toBeLessThan(800_000);
  });

  it('steps over the numbers of the hand-placed cases', () => {
    const next = numberRows();
    let id = next('Person');
    while (id < CASE_IDS.first - 1) id = next('Person');
    expect(next('Person')).toBe(CASE_IDS.last + 1);
    expect(next('Person')).toBe(CASE_IDS.last + 2);
  });

  it('refuses a column that is not declared', () => {
    const emit = emitTo(() => undefined);
    expect(() => {
      emit('Person', { personID: 1, ssn: 'x' });
    }).toThrow('Person.ssn');
  });
});

describe('the main part', () => {
  const database = new Database(':memory:');
  const count = (sql: string): unknown => database.prepare(sql).pluck().get();

  beforeAll(() => {
    for (const statement of createTablesSql('sqlite')) database.exec(statement);
    const inserts = new Map<string, Database.Statement>();
    const sink: Sink = (table, row) => {
      const insert =
        inserts.get(table) ??
        database.prepare(`INSERT INTO "${table}" VALUES (${row.map(() => '?').join()})`);
      inserts.set(table, insert);
      insert.run(row);
    };
    database.transaction(() => {
      generateDistrict({ seed: DEMO_SEED, students: 1000, sink });
    })();
    for (const statement of createIndexesSql('sqlite')) database.exec(statement);
  });

  it.each(sisTables.map(({ name }) => name))('has rows in %s', (table) => {
    expect(count(`SELECT count(*) > 0 FROM "${table}"`)).toBe(1);
  });

  it.each([
    ['School', 'districtID', 'District', 'districtID'],
    ['Calendar', 'schoolID', 'School', 'schoolID'],
    ['Calendar', 'endYear', 'SchoolYear', 'endYear'],
    ['ScheduleStructure', 'calendarID', 'Calendar', 'calendarID'],
    ['TermSchedule', 'structureID', 'ScheduleStructure', 'structureID'],
    ['Term', 'termScheduleID', 'TermSchedule', 'termScheduleID'],
    ['Trial', 'calendarID', 'Calendar', 'calendarID'],
    ['Trial', 'structureID', 'ScheduleStructure', 'structureID'],
    ['GradeLevel', 'structureID', 'ScheduleStructure', 'structureID'],
    ['Person', 'currentIdentityID', 'Identity', 'identityID'],
    ['Identity', 'personID', 'Person', 'personID'],
    ['Contact', 'personID', 'Person', 'personID'],
    ['UserAccount', 'personID', 'Person', 'personID'],
    ['Enrollment', 'personID', 'Person', 'personID'],
    ['Enrollment', 'calendarID', 'Calendar', 'calendarID'],
    ['Course', 'calendarID', 'Calendar', 'calendarID'],
    ['Course', 'courseMasterID', 'CourseMaster', 'courseMasterID'],
    ['Course', 'departmentID', 'Department', 'departmentID'],
    ['Section', 'courseID', 'Course', 'courseID'],
    ['Section', 'trialID', 'Trial', 'trialID'],
    ['Section', 'roomID', 'Room', 'roomID'],
    ['SectionPlacement', 'periodID', 'Period', 'periodID'],
    ['Roster', 'personID', 'Person', 'personID'],
    ['SectionStaffHistory', 'personID', 'EmploymentAssignment', 'personID'],
    ['EmploymentAssignment', 'personID', 'Person', 'personID'],
    ['EmploymentAssignment', 'schoolID', 'School', 'schoolID'],
    ['EmploymentAssignmentLocation', 'assignmentID', 'EmploymentAssignment', 'assignmentID'],
    ['EmploymentAssignmentLocation', 'schoolID', 'School', 'schoolID'],
    ['RelatedPair', 'personID1', 'Enrollment', 'personID'],
    ['RelatedPair', 'personID2', 'Person', 'personID'],
  ])('%s.%s points to a %s', (table, column, target, key) => {
    const lost = `SELECT count(*) FROM "${table}" WHERE "${column}" IS NOT NULL
      AND "${column}" NOT IN (SELECT "${key}" FROM "${target}")`;
    expect(count(lost)).toBe(0);
  });

  it.each([
    ['current identities are their own', `SELECT count(*) FROM Person p JOIN "Identity" i ON i.identityID = p.currentIdentityID WHERE i.personID <> p.personID`],
    ['enrollments have a grade level of their calendar and structure', `SELECT count(*) FROM Enrollment e LEFT JOIN GradeLevel g ON g.calendarID = e.calendarID AND g.structureID = e.structureID AND g.name = e.grade WHERE g.name IS NULL`],
    ['sections stand in a trial of the calendar of their course', `SELECT count(*) FROM Section s JOIN Course c ON c.courseID = s.courseID JOIN Trial t ON t.trialID = s.trialID WHERE t.calendarID <> c.calendarID`],
    ['every section is placed', `SELECT count(*) FROM Section s WHERE NOT EXISTS (SELECT 1 FROM SectionPlacement p WHERE p.sectionID = s.sectionID AND p.trialID = s.trialID)`],
    ['placements use terms of the structure of the trial', `SELECT count(*) FROM SectionPlacement p JOIN Trial t ON t.trialID = p.trialID LEFT JOIN Term m ON m.termID = p.termID LEFT JOIN TermSchedule h ON h.termScheduleID = m.termScheduleID WHERE h.structureID IS NOT t.structureID`],
    ['no section is placed twice in one spot', `SELECT count(*) FROM (SELECT 1 FROM SectionPlacement GROUP BY sectionID, termID, periodID HAVING count(*) > 1)`],
    ['rosters name the trial of their section', `SELECT count(*) FROM Roster r LEFT JOIN Section s ON s.sectionID = r.sectionID AND s.trialID = r.trialID WHERE s.sectionID IS NULL`],
    ['staff rows name the trial of their section', `SELECT count(*) FROM SectionStaffHistory h LEFT JOIN Section s ON s.sectionID = h.sectionID AND s.trialID = h.trialID WHERE s.sectionID IS NULL`],
    ['every section has staff', `SELECT count(*) FROM Section WHERE sectionID NOT IN (SELECT sectionID FROM SectionStaffHistory)`],
    ['user names are unique', `SELECT count(*) FROM (SELECT 1 FROM UserAccount GROUP BY username HAVING count(*) > 1)`],
    ['GUIDs are unique', `SELECT count(*) FROM (SELECT 1 FROM Person GROUP BY personGUID HAVING count(*) > 1)`],
    ['phones are from the range set aside for fiction', `SELECT count(*) FROM Contact WHERE homePhone NOT GLOB '(55[56])555-01[0-9][0-9]' OR cellPhone NOT GLOB '(55[56])555-01[0-9][0-9]'`],
    ['addresses lead nowhere', `SELECT count(*) FROM Contact WHERE trim(email) NOT LIKE '%.example.org' AND trim(email) <> ''`],
    ['there is one active year', `SELECT count(*) - 1 FROM SchoolYear WHERE active = 1`],
    ['structures have one active trial', `SELECT count(*) FROM (SELECT structureID FROM Trial GROUP BY structureID HAVING sum(active) <> 1)`],
  ])('%s', (_, sql) => {
    expect(count(sql)).toBe(0);
  });

  it.each([
    ['a student enrolled at two schools', `SELECT count(*) FROM Enrollment p JOIN Enrollment s ON s.personID = p.personID AND s.calendarID <> p.calendarID WHERE p.serviceType = 'P' AND s.serviceType = 'S'`],
    ['special education services', `SELECT count(*) FROM Enrollment WHERE serviceType = 'N'`],
    ['students who left and came back', `SELECT count(*) FROM Enrollment a JOIN Enrollment b ON b.personID = a.personID AND b.calendarID = a.calendarID AND b.startDate > a.endDate`],
    ['no-shows', `SELECT count(*) FROM Enrollment WHERE noShow = 1`],
    ['staff at the district office', `SELECT count(*) FROM EmploymentAssignment WHERE schoolID NOT IN (SELECT schoolID FROM Calendar)`],
    ['staff at two schools', `SELECT count(*) FROM (SELECT 1 FROM EmploymentAssignment GROUP BY personID HAVING count(*) > 1)`],
    ['staff who are parents, with two accounts', `SELECT count(*) FROM EmploymentAssignment a JOIN RelatedPair r ON r.personID2 = a.personID WHERE (SELECT count(*) FROM UserAccount u WHERE u.personID = a.personID) = 2`],
    ['co-teachers', `SELECT count(*) FROM SectionStaffHistory WHERE staffType = 'T'`],
    ['section staff', `SELECT count(*) FROM SectionStaffHistory WHERE staffType = 'S'`],
    ['a section with two open primary teachers', `SELECT count(*) FROM (SELECT 1 FROM SectionStaffHistory WHERE staffType = 'P' AND endDate IS NULL GROUP BY sectionID HAVING count(*) > 1)`],
    ['children with the same guardian', `SELECT count(*) FROM (SELECT 1 FROM RelatedPair WHERE guardian = 1 GROUP BY personID2 HAVING count(*) > 1)`],
    ['a person who is guardian of one and relative of another', `SELECT count(*) FROM RelatedPair a JOIN RelatedPair b ON b.personID2 = a.personID2 WHERE a.guardian = 1 AND b.guardian = 0 AND b.portal = 1`],
    ['guardians without an account', `SELECT count(*) FROM RelatedPair WHERE guardian = 1 AND personID2 NOT IN (SELECT personID FROM UserAccount)`],
    ['a cross-site student', `SELECT count(*) FROM Roster r JOIN Trial t ON t.trialID = r.trialID WHERE NOT EXISTS (SELECT 1 FROM Enrollment e WHERE e.personID = r.personID AND e.calendarID = t.calendarID)`],
    ['a draft trial with rosters', `SELECT count(*) FROM Roster r JOIN Trial t ON t.trialID = r.trialID WHERE t.active = 0`],
    ['summer school of the active year', `SELECT count(*) FROM Roster r JOIN Trial t ON t.trialID = r.trialID JOIN Calendar c ON c.calendarID = t.calendarID WHERE c.endYear = 2027 AND c.startDate >= '2027-06'`],
    ['last year', `SELECT count(*) FROM Roster r JOIN Trial t ON t.trialID = r.trialID JOIN Calendar c ON c.calendarID = t.calendarID WHERE c.endYear = 2026`],
    ['students of last year only', `SELECT count(*) FROM (SELECT 1 FROM Enrollment e JOIN Calendar c ON c.calendarID = e.calendarID GROUP BY e.personID HAVING max(c.endYear) = 2026)`],
    ['a grade without a code that the export knows', `SELECT count(*) FROM Enrollment WHERE grade = 'TR'`],
    ['a name in other letters', `SELECT count(*) FROM "Identity" WHERE firstName = '美咲'`],
    ['period names that repeat in a structure', `SELECT count(*) FROM SectionPlacement a JOIN SectionPlacement b ON b.sectionID = a.sectionID AND b.termID = a.termID AND b.periodID > a.periodID JOIN Period p ON p.periodID = a.periodID JOIN Period q ON q.periodID = b.periodID WHERE p.name = q.name`],
    ['roster rows without dates', `SELECT count(*) FROM Roster WHERE startDate IS NULL AND endDate IS NULL`],
  ])('holds %s', (_, sql) => {
    expect(count(sql)).toBeGreaterThan(0);
  });
}); // prettier-ignore
