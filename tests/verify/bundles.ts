/** Small good bundles of both versions, and the ways to spoil them. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { versions, type VersionName } from '../../src/oneroster/versions.js';
import { makeZip, type ZipOptions, type ZipPart } from './zips.js';

/** A row by column name; what is not named is empty. */
export type Cells = Readonly<Record<string, string>>;
export type Tables = Readonly<Record<string, readonly Cells[]>>;

export interface Content {
  readonly version: VersionName;
  readonly mode: 'bulk' | 'delta';
  readonly tables: Tables;
}

const orgs: readonly Cells[] = [
  { sourcedId: 'd1', name: 'District', type: 'district' },
  { sourcedId: 'o1', name: 'School, North', type: 'school', parentSourcedId: 'd1' },
];
const academicSessions: readonly Cells[] = [
  {
    sourcedId: 'y1',
    title: '2025-2026',
    type: 'schoolYear',
    startDate: '2025-08-01',
    endDate: '2026-06-30',
    schoolYear: '2026',
  },
  {
    sourcedId: 'q1',
    title: 'Fall',
    type: 'term',
    startDate: '2025-08-01',
    endDate: '2025-12-20',
    parentSourcedId: 'y1',
    schoolYear: '2026',
  },
];
const courses: readonly Cells[] = [
  { sourcedId: 'c1', title: 'Algebra "I"', orgSourcedId: 'o1', schoolYearSourcedId: 'y1' },
];
const classes: readonly Cells[] = [
  {
    sourcedId: 'k1',
    title: 'Algebra 1',
    courseSourcedId: 'c1',
    classType: 'scheduled',
    schoolSourcedId: 'o1',
    termSourcedIds: 'q1',
  },
];
const enrollments: readonly Cells[] = [
  { sourcedId: 'e1', classSourcedId: 'k1', schoolSourcedId: 'o1', userSourcedId: 's1', role: 'student' },
  {
    sourcedId: 'e2',
    classSourcedId: 'k1',
    schoolSourcedId: 'o1',
    userSourcedId: 't1',
    role: 'teacher',
    primary: 'true',
    beginDate: '2025-08-01',
    endDate: '2025-12-20',
  },
];
const demographics: readonly Cells[] = [
  { sourcedId: 's1', birthDate: '2012-02-29', sex: 'female', white: 'true' },
];

const person = (sourcedId: string, rest: Cells): Cells => ({
  sourcedId,
  enabledUser: 'true',
  username: `user.${sourcedId}`,
  givenName: 'Given',
  familyName: 'Family',
  ...rest,
});

const users11: readonly Cells[] = [
  person('s1', {
    orgSourcedIds: 'o1',
    role: 'student',
    agentSourcedIds: 'g1',
    grades: '08',
    userIds: '{stateID:77}',
  }),
  person('t1', { orgSourcedIds: 'o1', role: 'teacher', email: 't1@example.org' }),
  person('g1', { orgSourcedIds: 'o1', role: 'guardian', agentSourcedIds: 's1' }),
];
const users12: readonly Cells[] = [
  person('s1', { agentSourcedIds: 'g1', grades: '08', userIds: '{stateID:77}', primaryOrgSourcedId: 'o1' }),
  person('t1', { email: 't1@example.org', primaryOrgSourcedId: 'o1' }),
  person('g1', { agentSourcedIds: 's1' }),
];
const role = (userSourcedId: string, kind: string): Cells => ({
  sourcedId: `${userSourcedId}.${kind}`,
  userSourcedId,
  role: kind,
  roleType: 'primary',
  orgSourcedId: 'o1',
});
const roles: readonly Cells[] = [role('s1', 'student'), role('t1', 'teacher'), role('g1', 'guardian')];

const shared = { orgs, academicSessions, courses, classes, enrollments, demographics };

/** The smallest rostering set of a version that breaks no rule and gives no remark. */
export function goodRoster(version: VersionName): Content {
  return {
    version,
    mode: 'bulk',
    tables: version === '1.1' ? { ...shared, users: users11 } : { ...shared, users: users12, roles },
  };
}

/** A good roster with `students` students, a guardian each, and a class for every three of them. */
export function goodLargerRoster(version: VersionName, students: number): Content {
  const small = goodRoster(version);
  const numbers = Array.from({ length: students }, (_, n) => n);
  const rooms = Array.from({ length: Math.ceil(students / 3) }, (_, n) => n);
  const in11 = (kind: string): Cells => (version === '1.1' ? { orgSourcedIds: 'o1', role: kind } : {});
  const more: Record<string, readonly Cells[]> = {
    users: numbers.flatMap((n) => [
      person(`s1${n}`, {
        ...in11('student'),
        agentSourcedIds: `g1${n}`,
        givenName: n % 2 === 0 ? 'Zoë' : 'Ann "A", B',
      }),
      person(`g1${n}`, { ...in11('guardian'), agentSourcedIds: `s1${n}` }),
    ]),
    classes: rooms.map((n) => ({ ...classes[0], sourcedId: `k1${n}`, periods: '1,2' })),
    enrollments: numbers.map((n) => ({
      ...enrollments[0],
      sourcedId: `e1${n}`,
      classSourcedId: `k1${Math.floor(n / 3)}`,
      userSourcedId: `s1${n}`,
    })),
    demographics: numbers.map((n) => ({ sourcedId: `s1${n}`, birthDate: '2012-02-28' })),
    roles:
      version === '1.1'
        ? []
        : numbers.flatMap((n) => [role(`s1${n}`, 'student'), role(`g1${n}`, 'guardian')]),
  };
  return { ...small, tables: mapTables(small.tables, (rows, name) => [...rows, ...(more[name] ?? [])]) };
}

const categories: readonly Cells[] = [{ sourcedId: 'g1', title: 'Homework' }];
const resources: readonly Cells[] = [
  { sourcedId: 'r1', vendorResourceId: 'v-1', roles: 'student,teacher', importance: 'primary' },
];
const classResources: readonly Cells[] = [
  { sourcedId: 'cr1', classSourcedId: 'k1', resourceSourcedId: 'r1' },
];
const courseResources: readonly Cells[] = [
  { sourcedId: 'or1', courseSourcedId: 'c1', resourceSourcedId: 'r1' },
];
const lineItem = {
  sourcedId: 'l1',
  title: 'Sheet 1',
  assignDate: '2025-09-01',
  dueDate: '2025-09-08',
  classSourcedId: 'k1',
  categorySourcedId: 'g1',
  resultValueMin: '0',
  resultValueMax: '10.5',
};
const result = {
  sourcedId: 'x1',
  lineItemSourcedId: 'l1',
  studentSourcedId: 's1',
  scoreStatus: 'fully graded',
  score: '9.5',
  scoreDate: '2025-09-09',
};
const urn = 'urn:uuid:00000000-0000-4000-8000-00000000000a';

/** Every table of a version, one or more rows each. */
export function goodComplete(version: VersionName): Content {
  const roster = goodRoster(version);
  const more = { categories, resources, classResources, courseResources };
  if (version === '1.1') {
    const period: Cells = {
      sourcedId: 'gp1',
      title: 'P1',
      type: 'gradingPeriod',
      startDate: '2025-08-01',
      endDate: '2025-10-01',
      parentSourcedId: 'q1',
      schoolYear: '2026',
    };
    return {
      ...roster,
      tables: {
        ...roster.tables,
        ...more,
        academicSessions: [...academicSessions, period],
        lineItems: [{ ...lineItem, gradingPeriodSourcedId: 'gp1' }],
        results: [result],
      },
    };
  }
  return {
    ...roster,
    tables: {
      ...roster.tables,
      ...more,
      roles: [{ ...role('s1', 'student'), userProfileSourcedId: 'p1' }, ...roles.slice(1)],
      userProfiles: [
        {
          sourcedId: 'p1',
          userSourcedId: 's1',
          profileType: 'app',
          vendorId: 'v',
          credentialType: 'login',
          username: 'u1',
        },
      ],
      userResources: [
        {
          sourcedId: 'ur1',
          userSourcedId: 's1',
          orgSourcedId: 'o1',
          classSourcedId: 'k1',
          resourceSourcedId: 'r1',
        },
      ],
      lineItems: [{ ...lineItem, academicSessionSourcedId: 'q1', schoolSourcedId: 'o1' }],
      scoreScales: [
        {
          sourcedId: 'ss1',
          title: 'Letters',
          type: 'letter',
          orgSourcedId: 'o1',
          courseSourcedId: 'c1',
          classSourcedId: 'k1',
          scoreScaleValue: '{90-100:A},{0-89:B}',
        },
      ],
      lineItemScoreScales: [{ sourcedId: 'ls1', lineItemSourcedId: 'l1', scoreScaleSourcedId: 'ss1' }],
      lineItemLearningObjectiveIds: [
        { sourcedId: 'lo1', lineItemSourcedId: 'l1', source: 'case', learningObjectiveId: urn },
      ],
      results: [{ ...result, classSourcedId: 'k1', inProgress: 'false', textScore: 'A' }],
      resultScoreScales: [{ sourcedId: 'rs1', resultSourcedId: 'x1', scoreScaleSourcedId: 'ss1' }],
      resultLearningObjectiveIds: [
        {
          sourcedId: 'ro1',
          resultSourcedId: 'x1',
          source: 'unknown',
          learningObjectiveId: 'any',
          score: '1',
        },
      ],
    },
  };
}

/** The same rows as a delta: all changed at one instant. */
export function asDelta(content: Content): Content {
  const changed = { status: 'active', dateLastModified: '2026-01-02T03:04:05.678Z' };
  return {
    ...content,
    mode: 'delta',
    tables: mapTables(content.tables, (rows) => rows.map((row) => ({ ...changed, ...row }))),
  };
}

export function mapTables(
  tables: Tables,
  change: (rows: readonly Cells[], name: string) => readonly Cells[],
): Tables {
  return Object.fromEntries(Object.entries(tables).map(([name, rows]) => [name, change(rows, name)]));
}

/** Changes cells of one row, counted from 0. */
export function withCells(content: Content, table: string, row: number, cells: Cells): Content {
  const tables = mapTables(content.tables, (rows, name) =>
    name === table ? rows.map((each, position) => (position === row ? { ...each, ...cells } : each)) : rows,
  );
  return { ...content, tables };
}

export function withRows(content: Content, table: string, ...rows: readonly Cells[]): Content {
  return { ...content, tables: { ...content.tables, [table]: [...(content.tables[table] ?? []), ...rows] } };
}

export function withTable(content: Content, table: string, rows: readonly Cells[]): Content {
  return { ...content, tables: { ...content.tables, [table]: rows } };
}

export function without(content: Content, ...names: readonly string[]): Content {
  return {
    ...content,
    tables: Object.fromEntries(Object.entries(content.tables).filter(([name]) => !names.includes(name))),
  };
}

export function csvCell(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

export const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(',')}\r\n`;

export function headerOf(version: VersionName, table: string): readonly string[] {
  return versions[version].tables.find(({ name }) => name === table)?.columns.map(({ name }) => name) ?? [];
}

export function csvOf(version: VersionName, table: string, rows: readonly Cells[]): string {
  const header = headerOf(version, table);
  return [header, ...rows.map((row) => header.map((name) => row[name] ?? ''))].map(csvLine).join('');
}

export function manifestOf(content: Content): readonly (readonly [string, string])[] {
  return [
    ['propertyName', 'value'],
    ['manifest.version', '1.0'],
    ['oneroster.version', content.version],
    ...versions[content.version].tables.map(
      ({ name }) => [`file.${name}`, content.tables[name] ? content.mode : 'absent'] as const,
    ),
    ['source.systemName', 'Test'],
    ['source.systemCode', ''],
  ];
}

/** File name to text, the manifest first. */
export function filesOf(content: Content): Readonly<Record<string, string>> {
  return {
    'manifest.csv': manifestOf(content).map(csvLine).join(''),
    ...Object.fromEntries(
      Object.entries(content.tables).map(([name, rows]) => [
        `${name}.csv`,
        csvOf(content.version, name, rows),
      ]),
    ),
  };
}

export function partsOf(files: Readonly<Record<string, string | Buffer>>): readonly ZipPart[] {
  return Object.entries(files).map(([name, data]) => ({ name, data: Buffer.from(data) }));
}

/** Goes with the folder of the run: suites that run in one process share it. */
const folder = mkdtempSync(join(tmpdir(), 'oneroster-bundles-'));
let count = 0;

/** Writes the bytes to a new file. */
export function save(bytes: Buffer, name?: string): string {
  count += 1;
  const path = join(folder, name ?? `bundle-${count}.zip`);
  writeFileSync(path, bytes);
  return path;
}

export function saveFiles(files: Readonly<Record<string, string | Buffer>>, options?: ZipOptions): string {
  return save(makeZip(partsOf(files), options));
}

export function saveContent(content: Content): string {
  return saveFiles(filesOf(content));
}
