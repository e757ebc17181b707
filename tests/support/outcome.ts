/** Runs extract, filter and map over a district, in memory but for the two SQLite files, and gives what came of it. */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { DEFAULT_GRADES } from '../../src/config/grades.js';
import { extract } from '../../src/extract/extract.js';
import type { SisSource } from '../../src/extract/source.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import { loadDistrict } from '../../src/filter/context.js';
import { filter } from '../../src/filter/filter.js';
import type { Exclusion, Facts } from '../../src/filter/rule.js';
import { map } from '../../src/map/map.js';
import { Notices, type Notice } from '../../src/model/notices.js';
import { COLUMN_FILTERS, type Config } from '../../src/model/settings.js';
import { receiverOf } from '../../src/profiles/receiver.js';
import { UNNAMED } from '../../src/snapshot/snapshot.js';
import { versions } from '../../src/oneroster/versions.js';
import { campusInMemory } from './campus-memory.js';
import { writeCampusFile, type SchemaChanges } from './campus-file.js';
import { VERSIONS, aConnection, day, type Wants } from './connections.js';
import { TODAY, type GivenRows } from './given.js';

export type OutcomeRow = Readonly<Record<string, string>>;

export interface FoundExclusion {
  readonly kind: string;
  readonly id: string;
  readonly code: string;
  readonly facts: Facts;
}

export interface Outcome {
  rows(table: string): readonly OutcomeRow[];
  row(table: string, sourcedId: string): OutcomeRow | undefined;
  readonly exclusions: readonly FoundExclusion[];
  /** The codes for which a record was left out. */
  codes(kind: string, id: number | string): readonly string[];
  readonly notices: readonly Notice[];
}

export interface Asked extends Wants {
  readonly asOf?: string;
  readonly grades?: Config['grades'];
}

export interface OpenDistrict {
  readonly notices: readonly Notice[];
  judge(asked?: Asked): Outcome;
  close(): void;
}

/** Reads the district once; each connection is then judged from the same snapshot. One with another schema is read from a file. */
export async function openDistrict(given: GivenRows, schema?: SchemaChanges): Promise<OpenDistrict> {
  if (schema === undefined) return await openSource(campusInMemory(given), UNNAMED);
  const file = writeCampusFile(given, schema);
  try {
    return await openCampusFile(file.path);
  } finally {
    file.remove();
  }
}

export async function openCampusFile(filename: string): Promise<OpenDistrict> {
  return await openSource(
    sqliteSource({ client: 'better-sqlite3', filename, filters: COLUMN_FILTERS }),
    `${filename}.snapshot`,
  );
}

/** `path`: where the snapshot may be until the district is closed. */
export async function openSource(source: SisSource, path: string): Promise<OpenDistrict> {
  const notices = new Notices();
  const remove = (): void => {
    if (path !== UNNAMED) rmSync(path, { force: true });
  };
  try {
    const { snapshot } = await extract(source, path, { notices });
    const district = loadDistrict(snapshot);
    return {
      notices: notices.list(),
      judge: ({ asOf = TODAY, grades = DEFAULT_GRADES, ...wants } = {}) => {
        const settings = aConnection(wants);
        const remarks = new Notices();
        const exclusions: FoundExclusion[] = [];
        const rows = new Map<string, OutcomeRow[]>();
        const report = (kind: string, id: number | string, { code, facts }: Exclusion): void => {
          exclusions.push({ kind, id: String(id), code, facts });
        };
        const roster = filter({
          snapshot,
          district,
          settings,
          asOf: day(asOf),
          notices: remarks,
          report,
        });
        const tables = versions[settings.version].tables;
        const { shape } = receiverOf(settings);
        const complete = new Set<string>();
        const put = (table: string, cells: readonly string[]): void => {
          if (complete.has(table)) throw new Error(`${table} gets a row after it was complete`);
          const columns = tables.find(({ name }) => name === table)?.columns ?? [];
          const row = Object.fromEntries(columns.map(({ name }, at) => [name, cells[at] ?? '']));
          const known = rows.get(table);
          if (known === undefined) rows.set(table, [row]);
          else known.push(row);
        };
        map({ roster, settings, grades, notices: remarks, shape, report, snapshot }, put, (names) => {
          for (const name of names) complete.add(name);
        });
        return outcomeOf(rows, exclusions, [...notices.list(), ...remarks.list()]);
      },
      close: () => {
        snapshot.close();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

function outcomeOf(
  rows: ReadonlyMap<string, readonly OutcomeRow[]>,
  exclusions: readonly FoundExclusion[],
  notices: readonly Notice[],
): Outcome {
  const of = (table: string): readonly OutcomeRow[] => rows.get(table) ?? [];
  return {
    rows: of,
    row: (table, sourcedId) => of(table).find((row) => row['sourcedId'] === sourcedId),
    exclusions,
    codes: (kind, id) =>
      exclusions.filter((each) => each.kind === kind && each.id === String(id)).map(({ code }) => code),
    notices,
  };
}

/** Opens, judges once, closes. */
export async function outcomeFor(
  given: GivenRows,
  asked: Asked = {},
  schema?: SchemaChanges,
): Promise<Outcome> {
  const district = await openDistrict(given, schema);
  try {
    return district.judge(asked);
  } finally {
    district.close();
  }
}

/** Counts and a checksum of all that both versions of the bundles hold, exclusions included: equal districts have equal ones. */
export function fingerprint(opened: OpenDistrict): string {
  const outcomes = VERSIONS.map((version) => ({ version, outcome: opened.judge({ version }) }));
  const all = outcomes.map(({ version, outcome }) => [
    versions[version].tables.map(({ name }) => outcome.rows(name)),
    outcome.exclusions,
  ]);
  const users = outcomes.map(({ outcome }) => outcome.rows('users').length);
  return `${users.join(' ')} ${createHash('sha256').update(JSON.stringify(all)).digest('hex')}`;
}
