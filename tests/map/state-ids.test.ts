/** A state id with a character of the syntax of userIds is left out of the cell, with a notice. */
import { expect, it } from '@jest/globals';
import { VERSIONS, type Wants } from '../support/connections.js';
import { aDistrict, aGuardian, anAide, aStudent, aTeacher } from '../support/given.js';
import { outcomeFor } from '../support/outcome.js';

const given = aDistrict(
  aStudent({ person: { stateID: '12,3' } }),
  aStudent({ personID: 12, person: { stateID: '{12' } }),
  aStudent({ personID: 13, person: { stateID: '12-3', staffStateID: '1:2' } }),
  aTeacher({ person: { staffStateID: '1:2' } }),
  anAide({ person: { staffStateID: '77' } }),
  aGuardian({ person: { stateID: '1}', staffStateID: '1}' } }),
);

async function noticed(wants: Wants) {
  const outcome = await outcomeFor(given, wants);
  return {
    counts: outcome.notices.filter(({ code }) => code === 'state-id-unwritable').map(({ count }) => count),
    cells: outcome.rows('users').map(({ userIds }) => userIds),
  };
}

it.each(VERSIONS)('is counted once per user who is sent without it (%s)', async (version) => {
  expect(await noticed({ version })).toEqual({
    counts: [3],
    cells: ['', '', '{stateID:12-3}', '', '{staffStateID:77}', ''],
  });
});

it.each(VERSIONS)('is not noted where the cell is not sent at all (%s)', async (version) => {
  const { counts } = await noticed({ version, fields: { users: { userIds: 'drop' } } });
  expect(counts).toEqual([]);
});
