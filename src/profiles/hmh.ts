import { blankMeansEmpty, bulkOnly, filesRequired, only11, ROSTERING } from './demands.js';
import type { Profile } from './profile.js';

const HELP = 'http://downloads.hmlt.hmco.com/Help/ImportMngmt/Administrator/OneRoster_Template_Files';
const TEMPLATES = `${HELP}/About_OneRoster_Template_Files.htm`;
const ENROLLMENTS = `${HELP}/OneRoster_v1-1/OneRoster_1.1_enrollments_File.htm`;
const ERRORS =
  'https://s3.amazonaws.com/downloads.hmlt.hmco.com/Help/ImportMngmt/Administrator/Data_Import/Troubleshooting_Errors.htm';

export const hmh: Profile = {
  name: 'hmh',
  title: 'HMH Ed',
  demands: [
    only11(TEMPLATES),
    bulkOnly(TEMPLATES),
    filesRequired(TEMPLATES, ...ROSTERING, 'demographics'),
    {
      kind: 'header-only',
      tables: ['courses', 'academicSessions', 'demographics'],
      severity: 'error',
      says: 'All eight files are required; these may have only the header.',
      source: TEMPLATES,
    },
    {
      kind: 'quoting',
      quoting: 'all',
      severity: 'warning',
      says: 'A value is not in quotes; quotes are recommended for every value.',
      source: TEMPLATES,
    },
    blankMeansEmpty(TEMPLATES),
    {
      kind: 'class-size',
      most: 49,
      otherwise: 'drop-class',
      severity: 'error',
      says: 'A class has 50 or more students.',
      source: ENROLLMENTS,
    },
    {
      kind: 'classes-per-teacher',
      most: 49,
      otherwise: 'withhold',
      severity: 'error',
      says: 'A teacher has 50 or more classes.',
      source: ENROLLMENTS,
    },
    {
      kind: 'same-school',
      otherwise: 'drop-enrollment',
      severity: 'error',
      says: 'A student has a class at a school the student does not attend.',
      source: ERRORS,
    },
    {
      kind: 'class-needs-teacher',
      otherwise: 'drop-class',
      severity: 'error',
      says: 'A class has no teacher.',
      source: ERRORS,
    },
  ],
};
