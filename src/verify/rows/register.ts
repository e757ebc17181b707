/** The rules on whole rows and on how rows fit together, by table. */
import type { Table } from '../../oneroster/table.js';
import { classSpans, enrollments } from './enrollments.js';
import { demandRules } from '../demands/demand-rules.js';
import { results, scoreLimits } from './gradebook.js';
import type { Inquiry, KnownTable, RowRule } from '../memory/known.js';
import { orgTree } from './orgs.js';
import { primaryRoles } from './roles.js';
import { dateOrder, dependentPatterns, subjectLists } from './row-rules.js';
import { sessionTree } from './sessions.js';
import { agents, masterIdentifiers, userLines } from './users.js';

type RuleMaker = (table: Table, known: KnownTable, inquiry: Inquiry) => RowRule;

const RULES: Readonly<Record<string, readonly RuleMaker[]>> = {
  orgs: [orgTree],
  academicSessions: [sessionTree],
  users: [agents, masterIdentifiers, userLines],
  roles: [primaryRoles],
  courses: [subjectLists],
  classes: [subjectLists, classSpans],
  enrollments: [enrollments],
  lineItems: [scoreLimits],
  results: [results],
};

export function rowRules(table: Table, known: KnownTable, inquiry: Inquiry): readonly RowRule[] {
  return [
    ...dependentPatterns(table, inquiry),
    ...dateOrder(table, inquiry),
    ...(RULES[table.name] ?? []).map((make) => make(table, known, inquiry)),
    ...demandRules(table, known, inquiry),
  ];
}
