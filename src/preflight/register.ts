/** Everything that preflight looks for, in the order in which it is shown within a severity. */
import { connectionFindings } from './findings/connections.js';
import { excludeMarkFindings } from './findings/exclude-marks.js';
import { familyFindings } from './findings/families.js';
import type { Finding, FindingSeverity } from './findings/finding.js';
import { peopleFindings } from './findings/people.js';
import { receiverFindings } from './findings/receivers.js';
import { sectionFindings } from './findings/sections.js';
import { assignmentFindings, staffFindings } from './findings/staff.js';
import { studentFindings } from './findings/students.js';
import { yearEndFindings } from './findings/year-end.js';
import { yearFindings } from './findings/years.js';

export const findings: readonly Finding[] = [
  ...yearFindings,
  ...assignmentFindings,
  ...connectionFindings,
  ...peopleFindings,
  ...studentFindings,
  ...yearEndFindings,
  ...staffFindings,
  ...sectionFindings,
  ...familyFindings,
  ...receiverFindings,
  ...excludeMarkFindings,
];

export const SEVERITIES: readonly FindingSeverity[] = ['error', 'warning', 'info'];
