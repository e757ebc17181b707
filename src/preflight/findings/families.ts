/** Relationships of the students who are sent. */
import type { SisRow } from '../../campus/tables.js';
import { hasEnded } from '../../snapshot/dates.js';
import { GroupCursor, keysOf } from '../../snapshot/group-cursor.js';
import type { ConnectionFinding, DistrictSurvey } from './finding.js';

const isCurrent = (pair: SisRow<'RelatedPair'>, { asOf }: DistrictSurvey): boolean =>
  (pair.startDate === null || pair.startDate <= asOf) && !hasEnded(pair, asOf);

export const familyFindings: readonly ConnectionFinding[] = [
  {
    code: 'guardian.no-portal',
    severity: 'warning',
    says: 'A current Guardian relationship to a student who is sent does not have Portal marked, so the guardian is not sent for this student.',
    fixIn: 'Census > People > Relationships > Portal',
    source: 'Campus: OneRoster Prerequisites, Additional Census Records > Guardians',
    scope: 'connection',
    watch: (survey, finder) => ({
      end: () => {
        if (!survey.settings.include.guardians) return;
        const pairs = new GroupCursor(
          survey.snapshot.rows('RelatedPair'),
          (row) => row.personID2,
          'RelatedPair.personID2',
        );
        for (const personID of keysOf(pairs)) {
          const current = pairs.take(personID).filter((pair) => isCurrent(pair, survey));
          const seen = new Set<number>();
          for (const { personID1, guardian, portal } of current) {
            if (guardian !== 1 || portal === 1 || personID1 === personID || seen.has(personID1)) continue;
            const hasPortal = current.some((other) => other.personID1 === personID1 && other.portal === 1);
            if (hasPortal || !survey.isSent(personID1, 'student')) continue;
            seen.add(personID1);
            const id = `${personID1}-${personID}`;
            finder.found({ kind: 'relationship', id, personID, facts: { studentPersonID: personID1 } });
          }
        }
      },
    }),
  },
];
