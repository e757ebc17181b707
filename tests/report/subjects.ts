/** Report subjects of all kinds of nights and districts, for tests that look at pages. */
import { day } from '../support/connections.js';
import type { HomeConnection, HomeSubject } from '../../src/report/page/home-page.js';
import type {
  Night,
  ReportSubject,
  RuleLine,
  SchoolLine,
  SchoolTable,
  TableLine,
  VanishedLines,
} from '../../src/report/page/subject.js';

const NIGHTS = 60;
const LAST_DAY = Date.UTC(2026, 9, 15);

const dayBefore = (nights: number): string =>
  new Date(LAST_DAY - nights * 86_400_000).toISOString().slice(0, 10);

/** A small wave that is the same on every machine. */
const wave = (at: number, size: number): number =>
  Math.round(Math.sin(at / 4) * size + (at % 3) * size * 0.2);

function nights(scale: number, badAt: readonly number[] = [], lastRows?: number): readonly Night[] {
  return Array.from({ length: NIGHTS }, (_, at): Night => {
    const users =
      at === NIGHTS - 1 && lastRows !== undefined ? lastRows : 21 * scale + wave(at, scale * 0.1) + at;
    return {
      asOf: dayBefore(NIGHTS - 1 - at),
      isGood: !badAt.includes(at),
      rows:
        badAt.includes(at) && at % 2 === 0
          ? null
          : { users, classes: 4 * scale, enrollments: 80 * scale + at * 3 },
      excluded: 8 * scale - at,
    };
  });
}

function tables(scale: number, gone: number): readonly TableLine[] {
  const line = (table: string, rows: number, removed: number): TableLine => ({
    table,
    rows,
    full: rows,
    change: { before: rows + removed - 12, added: 12, changed: Math.round(rows / 90), removed },
  });
  return [
    line('academicSessions', 22, 0),
    line('classes', 4 * scale, Math.round(gone / 6)),
    line('courses', scale, 0),
    line('demographics', 10 * scale, Math.round(gone / 2)),
    line('enrollments', 80 * scale, gone * 4),
    line('orgs', 81, 0),
    line('roles', 26 * scale, gone),
    line('users', 21 * scale, gone),
  ];
}

const NAMES = [
  'Aspen Ridge Elementary',
  'Birch Middle School',
  'Cedar Valley High School',
  'Dogwood Academy',
];

function school(at: number, scale: number, removed: number): SchoolLine {
  const tally = (rows: number, out: number): SchoolLine['tables'][SchoolTable] => ({
    rows,
    before: rows + out,
    removed: out,
  });
  return {
    name: `${NAMES[at % NAMES.length] ?? ''}${at < NAMES.length ? '' : ` ${Math.floor(at / NAMES.length) + 1}`}`,
    number: String(100 + at),
    sourcedId: `0F3C2B1A-0000-4000-8000-${String(at).padStart(12, '0')}`,
    tables: {
      users: tally(5 * scale + at * 7, removed),
      classes: tally(scale, Math.round(removed / 9)),
      enrollments: tally(20 * scale + at, removed * 3),
    },
    excluded: scale + at,
    topRules: [{ code: 'REL_NOT_PORTAL', count: scale }],
    users: Array.from({ length: NIGHTS }, (_, night) => 5 * scale + wave(night + at, scale * 0.05)),
    left: Array.from({ length: NIGHTS }, () => scale),
  };
}

function rule(
  code: string,
  cause: RuleLine['cause'],
  count: number,
  before: number,
  says: string,
  fixIn: string,
): RuleLine {
  return {
    code,
    cause,
    count,
    before,
    says,
    fixIn,
    nights: Array.from({ length: NIGHTS }, (_, at) => Math.max(0, before + wave(at, count * 0.04))),
  };
}

const rules = (scale: number): readonly RuleLine[] => [
  rule(
    'REL_NOT_PORTAL',
    'expected',
    2 * scale,
    2 * scale,
    'Portal is not marked on the relationship.',
    'Census > People > Relationships > Portal',
  ),
  rule(
    'NO_USERNAME',
    'data',
    scale + 45,
    scale,
    'The person has no user account with a username, which OneRoster 1.1 requires; a disabled account is enough.',
    'System Administration > User Security > Users > Username, or the User Account Batch Wizard',
  ),
  rule(
    'NO_SHOW',
    'expected',
    16,
    18,
    'The enrollment is marked No Show.',
    'Student Information > General > Enrollments > No Show',
  ),
  rule(
    'NO_PLACEMENT',
    'data',
    2,
    2,
    'The section is not placed in any term of its own trial.',
    'Scheduling & Courses > Courses > Sections > Section Placement',
  ),
  rule('NO_NAME', 'data', 3, 3, 'The first or last name is empty.', 'Census > People > Demographics'),
  rule(
    'ROSTER_STUDENT_NOT_EXPORTED',
    'follows',
    scale,
    scale - 3,
    'The student of the roster row is not exported.',
    'Run `explain person <id>` to see why the student is excluded',
  ),
  rule(
    'SCHOOL_NOT_IN_SCOPE',
    'choice',
    9 * scale,
    9 * scale,
    'The school is not listed for this connection.',
    'connections[].schools in the export config',
  ),
];

const NAME = '20261015T081500Z-1.2-bulk';

/** A district of about `scale` * 10 students on a night on which all is well. */
export function aGoodNight(scale = 100, schools = 4): ReportSubject {
  return {
    program: '0.1.0',
    connection: { name: 'lms', version: '1.2', mode: 'bulk', profile: 'schoology', ids: 'guid' },
    timezone: 'America/Chicago',
    startedAt: '2026-10-15T08:15:00.000Z',
    asOf: '2026-10-15',
    year: { endYear: 2027, start: '2026-07-01', end: '2027-06-30' },
    outcome: 'published',
    bundle: {
      name: NAME,
      bytes: 3_050 * scale,
      sha256: 'dd88b746bc1d76cf0d8058cf3676eb394dff45ef5a7beffd6987a85944b70533',
    },
    lastGood: { name: '20261014T081500Z-1.2-bulk', at: '2026-10-14T08:15:31.000Z', asOf: '2026-10-14' },
    tables: tables(scale, 9),
    schools: Array.from({ length: schools }, (_, at) => school(at, scale, at === 1 ? 4 : 0)),
    schoolLimit: 30,
    limits: { users: 10, classes: 10, enrollments: 20 },
    growth: { new: 50, changed: 30, newFrom: 100 },
    rules: rules(scale),
    withoutSchool: 112,
    holds: [],
    findings: [
      {
        code: 'roster.enrollment-outside-session',
        severity: 'warning',
        says: 'An enrollment starts before the sessions of its class or ends after them.',
        place: 'enrollments.csv',
        count: 35,
        examples: ['line 7343 s108237', 'line 7345 s108239', 'line 7346 s108240'],
      },
    ],
    notices: [
      {
        code: 'GRADE_UNMAPPED',
        severity: 'warning',
        message:
          'Students whose grade level has the State Grade Level Code T12, which maps to no grade, are sent without a grade. Fix in: System Administration > Calendar > Grade Levels, or with grades in the config.',
        count: 7,
      },
    ],
    nights: nights(scale, [17, 30]),
    delivery: {
      state: 'delivered',
      target: 'sftp://sftp.receiver.example:22/incoming/OneRoster.zip',
      at: '2026-10-15T08:15:40.000Z',
      receipt: [
        {
          name: 'Received',
          value: `The server has /incoming/OneRoster.zip, ${3_050 * scale} bytes, SHA-256 dd88b746.`,
        },
        { name: 'Compared', value: 'The file was read back from the server and is the same, byte by byte.' },
      ],
    },
    timings: [
      { step: 'read the SIS', seconds: 21.4 },
      { step: 'filter, map and write', seconds: 6.2 },
      { step: 'zip and verify', seconds: 3.9 },
      { step: 'compare with the last good bundle', seconds: 2.8 },
      { step: 'publish', seconds: 0.1 },
    ],
  };
}

export function aFirstNight(): ReportSubject {
  const good: ReportSubject & { lastGood?: unknown } = { ...aGoodNight() };
  delete good.lastGood;
  return {
    ...good,
    tables: good.tables.map(({ table, rows, full }) => ({ table, rows, full })),
    schools: good.schools.map((each) => ({
      ...each,
      users: each.users.slice(-1),
      left: each.left.slice(-1),
      tables: {
        users: { rows: each.tables.users.rows },
        classes: { rows: each.tables.classes.rows },
        enrollments: { rows: each.tables.enrollments.rows },
      },
    })),
    rules: good.rules.map(({ code, count, says, fixIn, cause, nights: all }) => ({
      code,
      count,
      says,
      fixIn,
      cause,
      nights: all.slice(-1),
    })),
    nights: good.nights.slice(-1),
    delivery: { state: 'none' },
  };
}

export function aHeldNight(scale = 100, schools = 4): ReportSubject {
  const good = aGoodNight(scale, schools);
  return {
    ...good,
    outcome: 'held',
    tables: tables(scale, scale * 4),
    schools: good.schools.map((each, at) => (at === 2 ? school(2, scale, scale * 3) : each)),
    nights: nights(scale, [17, 59], 17 * scale),
    holds: [
      {
        code: 'threshold-users',
        says: `${scale * 4} of ${scale * 25} users vanished: 16.0 %, above the limit of 10 %`,
      },
      {
        code: 'threshold-school',
        says: `${scale * 3} of ${scale * 8} users of school 0F3C2B1A-0000-4000-8000-000000000002 vanished: 37.5 %, above the limit of 30 %`,
      },
    ],
    vanished: whoVanished(scale),
    coming: {
      until: day('2026-10-22'),
      days: [
        {
          asOf: day('2026-10-19'),
          boundaries: { 'enrollments end': scale },
          tables: {
            users: { leave: scale * 4, join: 2 },
            classes: { leave: 0, join: 0 },
            enrollments: { leave: scale * 9, join: 0 },
          },
          holds: [{ code: 'threshold-users', says: 'too many users would vanish' }],
          advice: ['Set blackout.', 'Or approve that one night.'],
        },
      ],
      withoutClasses: [{ from: day('2026-10-20'), to: day('2026-10-22') }],
    },
    delivery: { state: 'not-sent' },
  };
}

function whoVanished(scale: number): VanishedLines {
  const counts = (users: number) => ({ users, classes: 0, enrollments: users * 4, others: users });
  return {
    rules: [
      { code: 'NO_SHOW', says: 'The enrollment is marked No Show.', counts: counts(3 * scale) },
      {
        code: 'NOT_IN_CAMPUS',
        says: 'Campus no longer has the record in the active year.',
        counts: counts(scale),
      },
    ],
    schools: [
      { number: '102', counts: counts(3 * scale) },
      { number: '999', counts: counts(scale) },
      { number: '', counts: { ...counts(0), others: 4 * scale } },
    ],
    records: Array.from({ length: 200 }, (_, at) => ({
      file: 'users',
      sourcedId: `S${at + 1_000}`,
      rule: at < 150 ? 'NO_SHOW' : 'NOT_IN_CAMPUS',
      number: `10${at + 1_000}`,
      school: '102',
      grade: at % 2 === 0 ? '09' : '10',
    })),
    total: 24 * scale,
  };
}

export function aReleasedNight(): ReportSubject {
  return {
    ...aHeldNight(),
    outcome: 'released',
    reason: 'Cedar Valley became two schools',
    releasedBy: 'clerk@exporter',
    releasedAt: '2026-10-15T14:02:00.000Z',
    nights: nights(100),
  };
}

export function aRefusedNight(): ReportSubject {
  const good = aGoodNight();
  return {
    ...good,
    outcome: 'refused',
    nights: nights(100, [59]),
    findings: [
      {
        code: 'cell.required',
        severity: 'error',
        says: 'A cell that the standard requires is empty.',
        place: 'users.csv, familyName',
        count: 3,
        examples: ['line 12 s2107', 'line 90 s2207'],
      },
      ...good.findings,
    ],
    delivery: { state: 'not-sent' },
  };
}

export function aFailedDelivery(): ReportSubject {
  return {
    ...aGoodNight(),
    delivery: {
      state: 'failed',
      target: 'sftp://sftp.receiver.example:22/incoming/OneRoster.zip',
      at: '2026-10-15T08:20:40.000Z',
      message: 'The server shows another host key than the pinned one.',
      receipt: [],
    },
  };
}

export function aDeltaNight(): ReportSubject {
  const good = aGoodNight();
  return {
    ...good,
    connection: { ...good.connection, mode: 'delta' },
    tables: good.tables.map((line) => ({
      ...line,
      rows: (line.change?.added ?? 0) + (line.change?.changed ?? 0),
    })),
  };
}

export const HOSTILE = `<script>alert("1")</script>&amp;'"><img src=x onerror=alert(2)>`;

/** Whatever a district or a server may call things. */
export function aHostileNight(): ReportSubject {
  const good = aHeldNight();
  return {
    ...good,
    connection: {
      ...good.connection,
      name: 'a-very-long-connection-name-that-once-seemed-to-be-a-really-good-idea-for-cron',
    },
    reason: HOSTILE,
    schools: [
      { ...school(0, 100, 1), name: HOSTILE, number: HOSTILE },
      { ...school(1, 100, 1), name: 'مدرسة النور ‮ (RTL)', number: '٠١' },
      {
        ...school(2, 100, 1),
        name: 'Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch'.repeat(3),
        number: '9'.repeat(60),
      },
      { ...school(3, 100, 1), name: 'Control\u0000\u001b[31mchars', number: '' },
    ],
    holds: [{ code: 'threshold-school', says: HOSTILE }],
    notices: [{ code: HOSTILE, severity: 'warning', message: HOSTILE, count: 1 }],
    findings: [
      { code: HOSTILE, severity: 'error', says: HOSTILE, place: HOSTILE, count: 1, examples: [HOSTILE] },
    ],
    delivery: {
      state: 'failed',
      target: HOSTILE,
      at: '2026-10-15T08:20:40.000Z',
      message: HOSTILE,
      receipt: [{ name: HOSTILE, value: HOSTILE }],
    },
    rules: [rule(HOSTILE, 'data', 3, 2, HOSTILE, HOSTILE)],
  };
}

export const SUBJECTS: Readonly<Record<string, ReportSubject>> = {
  good: aGoodNight(),
  first: aFirstNight(),
  held: aHeldNight(),
  released: aReleasedNight(),
  refused: aRefusedNight(),
  'not-delivered': aFailedDelivery(),
  delta: aDeltaNight(),
  'large-held': aHeldNight(10_000, 80),
  hostile: aHostileNight(),
};

export function aHome(): HomeSubject {
  const connection = (
    name: string,
    state: HomeConnection['state'],
    more: Partial<HomeConnection> = {},
  ): HomeConnection => ({
    name,
    version: '1.2',
    mode: 'bulk',
    state,
    lastGood: { at: '2026-10-14T08:15:31.000Z', asOf: '2026-10-14', ageHours: 24.2 },
    reports: [
      { asOf: '2026-10-15', path: `bundles/${name}/${NAME}-report.html`, outcome: 'published' },
      {
        asOf: '2026-10-14',
        path: `bundles/${name}/20261014T081500Z-1.2-bulk-report.html`,
        outcome: 'refused',
      },
    ],
    exclusions: `bundles/${name}/${NAME}-exclusions.csv`,
    folder: `bundles/${name}/`,
    nights: nights(100, [17]),
    usersLimit: 10,
    ...more,
  });
  return {
    program: '0.1.0',
    timezone: 'America/Chicago',
    writtenAt: '2026-10-15T08:16:00.000Z',
    connections: [
      connection('library', 'published', {
        released: {
          by: 'clerk@exporter',
          at: '2026-10-15T14:02:00.000Z',
          because: `Two schools merged. ${HOSTILE}`,
        },
      }),
      connection('lms', 'held'),
      connection('textbooks', 'failed', { message: `Login failed for the SIS. ${HOSTILE}` }),
      connection('assessment-provider-with-a-long-name', 'not-delivered'),
      { name: 'new-one', version: '1.1', mode: 'bulk', state: 'nothing-yet', reports: [], nights: [] },
    ],
  };
}
