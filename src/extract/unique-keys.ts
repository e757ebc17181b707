/** Which keys may not repeat, because sourcedIds are made of them. */
import { sisTable } from '../campus/tables.js';
import type { SnapshotTable } from '../snapshot/snapshot.js';
import type { CopyOptions, UniqueKey } from './sieve.js';

export type CopiedTable = Exclude<
  SnapshotTable,
  'Person' | 'OtherYearStudent' | 'RepeatedKey' | 'SchoolYear' | 'RelatedPair' | 'RelatedPairByStudent'
>;

/** Keys of which a sourcedId is made. */
const UNIQUE_KEYS: Partial<Record<CopiedTable, UniqueKey>> = {
  District: { column: 'districtID' },
  School: { column: 'schoolID' },
  Term: { column: 'termID' },
  Course: { column: 'courseID' },
  Section: { column: 'sectionID' },
  Roster: { column: 'rosterID' },
  SectionStaffHistory: { column: 'historyID', isScattered: true },
};

export function uniqueIn(name: CopiedTable): Pick<CopyOptions, 'unique'> {
  const unique = UNIQUE_KEYS[name];
  return unique === undefined ? {} : { unique };
}

/** Contacts repeat in some copies, and then the first one is used; a person who repeats is another matter. */
export const PERSON_KEY: UniqueKey = {
  column: 'personID',
  equalIn: sisTable('Person')
    .columns.map(({ name }) => name)
    .filter((name) => name !== 'currentIdentityID'),
};
