/** Cases 900500 to 900599: relationships to one kept student, and the guardians and relatives in them. */
import type { CaseDesk, PersonChanges } from './desk.js';
import { days } from './desk.js';
import type { Cell } from '../rows.js';

const CHILD = 900_500;
const asRelative = { guardian: 0 };

export function placeFamilyCases({ expect, person, student, relate }: CaseDesk): void {
  /** A person related to the kept student; by default a guardian with Portal. */
  const adult = (
    id: number,
    bond: Readonly<Record<string, Cell>> = {},
    changes: PersonChanges = {},
  ): void => {
    person(id, changes);
    relate(CHILD, id, bond);
  };

  student(CHILD);
  adult(900_501);
  expect('guardian', 900_501, 'keep');
  expect('guardian', 900_501, 'TYPE_NOT_REQUESTED', { setting: 'include.guardians=false' });
  adult(900_502, asRelative);
  expect('relative', 900_502, 'keep');
  expect('relative', 900_502, 'TYPE_NOT_REQUESTED', { setting: 'include.relatives=false' });

  adult(900_510, { portal: 0 });
  expect('guardian', 900_510, 'REL_NOT_PORTAL');
  adult(900_511, { guardian: null, portal: null });
  expect('relative', 900_511, 'REL_NOT_PORTAL');
  adult(900_512, { endDate: days.before });
  expect('guardian', 900_512, 'REL_ENDED');
  adult(900_513, { endDate: days.today });
  expect('guardian', 900_513, 'keep');
  adult(900_514, { startDate: days.after });
  expect('guardian', 900_514, 'REL_NOT_STARTED');
  adult(900_515, { startDate: days.today });
  expect('guardian', 900_515, 'keep');
  relate(CHILD, CHILD);
  expect('guardian', CHILD, 'REL_SELF');
  // A row of a guardian who stays by another one.
  student(900_516);
  relate(900_516, 900_515, { portal: 0 });
  expect('relationship', '900516-900515', 'REL_NOT_PORTAL');

  adult(900_520, asRelative);
  expect('relative', 900_520, 'REL_GUARDIAN_WINS');
  relate(CHILD, 900_520);
  expect('guardian', 900_520, 'keep');

  // The student of case 900110 never showed up; the one of 900140 has no user name.
  person(900_521);
  relate(900_110, 900_521);
  expect('guardian', 900_521, 'REL_STUDENT_NOT_EXPORTED');
  person(900_522);
  relate(900_140, 900_522);
  expect('guardian', 900_522, 'REL_STUDENT_NOT_EXPORTED', { version: '1.1' });
  expect('guardian', 900_522, 'keep', { version: '1.2' });

  relate(CHILD, 900_530);
  expect('guardian', 900_530, 'PERSON_MISSING');
  adult(900_531, {}, { username: null });
  expect('guardian', 900_531, 'NO_USERNAME', { version: '1.1' });
  expect('guardian', 900_531, 'keep', { version: '1.2' });
  adult(900_532, asRelative, { username: null });
  expect('relative', 900_532, 'NO_USERNAME', { version: '1.1' });
  adult(900_533, {}, { person: { currentIdentityID: null } });
  expect('guardian', 900_533, 'NO_IDENTITY');
  adult(900_534, {}, { identity: { firstName: ' ' } });
  expect('guardian', 900_534, 'NO_NAME');
  adult(900_535, {}, { person: { personGUID: null } });
  expect('guardian', 900_535, 'NO_GUID', { version: '1.2' });
  expect('guardian', 900_535, 'keep', { version: '1.1' });
}
