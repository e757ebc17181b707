/** Households of a cluster of schools: students, and the adults around them. */
import { stored } from './days.js';
import { birthday, chooseNames, emitAccount, emitPerson, handle, phone } from './people.js';
import { chooseHousehold, emitGraduate, emitStudent, unusual } from './students.js';
import type { Campuses, Household, Student } from './students.js';
import type { World } from './world.js';

export interface Adult {
  readonly personID: number;
  readonly lastName: string;
  readonly gender: 'F' | 'M';
}

export interface Families {
  /** Who sits in classes: everybody but the no-shows. */
  readonly students: readonly Student[];
  /** Parents who will also be given a job at one of the schools. */
  readonly parentStaff: Adult[];
}

export function emitFamilies(world: World, campuses: Campuses, count: number, first: boolean): Families {
  const students: Student[] = [];
  const parentStaff: Adult[] = [];
  const specials = first ? [...unusual] : [];
  for (let made = 0, households = 0; made < count; households++) {
    const household = chooseHousehold(world);
    const size = Math.min(count - made, 1 + world.random.weighted([60, 30, 8, 2]));
    const children = Array.from({ length: size }, (_, index) =>
      emitStudent(world, campuses, household, index === 0 && made > 20 ? specials.pop() : undefined),
    );
    emitAdults(world, household, children, households % 30 === 7 ? parentStaff : undefined);
    for (const child of children) if (child.attends) students.push(child);
    made += size;
  }
  for (let index = 0; index < 6; index++) emitGraduate(world, campuses);
  return { students, parentStaff };
}

/** What an adult is to each child: guardian, relative with Portal, or a name in case of emergency. */
interface Bond {
  readonly guardian: 0 | 1;
  readonly portal: 0 | 1;
  /** What the relationship is called, where that does not follow from the rest. */
  readonly name?: string;
  readonly startDate?: string;
  readonly endDate?: string;
}

const asGuardian: Bond = { guardian: 1, portal: 1 };
const asRelative: Bond = { guardian: 0, portal: 1 };
const asSibling: Bond = { guardian: 0, portal: 0, name: 'Sibling' };

function emitAdults(
  world: World,
  household: Household,
  children: readonly Student[],
  parentStaff: Adult[] | undefined,
): void {
  const { emit, random } = world;
  let seq = 0;
  const bind = (adult: Adult, bondOf: (index: number) => Bond): void => {
    seq += 1;
    children.forEach(({ personID }, index) => {
      const { name, ...bond } = bondOf(index);
      const parent = adult.gender === 'F' ? 'Mother' : 'Father';
      emit('RelatedPair', {
        personID1: personID,
        personID2: adult.personID,
        ...bond,
        name: name ?? (bond.guardian === 1 ? parent : 'Stepparent'),
        seq,
      });
    });
  };
  const first = emitAdult(world, household, parentStaff !== undefined);
  parentStaff?.push(first);
  bind(first, () => asGuardian);
  if (random.chance(0.75)) {
    const kind = random.weighted([84, 8, 5, 3]);
    bind(emitAdult(world, household), (index) => {
      if (kind === 1) return { guardian: 1, portal: 0 };
      // A stepparent: guardian of the own child, relative of the others.
      if (kind === 2) return index === 0 ? asGuardian : asRelative;
      if (kind === 3)
        return { ...asGuardian, startDate: stored('2021-08-02'), endDate: stored('2026-06-30') };
      return asGuardian;
    });
  }
  if (random.chance(0.12)) {
    const elsewhere = chooseHousehold(world);
    const isContactOnly = random.chance(0.45);
    bind(emitAdult(world, elsewhere), () =>
      isContactOnly ? { guardian: 0, portal: 0, name: 'Neighbor' } : { ...asRelative, name: 'Grandparent' },
    );
  }
  const [one, other] = children;
  if (one !== undefined && other !== undefined && random.chance(0.25)) {
    // Sisters and brothers are relationships too, in both directions.
    emit('RelatedPair', { personID1: one.personID, personID2: other.personID, ...asSibling });
    emit('RelatedPair', { personID1: other.personID, personID2: one.personID, ...asSibling });
  }
}

function emitAdult(world: World, household: Household, isStaff = false): Adult {
  const { emit, next, random } = world;
  const personID = next('Person');
  const gender = random.chance(0.5) ? 'F' : 'M';
  const names = chooseNames(world, gender);
  const { lastName } = household;
  const username = `${handle(names.firstName, lastName)}.family${personID}`;
  emitPerson(emit, {
    personID,
    identityID: next('Identity'),
    personGUID: random.guid(),
    ...names,
    lastName,
    birthdate: random.chance(0.3) ? birthday(world, 27 + random.below(30)) : null,
    raceEthnicityFed: null,
    hispanicEthnicity: null,
    ...(isStaff ? staffNumbers(personID) : {}),
    // A space was entered instead of an address.
    email: random.chance(0.85) ? `${username}@mail.example.org` : random.chance(0.2) ? ' ' : null,
    secondaryEmail: random.chance(0.08) ? `${username}@work.example.org` : null,
    homePhone: household.homePhone,
    cellPhone: random.chance(0.9) ? phone(world, household.area) : null,
  });
  if (isStaff || random.chance(0.88)) emitAccount(world, personID, { username });
  return { personID, lastName, gender };
}

export function staffNumbers(personID: number): {
  readonly staffNumber: string;
  readonly staffStateID: string;
} {
  const digits = String(personID).padStart(6, '0');
  return { staffNumber: `E${digits}`, staffStateID: `90${digits}` };
}
