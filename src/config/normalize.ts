/** Takes the checked config as written; gives the one the stages work with: defaults by version, absolute paths, frozen. */
import { resolve } from 'node:path';
import { COLUMN_FILTERS } from '../model/settings.js';
import type {
  Config,
  ConnectionSettings,
  ConsoleSettings,
  EmailSettings,
  MappedColumn,
  MappedTable,
  NoticeSettings,
  PostgresConnectionSettings,
  SourceSettings,
  StateSettings,
  TableMapping,
} from '../model/settings.js';
import { asLocalDate, type LocalDate } from '../model/values.js';
import type { WrittenConfig, WrittenConnection } from './config.js';
import { sisTables, type SisTable } from '../campus/tables.js';
import { constantOf } from './across-tables.js';
import { deliveryOf } from './delivery.js';
import { known } from './known.js';
import { readsOf } from './all-reads.js';
import type { WrittenFleet } from './fleet-declaration.js';
import { metadataOf } from './metadata.js';
import { valuesOf } from './values.js';
import { onlyOf } from './only.js';
import { DEFAULT_GRADES, gradeKey } from './grades.js';

/** The folder that relative paths in a top-level setting begin in: that of the file that has the setting. */
export type FolderOf = (setting: keyof WrittenConfig) => string;

/** `numbers`: of the files that `only.students.idsFile` names, by path. */
export function normalize(
  written: WrittenConfig,
  folderOf: FolderOf,
  numbers: ReadonlyMap<string, readonly string[]> = new Map(),
): Config {
  const own = Object.entries(written.grades).map(([code, grade]) => [gradeKey(code), grade] as const);
  const grades = new Map([...DEFAULT_GRADES, ...own]);
  const { tables } = tablesOf(written.source);
  const reads = readsOf(written.connections, tables);
  return deepFreeze({
    timezone: written.timezone,
    home: resolve(folderOf('home'), written.home),
    source: {
      ...sourceOf(written.source, folderOf('source')),
      ...(reads.length > 0 && { metadata: reads }),
      ...filtersOf(written.connections),
    },
    system: { name: written.source.systemName, code: written.source.systemCode },
    state: stateOf(written.state, folderOf('state')),
    retention: written.retention,
    forecast: written.forecast,
    ...(written.notices === undefined ? {} : { notices: noticesOf(written.notices, folderOf('notices')) }),
    console: consoleOf(written.console, folderOf('console')),
    grades,
    connections: written.connections.map((connection) =>
      connectionOf(connection, {
        settings: written.settings,
        folder: folderOf('connections'),
        grades,
        numbers,
        ...(tables && { tables }),
      }),
    ),
  });
}

function stateOf(state: WrittenConfig['state'], folder: string): StateSettings {
  if (state.client === 'better-sqlite3') return state;
  const { client, district, connection } = state;
  return { client, district, connection: postgresOf(connection, folder) };
}

type WrittenPostgres = Extract<WrittenConfig['state'], { readonly client: 'pg' }>['connection'];

/** Of a state, or of a fleet. */
export const postgresOf = (
  { password, ca, ...always }: WrittenPostgres,
  folder: string,
): PostgresConnectionSettings => ({
  ...always,
  ...(password === undefined ? {} : { password }),
  ...(ca === undefined ? {} : { ca: resolve(folder, ca) }),
});

function sourceOf(source: WrittenConfig['source'], folder: string): SourceSettings {
  if (source.client === 'better-sqlite3') {
    return {
      client: source.client,
      filename: resolve(folder, source.connection.filename),
      ...tablesOf(source),
    };
  }
  const { instanceName, user, password, domain, tenantId, ca, ...always } = source.connection;
  return {
    client: source.client,
    schema: source.schema,
    ...tablesOf(source),
    consistency: source.consistency,
    retryMinutes: source.retryMinutes,
    connection: {
      ...always,
      ...(instanceName === undefined ? {} : { instanceName }),
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { password }),
      ...(domain === undefined ? {} : { domain }),
      ...(tenantId === undefined ? {} : { tenantId }),
      ...(ca === undefined ? {} : { ca: resolve(folder, ca) }),
    },
  };
}

/** Filters of any connection that need a column. */
function filtersOf(connections: readonly WrittenConnection[]): Pick<SourceSettings, 'filters'> {
  const contacts = connections.flatMap(({ only }) => only?.contacts ?? []);
  const filters = COLUMN_FILTERS.filter((filter) =>
    contacts.some(({ relationships, max }) =>
      filter === 'contacts.max' ? max !== undefined : relationships !== undefined,
    ),
  );
  return filters.length === 0 ? {} : { filters };
}

/** Constants get the form in which a cell of their column is read. */
function tablesOf({ tables }: WrittenConfig['source']): { readonly tables?: TableMapping } {
  if (tables === undefined) return {};
  const mapped = Object.entries(tables).map(([name, { table, columns }]): [string, MappedTable] => {
    const declared = (sisTables as readonly SisTable[]).find((each) => each.name === name)?.columns ?? [];
    const real = Object.entries(columns).map(([column, to]): [string, MappedColumn] => {
      const type = declared.find((each) => each.name === column)?.type ?? 'text';
      return [column, typeof to === 'string' ? to : { value: constantOf(type, to.value) ?? to.value }];
    });
    return [name, { ...(table !== undefined && { table }), columns: Object.fromEntries(real) }];
  });
  return { tables: Object.fromEntries(mapped) };
}

interface Around {
  readonly settings: WrittenConfig['settings'];
  readonly folder: string;
  readonly grades: Config['grades'];
  readonly numbers: ReadonlyMap<string, readonly string[]>;
  readonly tables?: TableMapping;
}

function connectionOf(
  written: WrittenConnection,
  { settings, folder, grades, numbers, tables }: Around,
): ConnectionSettings {
  const {
    ids,
    notBefore,
    blackout,
    fields,
    sharingEnds,
    delivery,
    useSecondaryEmail,
    legalNames,
    only,
    metadata,
    values,
    ...asWritten
  } = written;
  const day = notBefore === undefined ? undefined : asLocalDate(notBefore);
  const is11 = written.version === '1.1';
  const useLocalGrades = !is11 && settings.useLocalGradesFor12;
  return {
    ...asWritten,
    ids: ids ?? (is11 ? 'legacy' : 'guid'),
    useSecondaryEmail: is11 ? settings.useSecondaryEmailFor11 : (useSecondaryEmail ?? false),
    useLocalGrades,
    legalNames: legalNames ?? 'omit',
    blackout: blackout.map(({ from, to }) => ({ from: from as LocalDate, to: to as LocalDate })),
    ...known({
      notBefore: day,
      fields,
      sharingEnds: sharingEnds as LocalDate | undefined,
      only: only && onlyOf(only, { grades, numbers, useLocalGrades }),
      metadata: metadata && metadataOf(metadata, tables),
      values: values && valuesOf(written, tables),
      delivery: delivery && deliveryOf(delivery, written, folder),
    }),
  };
}

function noticesOf(written: NonNullable<WrittenConfig['notices']>, folder: string): NoticeSettings {
  const { when, reportUrl, email, webhook, healthcheck } = written;
  return {
    when,
    ...(reportUrl === undefined ? {} : { reportUrl }),
    ...(email === undefined ? {} : { email: emailOf(email, folder) }),
    ...(webhook === undefined ? {} : { webhook: known(webhook) }),
    ...(healthcheck === undefined ? {} : { healthcheck }),
  };
}

function emailOf(
  { ca, ...mail }: NonNullable<NonNullable<WrittenConfig['notices']>['email']>,
  folder: string,
): EmailSettings {
  return known({ ...mail, ca: ca === undefined ? undefined : resolve(folder, ca) });
}

/** Of a config, or of a fleet. */
export function consoleOf(
  written: WrittenConfig['console'] | WrittenFleet['console'],
  folder: string,
): ConsoleSettings {
  const { publicUrl, tls, auth, ...always } = written;
  return {
    ...always,
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(tls && { tls: { certificate: resolve(folder, tls.certificate), key: resolve(folder, tls.key) } }),
    ...(auth?.oidc && { auth: { oidc: auth.oidc } }),
    ...(auth?.proxy && { auth: { proxy: auth.proxy } }),
  };
}

function deepFreeze<T>(value: T): T {
  if (value instanceof Map) {
    // Freezing a map does not stop its methods.
    for (const method of ['set', 'delete', 'clear']) {
      Object.defineProperty(value, method, { value: refuseChange });
    }
  }
  if (typeof value === 'object' && value !== null) {
    Object.values(value).forEach(deepFreeze);
    Object.freeze(value);
  }
  return value;
}

function refuseChange(): never {
  throw new TypeError('the config cannot be changed');
}
