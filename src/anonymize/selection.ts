/**
 * A sample of a bundle: some students or other users, and all that a bundle around them must have. Takes several walks through
 * the files and keeps the ids of what is chosen, which is little.
 */
import { CsvReader } from '../csv/csv-reader.js';
import { ExportError } from '../model/errors.js';
import type { CsvSource } from '../zip/csv-source.js';
import type { TableName } from './columns.js';
import type { SelectRows } from './rewriter.js';
import type { Secret } from './secret.js';

export interface Wanted {
  /** Number of students. */
  readonly sample: number | undefined;
  /** sourcedIds of users. */
  readonly around: readonly string[];
}

export interface Selection extends SelectRows {
  readonly users: number;
  /** Tables of which no row is kept. */
  readonly emptied: ReadonlySet<string>;
}

type Cell = (column: string) => string;
/** Ends early when `onRow` gives false. */
type Walk = (table: TableName, onRow: (cell: Cell) => unknown) => Promise<void>;
type Ids = Record<'users' | 'classes' | 'courses' | 'orgs' | 'sessions' | Gradebook, Set<string>>;
type Gradebook = 'lineItems' | 'categories' | 'results' | 'scoreScales' | 'resources';

const listOf = (cell: string): readonly string[] =>
  cell
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

export async function selectAround(
  files: ReadonlyMap<string, CsvSource>,
  wanted: Wanted,
  secret: Secret,
): Promise<Selection> {
  const walk = walkerOf(files);
  const ids: Ids = {
    users: new Set([...wanted.around, ...(await chooseStudents(walk, wanted.sample ?? 0, secret))]),
    classes: new Set(),
    courses: new Set(),
    orgs: new Set(),
    sessions: new Set(),
    lineItems: new Set(),
    categories: new Set(),
    results: new Set(),
    scoreScales: new Set(),
    resources: new Set(),
  };
  await requireUsers(walk, wanted.around);
  await addClasses(walk, ids);
  await addContacts(walk, ids);
  await addPlaces(walk, ids);
  await addGradebook(walk, ids);
  await addParents(walk, 'orgs', ids.orgs);
  await addParents(walk, 'academicSessions', ids.sessions);
  const isKept = (table: string, cell: Cell): boolean => KEPT[table as TableName](ids, cell);
  const emptied = new Set<string>();
  for (const table of files.keys()) {
    emptied.add(table);
    await walk(table as TableName, (cell) => {
      if (isKept(table, cell)) emptied.delete(table);
      return emptied.has(table);
    });
  }
  return {
    users: ids.users.size,
    emptied,
    isKept,
    isItemKept: (table, column) =>
      table === 'users' && column.toLowerCase() === 'agentsourcedids'
        ? (item) => ids.users.has(item)
        : undefined,
  };
}

/** Of each table, which rows belong to the ids. */
const KEPT: Readonly<Record<TableName, (ids: Ids, cell: Cell) => boolean>> = {
  academicSessions: ({ sessions }, cell) => sessions.has(cell('sourcedId')),
  categories: ({ categories }, cell) => categories.has(cell('sourcedId')),
  classes: ({ classes }, cell) => classes.has(cell('sourcedId')),
  classResources: ({ classes }, cell) => classes.has(cell('classSourcedId')),
  courses: ({ courses }, cell) => courses.has(cell('sourcedId')),
  courseResources: ({ courses }, cell) => courses.has(cell('courseSourcedId')),
  demographics: ({ users }, cell) => users.has(cell('sourcedId')),
  enrollments: ({ users, classes }, cell) =>
    users.has(cell('userSourcedId')) && classes.has(cell('classSourcedId')),
  lineItemLearningObjectiveIds: ({ lineItems }, cell) => lineItems.has(cell('lineItemSourcedId')),
  lineItems: ({ lineItems }, cell) => lineItems.has(cell('sourcedId')),
  lineItemScoreScales: ({ lineItems, scoreScales }, cell) =>
    lineItems.has(cell('lineItemSourcedId')) && scoreScales.has(cell('scoreScaleSourcedId')),
  orgs: ({ orgs }, cell) => orgs.has(cell('sourcedId')),
  resources: ({ resources }, cell) => resources.has(cell('sourcedId')),
  resultLearningObjectiveIds: ({ results }, cell) => results.has(cell('resultSourcedId')),
  results: ({ results }, cell) => results.has(cell('sourcedId')),
  resultScoreScales: ({ results, scoreScales }, cell) =>
    results.has(cell('resultSourcedId')) && scoreScales.has(cell('scoreScaleSourcedId')),
  roles: ({ users }, cell) => users.has(cell('userSourcedId')),
  scoreScales: ({ scoreScales }, cell) => scoreScales.has(cell('sourcedId')),
  userProfiles: ({ users }, cell) => users.has(cell('userSourcedId')),
  userResources: ({ users, classes }, cell) =>
    users.has(cell('userSourcedId')) &&
    (cell('classSourcedId') === '' || classes.has(cell('classSourcedId'))),
  users: ({ users }, cell) => users.has(cell('sourcedId')),
};

/** Reads tables by the names of their columns. A row that does not fit its header belongs to no sample. */
function walkerOf(files: ReadonlyMap<string, CsvSource>): Walk {
  return async (table, onRow) => {
    let columns: ReadonlyMap<string, number> | undefined;
    let width = 0;
    let isDone = false;
    const reader = new CsvReader({
      breach: () => undefined,
      row: (row) => {
        if (isDone) return;
        if (!columns) {
          width = row.width;
          columns = new Map(
            Array.from({ length: width }, (_, at) => [
              row
                .text(width - 1 - at)
                .trim()
                .toLowerCase(),
              width - 1 - at,
            ]),
          );
        } else if (row.width === width) {
          const known = columns;
          isDone =
            onRow((column) => {
              const at = known.get(column.toLowerCase());
              return at === undefined ? '' : row.text(at);
            }) === false;
        }
      },
    });
    const isEnough = (): boolean => isDone;
    for await (const chunk of files.get(table)?.read() ?? []) {
      reader.push(chunk);
      if (isEnough()) return;
    }
    reader.end();
  };
}

/** Those with the lowest secret numbers: spread over all schools. */
async function chooseStudents(walk: Walk, count: number, secret: Secret): Promise<ReadonlySet<string>> {
  let chosen = new Map<string, number>();
  const consider = (id: string): void => {
    const bytes = Buffer.from(id);
    chosen.set(id, secret.digest(bytes, 0, bytes.length));
    if (chosen.size > 2 * count + 1000) chosen = lowest(chosen, count);
  };
  if (count === 0) return new Set();
  await walk('users', (cell) => (cell('role') === 'student' ? consider(cell('sourcedId')) : undefined));
  await walk('roles', (cell) => (cell('role') === 'student' ? consider(cell('userSourcedId')) : undefined));
  if (chosen.size === 0) {
    // A delta may have enrollments alone.
    await walk('enrollments', (cell) =>
      cell('role') === 'student' ? consider(cell('userSourcedId')) : undefined,
    );
  }
  if (chosen.size === 0)
    throw new ExportError('usage', 'The zip has no student, so there is no sample: leave out --sample.');
  return new Set(lowest(chosen, count).keys());
}

function lowest(chosen: ReadonlyMap<string, number>, count: number): Map<string, number> {
  return new Map([...chosen].sort((a, b) => a[1] - b[1]).slice(0, count));
}

async function requireUsers(walk: Walk, around: readonly string[]): Promise<void> {
  const missing = new Set(around);
  if (missing.size === 0) return;
  await walk('users', (cell) => {
    missing.delete(cell('sourcedId'));
    return missing.size > 0;
  });
  if (missing.size === 0) return;
  throw new ExportError(
    'usage',
    `${missing.size} of ${around.length} ids of --around are not in users.csv. Give the sourcedId of a user, as it is in the zip.`,
  );
}

/** The classes of the users, and who teaches there. */
async function addClasses(walk: Walk, { users, classes, orgs }: Ids): Promise<void> {
  await walk('enrollments', (cell) => {
    if (users.has(cell('userSourcedId'))) classes.add(cell('classSourcedId'));
  });
  const teachers = new Set<string>();
  await walk('enrollments', (cell) => {
    if (!classes.has(cell('classSourcedId'))) return;
    if (cell('role') !== 'student') teachers.add(cell('userSourcedId'));
    if (users.has(cell('userSourcedId'))) orgs.add(cell('schoolSourcedId'));
  });
  // Not before the walk has ended: a teacher brings no further classes.
  for (const teacher of teachers) users.add(teacher);
}

/** Agents of the chosen users, whichever of the two lists the other. Those of teachers and contacts are not followed. */
async function addContacts(walk: Walk, { users }: Ids): Promise<void> {
  const contacts = new Set<string>();
  await walk('users', (cell) => {
    const [id, agents] = [cell('sourcedId'), listOf(cell('agentSourcedIds'))];
    if (users.has(id)) for (const agent of agents) contacts.add(agent);
    else if (agents.some((agent) => users.has(agent))) contacts.add(id);
  });
  for (const contact of contacts) users.add(contact);
}

/** Courses, schools and sessions of what is chosen. */
async function addPlaces(walk: Walk, { users, classes, courses, orgs, sessions }: Ids): Promise<void> {
  await walk('users', (cell) => {
    if (!users.has(cell('sourcedId'))) return;
    for (const org of [...listOf(cell('orgSourcedIds')), cell('primaryOrgSourcedId')]) orgs.add(org);
  });
  await walk('roles', (cell) => {
    if (users.has(cell('userSourcedId'))) orgs.add(cell('orgSourcedId'));
  });
  await walk('classes', (cell) => {
    if (!classes.has(cell('sourcedId'))) return;
    courses.add(cell('courseSourcedId'));
    orgs.add(cell('schoolSourcedId'));
    for (const term of listOf(cell('termSourcedIds'))) sessions.add(term);
  });
  await walk('courses', (cell) => {
    if (!courses.has(cell('sourcedId'))) return;
    orgs.add(cell('orgSourcedId'));
    sessions.add(cell('schoolYearSourcedId'));
  });
}

async function addGradebook(walk: Walk, ids: Ids): Promise<void> {
  const { users, classes, sessions, orgs, lineItems, categories, results, scoreScales, resources } = ids;
  await walk('lineItems', (cell) => {
    if (!classes.has(cell('classSourcedId'))) return;
    lineItems.add(cell('sourcedId'));
    categories.add(cell('categorySourcedId'));
    for (const session of ['gradingPeriodSourcedId', 'academicSessionSourcedId']) sessions.add(cell(session));
    orgs.add(cell('schoolSourcedId'));
  });
  await walk('results', (cell) => {
    const isOurs = users.has(cell('studentSourcedId')) && lineItems.has(cell('lineItemSourcedId'));
    if (isOurs) results.add(cell('sourcedId'));
  });
  await walk('scoreScales', (cell) => {
    if (!classes.has(cell('classSourcedId'))) return;
    scoreScales.add(cell('sourcedId'));
    orgs.add(cell('orgSourcedId'));
  });
  await walk('userResources', (cell) => {
    if (KEPT.userResources(ids, cell)) orgs.add(cell('orgSourcedId'));
  });
  for (const table of ['classResources', 'courseResources', 'userResources'] as const) {
    await walk(table, (cell) => {
      if (KEPT[table](ids, cell)) resources.add(cell('resourceSourcedId'));
    });
  }
}

/** Orgs and sessions are few, so all of their parents are known at once. */
async function addParents(walk: Walk, table: 'orgs' | 'academicSessions', ids: Set<string>): Promise<void> {
  const parents = new Map<string, string>();
  await walk(table, (cell) => void parents.set(cell('sourcedId'), cell('parentSourcedId')));
  for (const id of ids) {
    const parent = parents.get(id) ?? '';
    if (parent !== '') ids.add(parent); // the walk over the set reaches it as well
  }
}
