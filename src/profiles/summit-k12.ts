import { filesRequired, only11 } from './demands.js';
import type { Profile } from './profile.js';

const GUIDE =
  'https://summitk12.zendesk.com/hc/en-us/articles/18118307720852-OneRoster-Integration-Admin-Guide';

export const summitK12: Profile = {
  name: 'summit-k12',
  title: 'Summit K12',
  demands: [
    only11(GUIDE),
    filesRequired(GUIDE, 'users', 'orgs'),
    {
      kind: 'zip-name',
      name: 'OneRoster.zip',
      pattern: '^[A-Za-z0-9]+\\.zip$',
      severity: 'error',
      says: 'The name of the zip has an underscore or another special character.',
      source: GUIDE,
    },
  ],
};
