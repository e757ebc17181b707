/**
 * Tables in an order in which everything that a row refers to has been read before (references inside a table aside).
 * It is also the best order to fix errors: orgs, sessions, users, courses, classes, enrollments.
 */
export const READING_ORDER: readonly string[] = [
  'orgs',
  'academicSessions',
  'resources',
  'users',
  'userProfiles',
  'roles',
  'demographics',
  'courses',
  'classes',
  'enrollments',
  'classResources',
  'courseResources',
  'userResources',
  'categories',
  'lineItems',
  'scoreScales',
  'lineItemLearningObjectiveIds',
  'lineItemScoreScales',
  'results',
  'resultLearningObjectiveIds',
  'resultScoreScales',
];
