/** What a district may choose, after the written config was checked and completed. */
import type { LocalDate } from './values.js';

export type IdScheme = 'legacy' | 'guid' | 'personID';
export type BundleMode = 'bulk' | 'delta';

/** The name of a column in the database, or a constant in its place: a number for ids, numbers and flags, else a text. */
export type MappedColumn = string | { readonly value: string | number };

export interface MappedTable {
  /** Name of a table or view; on SQL Server possibly with its schema, `dbo.v_Login`. */
  readonly table?: string;
  /** By declared column. */
  readonly columns: Readonly<Record<string, MappedColumn>>;
}

/** By declared table: where this installation has it under another name. */
export type TableMapping = Readonly<Record<string, MappedTable>>;

/** Values that are read for extension columns and for `values`: from one table, of its rows that `where` selects. */
export interface MetadataRead {
  /** Differs where anything else here differs, except `usedFor`. */
  readonly id: string;
  /** As the config or the declaration has it; `source.tables` may map it. */
  readonly table: string;
  /** The column with the id that the values belong to. */
  readonly key: string;
  /** Which id that is; undefined where the rows are not read here. */
  readonly by?: MetadataColumn['by'];
  /** In alphabetical order. */
  readonly columns: readonly string[];
  /** Columns and the only value of each. */
  readonly where: Readonly<Record<string, string>>;
  /** Paths of the settings, for messages. */
  readonly usedFor: readonly string[];
  /** The columns are read with the declared tables: here they are only required. */
  readonly isDeclared?: true;
}

/** An extension column of a connection. */
export interface MetadataColumn {
  /** Of OneRoster. */
  readonly table: string;
  /** Without `metadata.` */
  readonly name: string;
  /** The id of a row that finds its value. */
  readonly by: 'personID' | 'schoolID' | 'sectionID' | 'courseID' | 'enrollmentID' | 'rosterID' | 'termID';
  /** The id of a MetadataRead, and one of its columns. */
  readonly read: string;
  readonly column: string;
  /** What is sent instead of a value, by the value in lowercase. */
  readonly map?: Readonly<Record<string, string>>;
  /** What is sent instead of a filled value that `map` does not have; undefined: the value itself. */
  readonly otherwise?: string;
}

/** Part of a value that is put together. */
export type ValuePart =
  | { readonly kind: 'text'; readonly text: string }
  /** A cell of the same row, as it is without `values`. */
  | { readonly kind: 'cell'; readonly column: string }
  /** A declared column of the SIS: of the record, or of what it belongs to. */
  | { readonly kind: 'sis'; readonly table: string; readonly column: string }
  /** The same, of the primary teacher of a class. */
  | { readonly kind: 'teacher'; readonly table: string; readonly column: string }
  /** The id of a MetadataRead, and one of its columns. */
  | {
      readonly kind: 'read';
      readonly by: MetadataColumn['by'];
      readonly read: string;
      readonly column: string;
    };

export interface ValueSource {
  /** If one of them is empty, the value is. */
  readonly parts: readonly ValuePart[];
  /** As in the config, for people. */
  readonly says: string;
}

/** A cell whose value comes from elsewhere. */
export interface CellValue {
  /** Of OneRoster. */
  readonly table: 'orgs' | 'users' | 'classes' | 'courses';
  readonly column: string;
  /** Undefined: the usual value. */
  readonly source?: ValueSource;
  /** In place of an empty value; `default` is the usual value. */
  readonly otherwise?: ValueSource | 'default';
  readonly case?: 'lower' | 'upper';
}

/** A filter that needs a column which is not read without it: existing logins may not have the right to read it. */
export const COLUMN_FILTERS = ['contacts.relationships', 'contacts.max'] as const;
export type ColumnFilter = (typeof COLUMN_FILTERS)[number];

export interface SqliteSourceSettings {
  readonly client: 'better-sqlite3';
  /** Absolute path. */
  readonly filename: string;
  readonly tables?: TableMapping;
  /** Of all connections. */
  readonly metadata?: readonly MetadataRead[];
  /** Those of any connection. */
  readonly filters?: readonly ColumnFilter[];
}

/** How to sign in: `user` and `password` are a login, or the client id and secret of a service principal. */
export type MssqlAuthentication = 'sql' | 'windows' | 'azure-service-principal' | 'azure-managed-identity';

export interface MssqlConnectionSettings {
  readonly server: string;
  /** Without meaning where an instance is named. */
  readonly port: number;
  readonly instanceName?: string;
  readonly database: string;
  readonly authentication: MssqlAuthentication;
  readonly user?: string;
  readonly password?: string;
  readonly domain?: string;
  readonly tenantId?: string;
  readonly encrypt: boolean;
  /** Absolute path of a PEM file. */
  readonly ca?: string;
  readonly trustServerCertificate: boolean;
  readonly readOnlyIntent: boolean;
  readonly requestTimeoutMinutes: number;
}

export interface MssqlSourceSettings {
  readonly client: 'mssql';
  readonly connection: MssqlConnectionSettings;
  readonly schema: string;
  readonly tables?: TableMapping;
  /** Of all connections. */
  readonly metadata?: readonly MetadataRead[];
  /** Those of any connection. */
  readonly filters?: readonly ColumnFilter[];
  /** `snapshot`: all tables as of one moment. `statement`: each statement as of its own. */
  readonly consistency: 'snapshot' | 'statement';
  /** How long a refresh waits for a server that is away; 0 for one attempt. */
  readonly retryMinutes: number;
}

/** A file below the home folder. */
export interface SqliteStateSettings {
  readonly client: 'better-sqlite3';
}

export interface PostgresConnectionSettings {
  /** A host name or address, or the absolute path of a folder with the socket of a server. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password?: string;
  /** Without meaning for a socket. */
  readonly encrypt: boolean;
  /** Absolute path of a PEM file. */
  readonly ca?: string;
}

export interface PostgresStateSettings {
  readonly client: 'pg';
  /** Whose rows these are: a database holds as many districts as a fleet has. */
  readonly district: string;
  readonly connection: PostgresConnectionSettings;
}

export type StateSettings = SqliteStateSettings | PostgresStateSettings;

export type SourceSettings = SqliteSourceSettings | MssqlSourceSettings;

/** In % of the last good bundle: the largest shares that may vanish and, per file, that may be new or changed. */
export interface ThresholdSettings {
  readonly users: number;
  readonly classes: number;
  readonly enrollments: number;
  readonly perSchool: number;
  readonly new: number | 'off';
  readonly changed: number | 'off';
}

export interface DayRange {
  readonly from: LocalDate;
  readonly to: LocalDate;
}

/** How long published bundles are kept; the last good one, the held one and the delta base always are. */
export interface RetentionSettings {
  readonly days: number;
  readonly bundles: number;
}

/** Settings of every receiver's server. */
interface RemoteFolderSettings {
  /** Folder at the receiver, as its server names it. */
  readonly path: string;
  /** Of the delivered file, in octal digits; undefined leaves 600. */
  readonly mode?: string;
  /** Reads the file back and compares its hash before it gets its final name. */
  readonly readBack: boolean;
  /** `direct`: immediately under the final name, for servers that allow no other way; a reader may see a partial file. */
  readonly upload: 'temporary' | 'direct';
  /** Of the file while it is uploaded; see `model/temporary-name.ts`. */
  readonly temporaryName: string;
}

/** Of SSH servers. */
interface ServerSettings {
  /** How an earlier file is replaced. */
  readonly replace: 'rename' | 'delete-then-rename';
  /** Signatures with SHA-1. */
  readonly allowLegacyAlgorithms: boolean;
  /** How long nothing may move at any step. */
  readonly stalledAfterSeconds: number;
  /** How many bytes one packet carries at most; undefined: as many as the server takes. */
  readonly chunkBytes?: number;
}

/** By the SSH library. */
export interface SftpSettings extends RemoteFolderSettings, ServerSettings {
  readonly kind: 'sftp';
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password?: string;
  readonly privateKey?: string;
  readonly passphrase?: string;
  /** Socket of an SSH agent. */
  readonly agent?: string;
  /** `SHA256:…` of each host key that is known; several while keys are rotated. */
  readonly hostKeys: readonly string[];
  /** Absolute path of a known_hosts file. */
  readonly knownHosts?: string;
}

/** By the system's own `sftp` program. */
export interface OpensshSettings extends RemoteFolderSettings, ServerSettings {
  readonly kind: 'openssh';
  readonly host: string;
  readonly port?: number;
  readonly user?: string;
  /** Absolute paths. */
  readonly identityFile?: string;
  readonly knownHosts?: string;
  readonly configFile?: string;
  readonly jump?: string;
}

/** On this machine. */
export interface FolderSettings extends RemoteFolderSettings {
  readonly kind: 'folder';
}

export interface DeliverySettings {
  readonly target: SftpSettings | OpensshSettings | FolderSettings;
  /** `loose`: the CSV files one by one. */
  readonly files: 'zip' | 'loose';
  /** Of the zip at the receiver, with parts to fill in; see `model/remote-name.ts`. */
  readonly name: string;
  /** `HH:MM` in the district's time zone. */
  readonly deliverBy?: string;
  readonly retryMinutes: number;
  /** Of the whole delivery, retries included. */
  readonly maxMinutes: number;
}

/** Grades as they are sent, and the keys of the SIS that are sent so: local grades, or State Grade Level Codes. */
export interface WantedGrades {
  readonly by: 'local' | 'state';
  /** By grade as it is sent; the keys in lowercase letters. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
}

/** Filters of a connection; keys that are absent keep everything. */
export interface OnlySettings {
  readonly students?: {
    readonly grades?: WantedGrades;
    readonly enrollmentTypes?: readonly string[];
    readonly withClasses?: boolean;
    /** Student numbers. */
    readonly ids?: readonly string[];
  };
  readonly sections?: {
    readonly courses?: readonly string[];
    readonly departments?: readonly string[];
    readonly subjects?: readonly string[];
    readonly homeroom?: 'only' | 'exclude';
    readonly terms?: 'current' | 'started';
    readonly teachers?: 'required';
  };
  readonly staff?: {
    readonly roles?: readonly string[];
    readonly withSections?: boolean;
    readonly schools?: readonly string[];
  };
  readonly contacts?: {
    readonly relationships?: readonly string[];
    /** Per student. */
    readonly max?: number;
  };
  readonly pilot?: { readonly schools?: readonly string[]; readonly students: number };
}

export interface ConnectionSettings {
  readonly name: string;
  readonly version: '1.1' | '1.2';
  readonly mode: BundleMode;
  readonly profile: string;
  readonly ids: IdScheme;
  /** School.number values as written, or all. */
  readonly schools: 'all' | readonly string[];
  readonly include: {
    readonly guardians: boolean;
    readonly relatives: boolean;
    readonly aides: boolean;
    readonly demographics: boolean;
  };
  readonly exclusiveEndDates: boolean;
  readonly allowEmpty: boolean;
  readonly teachersWithoutSections: 'exclude' | 'include';
  readonly endedRosters: 'keep' | 'drop';
  readonly emptyClasses: 'keep' | 'drop';
  readonly unusedCourses: 'keep' | 'drop';
  /** DEFLATE level of the zip, 1 to 9. */
  readonly compression: number;
  /** The email address sent is the secondary one: from the district-wide 1.1 setting or the 1.2 connection's own. */
  readonly useSecondaryEmail: boolean;
  /** 1.2 with the district-wide setting: Enrollment.grade instead of the mapped state grade. */
  readonly useLocalGrades: boolean;
  readonly legalNames: 'omit' | 'send';
  /** Withheld before this day. */
  readonly notBefore?: LocalDate;
  readonly thresholds: ThresholdSettings;
  /** Days, both included, on which every bundle is withheld. */
  readonly blackout: readonly DayRange[];
  /** By table and column: sent empty, or with masked values. */
  readonly fields?: Readonly<Record<string, Readonly<Record<string, 'drop' | 'mask'>>>>;
  readonly only?: OnlySettings;
  /** In the order in which the columns are sent. */
  readonly metadata?: readonly MetadataColumn[];
  /** Each cell once. */
  readonly values?: readonly CellValue[];
  /** The last day on which anything is made or sent. */
  readonly sharingEnds?: LocalDate;
  readonly delivery?: DeliverySettings;
}

export interface EmailSettings {
  readonly host: string;
  readonly port: number;
  readonly tls: 'starttls' | 'implicit' | 'none';
  /** Absolute path of a PEM file. */
  readonly ca?: string;
  readonly user?: string;
  readonly password?: string;
  readonly from: string;
  readonly to: readonly string[];
}

export interface WebhookSettings {
  readonly url: string;
  readonly authorization?: string;
  /** What the receiver of the webhook reads. */
  readonly format: NoticeFormat;
}

export type NoticeFormat = 'json' | 'slack' | 'teams' | 'google-chat';

export interface NoticeSettings {
  readonly when: 'change' | 'always';
  /** Address of the home folder on a web server; reports are below it. */
  readonly reportUrl?: string;
  readonly email?: EmailSettings;
  readonly webhook?: WebhookSettings;
  readonly healthcheck?: { readonly url: string };
}

/** What a person may do in the web console. */
export const CONSOLE_ROLES = ['viewer', 'explainer', 'operator', 'approver', 'names'] as const;
export type ConsoleRole = (typeof CONSOLE_ROLES)[number];

/** One entry of `console.access`; the entries that match a person add up. */
export interface AccessGrant {
  readonly groups: readonly string[];
  readonly users: readonly string[];
  readonly emailDomains: readonly string[];
  readonly roles: readonly ConsoleRole[];
  readonly connections: 'all' | readonly string[];
  /** Of a fleet; without it all. */
  readonly districts?: 'all' | readonly string[];
}

export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string;
  readonly userClaim: string;
  readonly groupsClaim: string;
}

/** Headers of a proxy that has already checked the person. */
export interface TrustedProxySettings {
  /** IP addresses and ranges. */
  readonly addresses: readonly string[];
  readonly userHeader: string;
  readonly groupsHeader: string;
}

export interface ConsoleSettings {
  /** IP address and port. */
  readonly listen: string;
  readonly publicUrl?: string;
  readonly behindProxy: boolean;
  /** Absolute paths of PEM files. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  readonly sessionHours: number;
  /** Undefined: a one-time link on the terminal. */
  readonly auth?: { readonly oidc: OidcSettings } | { readonly proxy: TrustedProxySettings };
  readonly access: readonly AccessGrant[];
}

/** The SIS, as the manifest of each bundle names it. */
export interface SystemSettings {
  readonly name: string;
  readonly code: string;
}

export interface Config {
  readonly timezone: string;
  /** Absolute path of the folder that holds bundles, staging and the lock. */
  readonly home: string;
  readonly source: SourceSettings;
  readonly system: SystemSettings;
  /** State Grade Level Code (upper case) -> grade sent, the defaults already merged in. */
  readonly grades: ReadonlyMap<string, string>;
  readonly state: StateSettings;
  readonly retention: RetentionSettings;
  /** How many coming days a refresh forecasts for its report; 0 for none. */
  readonly forecast: { readonly days: number };
  readonly notices?: NoticeSettings;
  readonly console: ConsoleSettings;
  readonly connections: readonly ConnectionSettings[];
}
