import { filesRequired, only11, ROSTERING } from './demands.js';
import type { Profile } from './profile.js';

const ZIP = 'https://guides.turnitin.com/hc/en-us/articles/41756402153485-Roster-sync-zip-requirements';

export const turnitin: Profile = {
  name: 'turnitin',
  title: 'Turnitin',
  demands: [
    only11(ZIP),
    filesRequired(ZIP, ...ROSTERING),
    {
      kind: 'roles-kept',
      roles: ['student', 'teacher'],
      otherwise: 'drop-user',
      severity: 'error',
      says: 'A user or an enrollment has a role that is not student or teacher.',
      source: ZIP,
    },
  ],
};
