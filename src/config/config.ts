/**
 * The written config: each key once, with its type, its default and a description. Messages, the
 * editors' schema and the README's table come from here. Loading zod costs a tenth of a second: only `load.ts`, and what
 * prints the settings, may import this file.
 */
import { z } from 'zod';
import { isReservedName } from '../model/remote-name.js';
import { TEMPORARY_NAME } from '../model/temporary-name.js';
import { asLocalDate, isTimezone } from '../model/values.js';
import { CEDS_GRADES } from '../oneroster/table.js';
import { DEFAULT_HOME } from './defaults.js';
import { explainIssue, mustBeOneOf } from './wording.js';
import { CONFIG_LIMITS, DELIVERY_LIMITS, SOURCE_LIMITS } from '../model/limits.js';

interface Facts {
  /** Given by reference only, and never repeated in a message. */
  readonly secret?: true;
  /** In words, where the default is not one value. */
  readonly default?: string;
  /** In words, where the declaration reads badly. */
  readonly type?: string;
}

/** Facts about fields that zod cannot express. */
export const facts = z.registry<Facts>();

const text = (says: string) => z.string().regex(/\S/, 'must not be empty').describe(says);

const secret = (says: string) => text(says).register(facts, { secret: true });

const flag = (byDefault: boolean, says: string) => z.boolean().default(byDefault).describe(says);

/** One plain address: a list or a display name would be read in more than one way. */
const mailAddress = (says: string) =>
  z
    .string()
    .regex(/^[^\s@<>,;"]+@[^\s@<>,;"]+$/, 'must be a plain email address, such as data@district.example')
    .register(facts, { type: 'address' })
    .describe(says);

const percent = (byDefault: number, says: string) =>
  z.number().min(0).max(100).default(byDefault).describe(says);

const port = (byDefault: number) => z.int().min(1).max(65535).default(byDefault).describe('TCP port.');

/** A cell of the manifest: one line, no longer than the standard's readers must take. */
const manifestText = (byDefault: string, says: string) =>
  text(says)
    .regex(/^[^\p{Cc}]{1,255}$/u, 'must be one line of at most 255 characters')
    .default(byDefault);

const system = {
  systemName: manifestText(
    'Infinite Campus',
    'Name of the SIS in the manifest of each bundle (source.systemName).',
  ),
  systemCode: manifestText(
    'infinite-campus',
    'Code of the SIS in the manifest of each bundle (source.systemCode). Some importers fail if it is empty.',
  ),
};

const sqlite = z.strictObject({
  client: z
    .literal('better-sqlite3')
    .describe('Where the SIS data is: SQL Server, or a SQLite file with the same schema.'),
  connection: z.strictObject({ filename: text('The SQLite file.') }).describe('The SQLite file.'),
  ...system,
});

const sqlServer = z.strictObject({
  client: z
    .literal('mssql')
    .describe('Where the SIS data is: SQL Server, or a SQLite file with the same schema.'),
  connection: z
    .strictObject({
      server: text('Host name of the SQL Server.'),
      port: port(1433),
      instanceName: text('Named instance, instead of a port; requires the SQL Server Browser.').optional(),
      database: text('Name of the Campus database.'),
      authentication: z
        .enum(['sql', 'windows', 'azure-service-principal', 'azure-managed-identity'])
        .default('sql')
        .describe('Kind of login: SQL Server, Windows domain, or Microsoft Entra (Azure AD).'),
      user: text(
        'Login with read access to the Campus tables; for a service principal or a user-assigned managed identity, its client id.',
      )
        .register(facts, { default: 'required, except for a managed identity' })
        .optional(),
      password: secret('Password of the login; for a service principal, its client secret.')
        .register(facts, { default: 'required, except for a managed identity', secret: true })
        .optional(),
      domain: text('Windows domain of the login, with authentication: windows.').optional(),
      tenantId: text('Entra tenant, with authentication: azure-service-principal.').optional(),
      encrypt: flag(true, 'Encrypt the connection to the server.'),
      ca: text("PEM file of the authority that signed the server's certificate.").optional(),
      trustServerCertificate: flag(
        false,
        'Accept any certificate: the connection is encrypted, but the server is not verified. Using `ca` is safer.',
      ),
      readOnlyIntent: flag(false, 'Connect to a readable replica (ApplicationIntent=ReadOnly).'),
      requestTimeoutMinutes: z
        .number()
        .positive()
        .max(1440)
        .default(SOURCE_LIMITS.silence.most)
        .describe('How long the server may be silent before the read fails.'),
    })
    .describe('How to reach the SQL Server.'),
  schema: text('Schema of the Campus tables.')
    .regex(/^[^.[\]"]+$/, 'must be a plain name, without dots, brackets or quotes')
    .default('dbo'),
  consistency: z
    .enum(['snapshot', 'statement'])
    .default('snapshot')
    .describe(
      'Read all tables as of one moment (snapshot), or each table as of its own moment (statement) if the database does not allow snapshots.',
    ),
  ...system,
  retryMinutes: z
    .number()
    .min(0)
    .max(720)
    .default(SOURCE_LIMITS.retry.most)
    .describe(
      'How long `refresh` retries a server that does not answer, is starting, recovering or failing over; 0 for one attempt.',
    ),
});

const settings = z
  .strictObject({
    useSecondaryEmailFor11: flag(false, 'Send the secondary email address on every 1.1 connection.'),
    useLocalGradesFor12: flag(
      false,
      'Send the local grade instead of the state grade on every 1.2 connection.',
    ),
  })
  .prefault({})
  .describe('The settings of the SIS under Settings & Management.');

const include = z
  .strictObject({
    guardians: flag(true, 'Send guardians.'),
    relatives: flag(true, 'Send relatives.'),
    aides: flag(true, 'Send non-teaching staff (administrator in 1.1, aide in 1.2).'),
    demographics: flag(true, 'Send demographics.csv.'),
  })
  .prefault({})
  .describe('What is sent in addition to students, teachers and their classes.');

const percentOrOff = (byDefault: number | 'off', says: string) =>
  z
    .union([z.number().min(0).max(10_000), z.literal('off')], 'must be a number from 0 to 10000, or off')
    .default(byDefault)
    .describe(says);

const thresholds = z
  .strictObject({
    users: percent(10, 'Largest share of users, in %, that may vanish.'),
    classes: percent(10, 'Largest share of classes, in %, that may vanish.'),
    enrollments: percent(20, 'Largest share of enrollments, in %, that may vanish.'),
    perSchool: percent(30, 'Largest share, in %, that may vanish at any one school.'),
    new: percentOrOff(
      50,
      'Largest share in % by which any file may grow; fewer than 100 new records never count. off: no limit.',
    ),
    changed: percentOrOff(
      'off',
      'Largest share in % of the records of any file that may change. off: no limit.',
    ),
  })
  .prefault({})
  .describe('How much may vanish, be new or change since the last good bundle before a bundle is on hold.');

const day = (says: string) =>
  z
    .string()
    .refine((text) => asLocalDate(text) !== undefined, 'must be a valid date (YYYY-MM-DD)')
    .register(facts, { type: 'date as YYYY-MM-DD' })
    .describe(says);

const blackout = z
  .strictObject({ from: day('First day of the range.'), to: day('Last day of the range.') })
  .refine(({ from, to }) => from <= to, 'must not end before it starts');

const retention = z
  .strictObject({
    days: z.int().min(1).default(90).describe('Number of days that published bundles are kept.'),
    bundles: z
      .int()
      .min(1)
      .default(14)
      .describe('Number of newest bundles of a connection that are kept regardless of age.'),
  })
  .prefault({})
  .describe(
    'How long published bundles are kept. The last good bundle, a held bundle and the base of a delta are always kept.',
  );

const remoteName = text('Name of the zip there, with parts such as {yyyy}{MM}{dd}{HH}{mm}.')
  .register(facts, { default: 'the name that the profile requires, else OneRoster.zip' })
  .optional();

const fileMode = z
  .string()
  .regex(/^0?[0-7]{3}$/, 'must be three octal digits, such as "640"')
  .register(facts, { type: 'octal digits', default: '600' })
  .optional()
  .describe('Permissions of the delivered file.');

const readBack = flag(
  true,
  'Read the file back and compare its hash, if the receiver allows reading. The size is always compared.',
);

const upload = z
  .enum(['temporary', 'direct'])
  .default('temporary')
  .describe(
    'Upload under a temporary name and rename, or directly under the final name for servers that cannot rename (a reader may then see a partial file).',
  );

const temporaryName = text(
  'Name during the upload. {name} is the final name, {id} is eight digits derived from the content.',
)
  .register(facts, { default: TEMPORARY_NAME })
  .optional();

const replace = z
  .enum(['rename', 'delete-then-rename'])
  .default('rename')
  .describe(
    'How an earlier file is replaced: in one step or, for servers that cannot, with a moment without any file.',
  );

const allowLegacyAlgorithms = flag(
  false,
  'Accept SHA-1 signatures (ssh-rsa) from old servers, with a notice at each delivery.',
);

const chunkBytes = z
  .int()
  .min(512)
  .max(261_120)
  .register(facts, { default: 'what the server accepts' })
  .optional()
  .describe('Most bytes in one packet, for servers that refuse larger ones without stating a limit.');

const stalledAfterSeconds = z
  .number()
  .min(1)
  .max(3600)
  .default(DELIVERY_LIMITS.stall.most)
  .describe('How long a step may make no progress before the connection fails.');

const hostKey = z
  .string()
  .regex(/^SHA256:[A-Za-z0-9+/]{43}=?$/, 'must be SHA256: and 43 characters, as printed by `preflight`');

const sftp = z
  .strictObject({
    host: text("The receiver's SFTP server."),
    port: port(22),
    user: text('User on that server.'),
    password: secret('Password of the user.').optional(),
    privateKey: secret('Private key of the user (Ed25519, ECDSA or RSA), as `${file:PATH}`.').optional(),
    passphrase: secret('Passphrase of the private key.').optional(),
    agent: text('Socket of an SSH agent that has the key, such as `${env:SSH_AUTH_SOCK}`.').optional(),
    hostKey: z
      .union([hostKey, z.array(hostKey).min(1)])
      .register(facts, { type: 'fingerprint, or a list of them' })
      .optional()
      .describe("Fingerprint of the server's host key; a list of several while the receiver changes keys."),
    knownHosts: text('A known_hosts file, instead of hostKey.').optional(),
    path: text('Folder on the server.'),
    name: remoteName,
    upload,
    temporaryName,
    replace,
    readBack,
    mode: fileMode,
    chunkBytes,
    allowLegacyAlgorithms,
    stalledAfterSeconds,
  })
  .optional()
  .describe('Delivery by SFTP.');

const openssh = z
  .strictObject({
    host: text("The receiver's SFTP server, or a Host of configFile."),
    port: z.int().min(1).max(65535).optional().describe('TCP port.'),
    user: text('User on that server.').optional(),
    identityFile: text('Private key file; a hardware key also has one.').optional(),
    knownHosts: text("A known_hosts file, instead of the user's own.").optional(),
    jump: text('Jump host: user@host:port, or several separated by commas.').optional(),
    configFile: text('An ssh_config file, for all other OpenSSH options.').optional(),
    path: text('Folder on the server.'),
    name: remoteName,
    upload,
    temporaryName,
    replace,
    readBack,
    mode: fileMode,
    chunkBytes,
    allowLegacyAlgorithms,
    stalledAfterSeconds,
  })
  .optional()
  .describe("Delivery by the system's own sftp program: jump hosts, certificates, hardware keys.");

const folder = z
  .strictObject({
    path: text('Folder on this machine; it must exist and be outside home.'),
    name: remoteName,
    upload,
    temporaryName,
    readBack,
    mode: fileMode,
  })
  .optional()
  .describe('Delivery to a folder on this machine.');

const delivery = z
  .strictObject({
    sftp,
    openssh,
    folder,
    files: z
      .enum(['zip', 'loose'])
      .register(facts, { default: 'as the profile requires, else zip' })
      .optional()
      .describe('Send the bundle as one zip, or as separate CSV files.'),
    deliverBy: z
      .string()
      .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day such as "05:30"')
      .register(facts, { type: 'time of day as HH:MM' })
      .optional()
      .describe('Local time until which a failed delivery is retried, if it is less than 12 hours away.'),
    retryMinutes: z
      .number()
      .min(0)
      .max(720)
      .default(DELIVERY_LIMITS.retry.most)
      .describe('How long a failed delivery is retried if deliverBy does not apply; 0 for one attempt.'),
    maxMinutes: z
      .number()
      .min(0.1)
      .max(1440)
      .default(DELIVERY_LIMITS.whole.most)
      .describe('How long the whole delivery may take, retries included.'),
  })
  .optional()
  .describe('Where bundles are sent: sftp, openssh or folder. Without it they stay in `home`.');

const connection = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'may only have lowercase letters, digits and hyphens')
    .refine((name) => !isReservedName(name), 'is a reserved name on Windows: choose another')
    .max(CONFIG_LIMITS.nameLetters.most, `may have at most ${CONFIG_LIMITS.nameLetters.most} characters`)
    .describe(
      'Name of the connection in commands, folders and reports: lowercase letters, digits and hyphens; unique.',
    ),
  version: z.enum(['1.1', '1.2']).describe('OneRoster version that the receiver reads.'),
  mode: z.enum(['bulk', 'delta']).default('bulk').describe('Send everything each time, or only the changes.'),
  profile: text('What the receiver requires beyond the standard.').default('generic'),
  ids: z
    .enum(['legacy', 'guid', 'personID'])
    .register(facts, { default: 'legacy for 1.1, guid for 1.2' })
    .optional()
    .describe('What the ids of users are made from.'),
  schools: z
    .union(
      [z.literal('all'), z.array(text('A School.number.')).min(1)],
      'must be all, or a list of school numbers',
    )
    .register(facts, { type: 'all, or a list of school numbers' })
    .default('all')
    .describe('Schools that this receiver gets, by School.number.'),
  include,
  exclusiveEndDates: flag(
    false,
    "Add a day to every end date, to follow the standard's exclusive end dates.",
  ),
  allowEmpty: flag(
    false,
    'Publish a bulk bundle even if it has no users, classes, enrollments or students, or if no student is in a class.',
  ),
  teachersWithoutSections: z
    .enum(['exclude', 'include'])
    .default('exclude')
    .describe('Teachers with an assignment but no class.'),
  endedRosters: z
    .enum(['keep', 'drop'])
    .default('keep')
    .describe('Enrollments in classes that ended before today.'),
  emptyClasses: z
    .enum(['keep', 'drop'])
    .default('keep')
    .describe('Classes without any exported student or teacher.'),
  unusedCourses: z.enum(['keep', 'drop']).default('keep').describe('Courses without any exported class.'),
  notBefore: day('Bundles are withheld before this day, because scheduling is not final.').optional(),
  blackout: z
    .array(blackout)
    .default([])
    .describe('Ranges of days on which bundles are withheld, such as school holidays.'),
  thresholds,
  fields: z
    .record(z.string(), z.record(z.string(), z.enum(['drop', 'mask'])))
    .register(facts, { type: 'table: { column: drop | mask, … }, …' })
    .optional()
    .describe('Columns to hide from this receiver: sent empty (drop) or with masked values (mask).'),
  sharingEnds: day(
    'Last day on which this receiver gets data; after it nothing is created or sent.',
  ).optional(),
  delivery,
  useSecondaryEmail: z
    .boolean()
    .register(facts, { default: 'false' })
    .optional()
    .describe('Send the secondary email address. 1.2 connections only.'),
  legalNames: z
    .enum(['omit', 'send'])
    .register(facts, { default: 'omit' })
    .optional()
    .describe('Send legal names, with the everyday names as preferred names. 1.2 connections only.'),
});

const url = (says: string) =>
  text(says).refine(
    (address) => /^https?:$/.test(URL.canParse(address) ? new URL(address).protocol : ''),
    'must be an address that starts with https:// or http://',
  );

const email = z
  .strictObject({
    host: text('Host name of the mail server.'),
    port: port(587),
    tls: z
      .enum(['starttls', 'implicit', 'none'])
      .default('starttls')
      .describe(
        'Encryption: negotiated after connecting (starttls, usually port 587), from the first byte (implicit, usually port 465), or none.',
      ),
    ca: text("PEM file of the authority that signed the mail server's certificate.").optional(),
    user: text('User on the mail server, if it requires one.').optional(),
    password: secret('Password of that user.').optional(),
    from: mailAddress('Sender of the notices.'),
    to: z
      .array(mailAddress('Recipients of the notices.'))
      .min(1)
      .register(facts, { type: 'list of addresses' })
      .describe('Recipients of the notices.'),
  })
  .describe('Notices by email.');

const webhook = z
  .strictObject({
    url: url('Address to which notices are posted as JSON; a full reference if it contains a secret.'),
    authorization: secret('Value of the Authorization header, if the receiver requires one.').optional(),
  })
  .describe('Notices by webhook.');

const notices = z
  .strictObject({
    when: z
      .enum(['change', 'always'])
      .default('change')
      .describe('Notify when the state of a connection changes, or after every refresh.'),
    email: email.optional(),
    webhook: webhook.optional(),
    healthcheck: z
      .strictObject({
        url: url(
          'Address that is pinged for each refresh: with `/start` at the start, unchanged after success, with `/fail` after a failure.',
        ),
      })
      .describe('A service that raises an alarm when refreshes fail or do not run.')
      .optional(),
  })
  .optional()
  .describe('Who is notified when a refresh fails, puts a bundle on hold, is late or works again.');

const written = z.strictObject({
  timezone: text("The district's IANA time zone; it decides which day is today.").refine(
    isTimezone,
    'must be an IANA time zone, such as America/Chicago',
  ),
  home: text('Folder of bundles, reports, state and the lock.').default(DEFAULT_HOME),
  source: z.discriminatedUnion('client', [sqlite, sqlServer]).describe('The SIS database; it is only read.'),
  settings,
  grades: z
    .record(z.string(), z.enum(CEDS_GRADES, mustBeOneOf(CEDS_GRADES)))
    .register(facts, { type: 'state grade code: CEDS grade, …', default: 'the built-in table' })
    .default({})
    .describe('CEDS grade of a State Grade Level Code, where the built-in table is not right.'),
  retention,
  notices,
  connections: z.array(connection).min(1).describe('The receivers: one bundle is created for each.'),
});

export type WrittenConfig = z.output<typeof written>;
export type WrittenConnection = WrittenConfig['connections'][number];

export const declaration: z.ZodType = written;

export interface Complaint {
  readonly segments: readonly (string | number)[];
  readonly message: string;
}

export type Checked = { readonly config: WrittenConfig } | { readonly complaints: readonly Complaint[] };

/** The completed config, or everything that is wrong with it in plain words. */
export function checkWritten(value: unknown): Checked {
  const result = written.safeParse(value, { error: explainIssue });
  return result.success
    ? { config: result.data }
    : { complaints: result.error.issues.flatMap((issue) => complaintsOf(issue, [])) };
}

/** One part of the JSON Schema, on its way out. */
export interface SchemaPart {
  readonly part: z.core.JSONSchema.BaseSchema;
  readonly isSecret: boolean;
}

/** The same declaration as JSON Schema; `adjust` may change each part. */
export function jsonSchema(adjust: (part: SchemaPart) => void): object {
  return z.toJSONSchema(written, {
    io: 'input',
    target: 'draft-7',
    override: ({ zodSchema, jsonSchema: part }) =>
      adjust({ part, isSecret: facts.get(zodSchema)?.secret ?? false }),
  });
}

/** If a branch of a choice matches except for a nested problem, that problem is reported. */
function complaintsOf(issue: z.core.$ZodIssue, above: readonly (string | number)[]): readonly Complaint[] {
  const segments = [...above, ...issue.path.map((key) => (typeof key === 'symbol' ? String(key) : key))];
  const inner = issue.code === 'invalid_union' ? issue.errors : [];
  const fitting = inner.filter((branch) => branch.length > 0 && branch.every(({ path }) => path.length > 0));
  return fitting.length === 1
    ? fitting.flat().flatMap((each) => complaintsOf(each, segments))
    : [{ segments, message: issue.message }];
}
