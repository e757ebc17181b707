/** Golden bundles of a config that shares all kinds of extension columns and values. Renew with UPDATE_GOLDEN=1 and read the difference. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import Database from 'better-sqlite3';
import { sqliteSource } from '../../src/extract/sqlite.js';
import { makeConfigFolder, type ConfigFolder } from '../config/given-config.js';
import { writeCampusFile } from '../support/campus-file.js';
import { day } from '../support/connections.js';
import {
  aDistrict,
  aGuardian,
  anAide,
  aRoster,
  aStudent,
  aTeacher,
  courseOf,
  enrollmentOf,
  GUARDIAN,
  rosterOf,
  SCHOOL,
  sectionOf,
  STUDENT,
  TEACHER,
  termOf,
  TODAY,
} from '../support/given.js';
import { refreshHere } from '../support/in-process.js';
import { readZip } from '../support/published.js';
import { expectGolden } from './expect-golden.js';

let folder: ConfigFolder;
beforeAll(async () => {
  folder = await makeConfigFolder();
});
afterAll(() => folder.remove());

const OTHER = 12;

/** Numbers, flags, days, GUIDs and texts by every kind of id; several rows for one id, rows without one, ids of no one. */
const TABLES = `
  CREATE TABLE Rider (riderID INTEGER, routeName TEXT, stopName TEXT, active bit, since smalldatetime, card uniqueidentifier, fee REAL);
  INSERT INTO Rider VALUES
    (${STUDENT}, 'North, "A"', 'Elm' || char(10) || 'St', 1, '2026-08-17 00:00:00', 'a0000000-0000-4000-8000-00000000000a', 1.5),
    (${STUDENT}, 'Zebra', 'Ash', 1, NULL, NULL, NULL),
    (${OTHER}, '=1+1', NULL, 1, NULL, NULL, 2.0), (${TEACHER}, 'Old', 'Old', 0, NULL, NULL, NULL),
    (${GUARDIAN}, 'South', 'Oak', 1, NULL, NULL, 12), (99999, 'East', 'Fir', 1, NULL, NULL, NULL), (NULL, 'Lost', NULL, 1, NULL, NULL, NULL);
  CREATE TABLE Extra (schoolID INT, sectionID INT, courseID INT, enrollmentID INT, rosterID INT, termID INT, code TEXT);
  INSERT INTO Extra (schoolID, code) VALUES (${SCHOOL}, 'magnet');
  INSERT INTO Extra (sectionID, code) VALUES (${sectionOf(SCHOOL)}, 'Y');
  INSERT INTO Extra (courseID, code) VALUES (${courseOf(SCHOOL)}, 'n');
  INSERT INTO Extra (enrollmentID, code) VALUES (${enrollmentOf(STUDENT)}, 'F'), (${enrollmentOf(OTHER)}, 'x');
  INSERT INTO Extra (rosterID, code) VALUES (${rosterOf(STUDENT)}, 'audit');
  INSERT INTO Extra (termID, code) VALUES (${termOf(SCHOOL)}, 'T1');`;

const rider = (column: string): string =>
  `{ table: Rider, key: riderID, holds: personID, column: ${column}, where: { active: 1 } }`;
const extra = (key: string, more = ''): string => `{ table: Extra, key: ${key}, column: code${more} }`;
const METADATA = `
      orgs: { kind: ${extra('schoolID')} }
      academicSessions: { code: ${extra('termID')} }
      users:
        bus.route: ${rider('routeName')}
        bus.stop: ${rider('stopName')}
        since: ${rider('since')}
        card: ${rider('card')}
        fee: ${rider('fee')}
        rides: ${rider('active')}
        lunch: ${extra('enrollmentID', ', map: { F: free, R: reduced, default: paid, "": none }')}
      demographics: { lunch: ${extra('enrollmentID', ', map: { f: free, default: "" }')} }
      enrollments: { kind: ${extra('rosterID')}, route: ${rider('routeName')} }
      classes: { honors: ${extra('sectionID', ', map: { Y: "true", N: "false" }')}, kind: ${extra('schoolID')} }
      courses: { honors: ${extra('courseID', ', map: { Y: "true", N: "false" }')} }`;

/** Columns of every kind, by name, with a table and with a key; templates, other texts and letters. */
const values = (username: string): string => `
    values:
      orgs: { identifier: "{number} of {District.number}" }
      users:
        username: ${username}
        email: { from: Contact.secondaryEmail, case: lower, else: "{studentNumber}@Students.example.org" }
        identifier: { template: "{School.number}-{personID}", case: upper }
        sms: { from: Rider.fee, key: personID, where: { active: 1 }, else: "none" }
        phone: { from: Contact.cellPhone }
      classes:
        title: "{course.name} ({section.number}) {teacher.lastName}"
        classCode: { template: "{Department.name}/{Room.name}", else: default }
      courses: { title: "{courseCode} ü {name}" }`;

it('extension columns and values of all kinds are written byte by byte as they always were', async () => {
  const file = writeCampusFile(
    aDistrict(
      aStudent({
        person: { studentNumber: '0011' },
        contact: { email: 'a@b.org', secondaryEmail: 'Home@B.org' },
      }),
      aStudent({ personID: OTHER, person: { studentNumber: '0012' } }),
      aTeacher({ contact: { cellPhone: '555-0100' } }),
      anAide(),
      aGuardian(),
      aRoster(),
      aRoster(OTHER),
    ),
  );
  const database = new Database(file.path);
  database.exec(TABLES);
  database.close();
  const config = await folder.load(`timezone: America/Chicago
home: ./home
source:
  client: better-sqlite3
  connection: { filename: ${file.path} }
  tables: { Rider: { columns: { personID: riderID } } }
connections:
  - name: library
    version: "1.1"
    fields: { users: { metadata.card: mask, metadata.fee: drop } }
    metadata:${METADATA}${values('{ template: "{email}", else: "{username}" }')}
  - name: lms
    version: "1.2"
    metadata:${METADATA}
      roles: { route: ${rider('routeName')}, kind: ${extra('schoolID')} }${values('"{studentNumber}"')}
`);
  if (config.source.client !== 'better-sqlite3') throw new Error('not the given source');
  const { connections } = await refreshHere({
    config,
    source: sqliteSource(config.source),
    asOf: day(TODAY),
    startedAt: new Date('2026-10-15T08:00:00Z'),
  });
  file.remove();
  expect(
    connections.map(({ outcome, findings }) => [
      outcome,
      findings.filter(({ severity }) => severity === 'error'),
    ]),
  ).toEqual([
    ['published', []],
    ['published', []],
  ]);
  for (const { settings, bundle } of connections)
    for (const [name, bytes] of await readZip(bundle?.path ?? ''))
      expectGolden(`sharing-${settings.version}/${name}`, bytes.toString('utf8'));
});
