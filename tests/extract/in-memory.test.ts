/** The district in memory that the tests of rules and cells read gives what a SQLite file of the same rows gives. */
import { expect, it } from '@jest/globals';
import { writeCampusFile } from '../support/campus-file.js';
import {
  SCHOOL,
  STUDENT,
  aDistrict,
  aGuardian,
  aRelative,
  aRoster,
  aSchool,
  aStudent,
  aTeacher,
  again,
  anAide,
  assignmentOf,
  drop,
  identityOf,
  put,
  rosterOf,
  type GivenRows,
} from '../support/given.js';
import { fingerprint, openCampusFile, openDistrict, type OpenDistrict } from '../support/outcome.js';

const everybody = (...changes: readonly GivenRows[]): GivenRows =>
  aDistrict(aStudent(), aTeacher(), anAide(), aGuardian(), aRelative(), aRoster(), changes);

const LOCATION = { assignmentID: assignmentOf(31), schoolID: 2 };

const districts: Readonly<Record<string, GivenRows>> = {
  'with one of each': everybody(),
  'with a table that most installs do not have': everybody(
    aSchool(2),
    put('EmploymentAssignmentLocation', LOCATION),
  ),
  'with keys that are there twice': everybody(
    again('Roster', { rosterID: rosterOf(STUDENT), startDate: '2026-09-01' }),
    again('School', { schoolID: SCHOOL }),
  ),
  'with cells of odd kinds': everybody(
    put('Identity', { identityID: identityOf(STUDENT), lastName: ' Ünal\u0007 "O", 😀\r\n', firstName: 12 }),
    aStudent({ personID: 12, identity: { birthdate: Buffer.from([1]) }, contact: { email: '' } }),
  ),
  'without people': aDistrict(drop('Room')),
};

/** Closes the district. */
function allOf(district: OpenDistrict): readonly unknown[] {
  const all = [fingerprint(district), district.notices, district.judge().notices];
  district.close();
  return all;
}

it.each(Object.entries(districts))('a district %s', async (_what, given) => {
  const file = writeCampusFile(given);
  try {
    expect(allOf(await openDistrict(given))).toEqual(allOf(await openCampusFile(file.path)));
  } finally {
    file.remove();
  }
});
