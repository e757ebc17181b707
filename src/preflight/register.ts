/** Everything that preflight looks for, in the order in which it is shown within a severity. */
import { connectionFindings } from './connections.js';
import { excludeMarkFindings } from './exclude-marks.js';
import { familyFindings } from './families.js';
import type { Finding, FindingSeverity } from './finding.js';
import { peopleFindings } from './people.js';
import { receiverFindings } from './receivers.js';
import { sectionFindings } from './sections.js';
import { assignmentFindings, staffFindings } from './staff.js';
import { studentFindings } from './students.js';
import { yearFindings } from './years.js';

export const findings: readonly Finding[] = [
  ...yearFindings,
  ...assignmentFindings,
  ...connectionFindings,
  ...peopleFindings,
  ...studentFindings,
  ...staffFindings,
  ...sectionFindings,
  ...familyFindings,
  ...receiverFindings,
  ...excludeMarkFindings,
];

export const SEVERITIES: readonly FindingSeverity[] = ['error', 'warning', 'info'];
