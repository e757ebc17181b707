/**
 * The forecast over a school year: at each step, with nothing changing in the SIS but the day, it names exactly the ids that
 * vanish and come until the next step, as receivers of real bundles see them; in both versions, in bulk and in delta mode.
 */
import { afterAll, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { sqliteSource } from '../../src/extract/sqlite.js';
import { forecastDistrict } from '../../src/forecast/district.js';
import type { BundleMode } from '../../src/model/settings.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { aConfig, aConnection, day, VERSIONS, type Version } from '../support/connections.js';
import { personGuid } from '../support/given.js';
import { latestOf, runNight, type District } from '../support/nights.js';
import { Receiver } from '../support/receiver.js';
import { turnsOf } from '../support/share.js';
import { ANYWHERE } from '../support/turns.js';
import { storiesInTurn } from './stories.js';
import {
  aNewcomer,
  aSuccessor,
  LAST_DAY,
  SchoolYear,
  sectionOfSchool,
  studentOf,
  teacherOf,
} from '../refresh/school-year.js';

const MODES = ['bulk', 'delta'] as const satisfies readonly BundleMode[];
const TABLES = [
  'users',
  'classes',
  'enrollments',
  'courses',
  'orgs',
  'academicSessions',
  'demographics',
  'roles',
] as const;

const FEEDS = VERSIONS.flatMap((version) =>
  MODES.map((mode) => ({ version, mode, name: `${mode}-${version.replace('.', '')}` })),
);
const connections = FEEDS.map(({ version, mode, name }) =>
  aConnection({ name, version, mode, endedRosters: version === '1.2' ? 'drop' : 'keep' }),
);

const year = new SchoolYear();
afterAll(() => {
  year.remove();
  removeFolders();
});

const mover = studentOf(1, 0);
/** What happens before the nights of a step, and the day of that step. */
const STEPS: readonly (readonly [asOf: string, happens: () => void])[] = [
  ['2026-08-10', () => undefined],
  [
    '2026-08-19',
    () =>
      year.happen(
        aNewcomer(1, 1_100, '2026-08-20'),
        `UPDATE Enrollment SET endDate = '2026-08-19' WHERE personID = ${studentOf(1, 3)}`,
        `UPDATE RelatedPair SET startDate = '2026-08-25' WHERE personID2 = ${studentOf(2, 4) + 400}`,
      ),
  ],
  [
    '2026-09-13',
    () =>
      year.happen(
        `UPDATE Enrollment SET endDate = '2026-09-14' WHERE personID = ${mover}`,
        `UPDATE Roster SET endDate = '2026-09-14' WHERE personID = ${mover}`,
        `UPDATE SectionStaffHistory SET endDate = '2026-09-14' WHERE personID = ${teacherOf(2, 0)} AND sectionID = ${sectionOfSchool(2, 0)}`,
        aSuccessor(2, 2_803, sectionOfSchool(2, 0), '2026-09-15'),
      ),
  ],
  [
    '2026-10-30',
    () =>
      year.happen(
        `UPDATE Enrollment SET endDate = '2026-11-01' WHERE personID BETWEEN ${studentOf(2, 0)} AND ${studentOf(2, 19)}`,
      ),
  ],
  [
    '2026-12-17',
    () => year.happen(`UPDATE Roster SET endDate = '2026-12-18' WHERE sectionID % 2 = 0 AND endDate IS NULL`),
  ],
  [
    '2027-01-05',
    () =>
      year.happen(
        `UPDATE EmploymentAssignment SET endDate = '2027-03-31' WHERE teacher IS NULL OR teacher = 0`,
      ),
  ],
  [
    '2027-05-20',
    () =>
      year.happen(
        `UPDATE Enrollment SET endDate = '2027-05-27' WHERE endDate IS NULL AND personID % 3 = 0`,
        `UPDATE Enrollment SET endDate = '${LAST_DAY}' WHERE endDate IS NULL`,
      ),
  ],
  ['2027-06-15', () => undefined],
  ['2027-07-15', () => year.rollOver()],
  [
    '2027-08-16',
    () =>
      year.happen(
        `UPDATE Enrollment SET endDate = '2027-08-20' WHERE calendarID > 5000 AND personID % 7 = 0`,
      ),
  ],
  ['2027-09-01', () => undefined],
];

/** No one vanishes from these steps to the next. */
const STILL = new Set(['2026-08-10', '2027-06-15', '2027-07-15']);

type Ids = Readonly<Record<string, readonly string[]>>;
const idsOf = (receiver: Receiver): Ids =>
  Object.fromEntries(TABLES.map((table) => [table, [...receiver.ids(table)].sort()]));
const without = (ids: Ids, others: Ids): Ids =>
  Object.fromEntries(
    TABLES.map((table) => {
      const known = new Set(others[table]);
      return [table, (ids[table] ?? []).filter((id) => !known.has(id))];
    }),
  );

/** What the receivers of two nights see vanish and come. */
async function lived(from: string, to: string): Promise<ReadonlyMap<string, { vanished: Ids; come: Ids }>> {
  const district: District = { home: join(makeFolder(), 'home'), file: year.file, connections };
  const receivers = new Map(FEEDS.map(({ name }) => [name, new Receiver()]));
  const seen: Map<string, Ids>[] = [];
  for (const asOf of [from, to]) {
    await runNight(district, { asOf });
    const now = new Map<string, Ids>();
    for (const [name, receiver] of receivers) {
      await receiver.take(latestOf(district, name));
      now.set(name, idsOf(receiver));
    }
    seen.push(now);
  }
  const [before, after] = seen;
  return new Map(
    FEEDS.map(({ name }) => {
      const [was, is] = [before?.get(name) ?? {}, after?.get(name) ?? {}];
      return [name, { vanished: without(was, is), come: without(is, was) }];
    }),
  );
}

/** A key of the SIS as the id that a bundle has. */
function sourcedId(version: Version, table: string, id: string): string {
  if (version === '1.1' || !['users', 'demographics', 'roles'].includes(table)) return id;
  const [person = '', ...rest] = id.split('.');
  return [personGuid(Number(person)), ...rest].join('.');
}

/** Net of what leaves and comes back in between. */
async function forecast(
  from: string,
  to: string,
): Promise<ReadonlyMap<string, { vanished: Ids; come: Ids }>> {
  const days = Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
  const net = new Map<string, Map<string, number>>(
    FEEDS.map(({ name }) => [name, new Map<string, number>()]),
  );
  const versionOf = new Map(FEEDS.map(({ name, version }) => [name, version]));
  await forecastDistrict({
    config: aConfig('/nowhere', year.file, connections),
    source: sqliteSource({ client: 'better-sqlite3', filename: year.file }),
    ...{ only: [], asOf: day(from), days, onProgress: () => undefined },
    onMove: (name, asOf, { kind, table, id }) => {
      if (asOf > to) return;
      const key = `${table} ${sourcedId(versionOf.get(name) ?? '1.1', table, id)}`;
      const moves = net.get(name);
      moves?.set(key, (moves.get(key) ?? 0) + (kind === 'join' ? 1 : -1));
    },
  });
  const pick = (name: string, sign: number): Ids =>
    Object.fromEntries(
      TABLES.map((table) => [
        table,
        [...(net.get(name) ?? [])]
          .filter(([key, value]) => value === sign && key.startsWith(`${table} `))
          .map(([key]) => key.slice(table.length + 1))
          .sort(),
      ]),
    );
  return new Map(FEEDS.map(({ name }) => [name, { vanished: pick(name, -1), come: pick(name, 1) }]));
}

const FIRST_AND_NEXT = STEPS.slice(0, -1).map(([asOf], at) => ({ asOf, at, next: STEPS[at + 1]?.[0] ?? '' }));

const { group, share } = storiesInTurn();
group('from each step of the school year', ANYWHERE, () => {
  let happened = 0;
  const tried = turnsOf('steps of a school year', FIRST_AND_NEXT, undefined, share);
  it.each(tried)('$asOf: who vanishes and comes until $next', async ({ asOf, at, next }) => {
    for (const [, happens] of STEPS.slice(happened, at + 1)) happens();
    happened = at + 1;
    const predicted = await forecast(asOf, next);
    expect(predicted).toEqual(await lived(asOf, next));
    const vanished = [...predicted.values()].flatMap((each) => Object.values(each.vanished).flat());
    expect([asOf, vanished.length > 0]).toEqual([asOf, !STILL.has(asOf)]);
  });
});
