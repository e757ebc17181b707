/**
 * The settings that the stages take have the keys, the types and the optional marks of the declared ones, except where the config is
 * completed on its way. The compiler compares them: a key or a value that only one of the two has does not compile.
 */
import { expect, it } from '@jest/globals';
import type { WrittenConfig, WrittenConnection } from '../../src/config/config.js';
import type { WrittenFleet } from '../../src/config/fleet-declaration.js';
import type {
  AccessGrant,
  Config,
  ConnectionSettings,
  FolderSettings,
  MssqlSourceSettings,
  NoticeSettings,
  OpensshSettings,
  SftpSettings,
  SqliteSourceSettings,
} from '../../src/model/settings.js';
import type { LocalDate } from '../../src/model/values.js';

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- two types are equal where two generic functions over them are
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** Without `readonly` and the mark of a valid date; a key that may be left out is only that. */
type Plain<T> = T extends LocalDate
  ? string
  : T extends string | number | boolean
    ? T
    : T extends readonly (infer Item)[]
      ? Plain<Item>[]
      : { -readonly [Key in keyof T]: Plain<Exclude<T[Key], undefined>> };

/** The declared keys without `OnlyWritten` are the settings' keys without `OnlySettings`. */
type Tied<Written, Settings, OnlyWritten extends keyof Written, OnlySettings extends keyof Settings> = Same<
  Plain<Omit<Written, OnlyWritten>>,
  Plain<Omit<Settings, OnlySettings>>
>;

type Source<Client> = Extract<WrittenConfig['source'], { readonly client: Client }>;
type Delivery = NonNullable<WrittenConnection['delivery']>;
type Target<Name extends 'sftp' | 'openssh' | 'folder'> = NonNullable<Delivery[Name]>;
type Given<T> = Exclude<T, undefined>;

/** Completed by the version of the connection. */
type ByVersion = 'ids' | 'useSecondaryEmail' | 'legalNames';

const tied: {
  readonly config: Tied<
    WrittenConfig,
    Config,
    'settings' | 'source' | 'grades' | 'notices' | 'console' | 'connections',
    'system' | 'source' | 'grades' | 'notices' | 'console' | 'connections'
  >;
  readonly connection: Tied<
    WrittenConnection,
    ConnectionSettings,
    ByVersion | 'only' | 'metadata' | 'values' | 'delivery',
    ByVersion | 'only' | 'metadata' | 'values' | 'useLocalGrades' | 'delivery'
  >;
  readonly byVersion: Same<
    { [Key in ByVersion]: Given<WrittenConnection[Key]> },
    { [Key in ByVersion]: ConnectionSettings[Key] }
  >;
  readonly delivery: Tied<
    Delivery,
    Given<ConnectionSettings['delivery']>,
    'sftp' | 'openssh' | 'folder' | 'files',
    'target' | 'name' | 'files'
  >;
  readonly sftp: Tied<
    Target<'sftp'>,
    SftpSettings,
    'name' | 'hostKey' | 'temporaryName',
    'kind' | 'hostKeys' | 'temporaryName'
  >;
  readonly openssh: Tied<
    Target<'openssh'>,
    OpensshSettings,
    'name' | 'temporaryName',
    'kind' | 'temporaryName'
  >;
  readonly folder: Tied<Target<'folder'>, FolderSettings, 'name' | 'temporaryName', 'kind' | 'temporaryName'>;
  readonly console: Tied<WrittenConfig['console'], Config['console'], 'auth' | 'access', 'auth' | 'access'>;
  readonly access: Tied<WrittenConfig['console']['access'][number], AccessGrant, never, 'districts'>;
  readonly fleetAccess: Tied<WrittenFleet['console']['access'][number], Required<AccessGrant>, never, never>;
  readonly notices: Tied<Given<WrittenConfig['notices']>, NoticeSettings, never, never>;
  readonly sqlServer: Tied<
    Source<'mssql'>,
    MssqlSourceSettings,
    'systemName' | 'systemCode' | 'tables',
    'tables' | 'metadata' | 'filters'
  >;
  readonly sqlite: Tied<
    Source<'better-sqlite3'>,
    SqliteSourceSettings,
    'systemName' | 'systemCode' | 'connection' | 'tables',
    'filename' | 'tables' | 'metadata' | 'filters'
  >;
} = {
  config: true,
  connection: true,
  byVersion: true,
  delivery: true,
  sftp: true,
  openssh: true,
  folder: true,
  console: true,
  access: true,
  fleetAccess: true,
  notices: true,
  sqlServer: true,
  sqlite: true,
};

it('the settings of the stages are the declared ones', () => {
  expect(Object.values(tied)).not.toContain(false);
});
