/** The first config of a district: answers in, commented YAML out. Has references to secrets, never secrets. */

export type StarterSource =
  | { readonly client: 'better-sqlite3'; readonly filename: string }
  | {
      readonly client: 'mssql';
      readonly server: string;
      readonly port: number;
      readonly database: string;
      readonly user: string;
      /** The environment variable that holds the password. */
      readonly passwordEnv: string;
    };

export type StarterDelivery = StarterSftp | { readonly kind: 'folder'; readonly path: string };

interface StarterSftp {
  readonly kind: 'sftp';
  readonly host: string;
  readonly user: string;
  readonly keyFile: string;
  /** Unknown yet: the whole delivery is written as a comment. */
  readonly hostKey: string | undefined;
  readonly path: string;
  readonly name: string;
}

export interface StarterReceiver {
  readonly name: string;
  readonly version: '1.1' | '1.2';
  readonly profile: string;
  readonly delivery: StarterDelivery | undefined;
}

export interface StarterAnswers {
  readonly timezone: string;
  readonly home: string;
  readonly source: StarterSource;
  readonly receiver: StarterReceiver;
  /** Relative to the config. */
  readonly schema: string;
}

export function starterConfig({ timezone, home, source, receiver, schema }: StarterAnswers): string {
  return `# yaml-language-server: $schema=${schema}
#
# All settings with their defaults: oneroster.example.yaml in the package, or the README. Relative paths are
# relative to this file's folder. Never write secrets here, only references: "\${env:NAME}" or "\${file:PATH}".

# The district's time zone; it decides which day is today.
timezone: ${plain(timezone)}

# Bundles, reports, state and the lock live below this folder.
home: ${plain(home)}

# The SIS database; it is only read.
source:
${sourceLines(source)}
# Campus's settings under Settings & Management. Use the same values here.
settings:
  useSecondaryEmailFor11: false
  useLocalGradesFor12: false

# One entry per receiver; a bundle is created for each.
connections:
${connectionLines(receiver)}`;
}

/** An entry of `connections`. */
export function connectionLines({ name, version, profile, delivery }: StarterReceiver): string {
  return `  - name: ${plain(name)}
    version: ${version}
    # What the receiver requires beyond the standard; \`oneroster-export profiles\` prints them all.
    profile: ${plain(profile)}
    # all, or a list of school numbers such as ["0100", "0200"].
    schools: all
    # Bundles are put on hold before this day, because scheduling is not final.
    # notBefore: 2026-08-17
${delivery === undefined ? NO_DELIVERY : deliveryLines(delivery)}`;
}

const NO_DELIVERY = `    # Without delivery the bundles stay below home.
`;

function sourceLines(source: StarterSource): string {
  if (source.client === 'better-sqlite3') {
    return `  client: better-sqlite3 # an SQLite file with the Campus tables
  connection:
    filename: ${plain(source.filename)}
`;
  }
  const { server, port, database, user, passwordEnv } = source;
  return `  client: mssql
  connection:
    server: ${plain(server)}
    port: ${port}
    database: ${plain(database)}
    user: ${plain(user)} # config/sqlserver/grants.sql in the package creates it
    password: "\${env:${passwordEnv}}"
    encrypt: true
    # ca: ./keys/sis-db-ca.pem # who signed the server's certificate, if the system does not trust it
`;
}

function deliveryLines(delivery: StarterDelivery): string {
  if (delivery.kind === 'sftp') return sftpLines(delivery);
  return ['delivery:', '  folder:', `    path: ${plain(delivery.path)}`]
    .map((line) => `    ${line}\n`)
    .join('');
}

function sftpLines({ host, user, keyFile, hostKey, path, name }: StarterSftp): string {
  const lines = [
    'delivery:',
    '  sftp:',
    `    host: ${plain(host)}`,
    `    user: ${plain(user)}`,
    `    privateKey: ${JSON.stringify(`\${file:${keyFile}}`)}`,
    `    hostKey: ${JSON.stringify(hostKey ?? 'SHA256:…')}`,
    `    path: ${plain(path)}`,
    `    name: ${plain(name)}`,
  ];
  if (hostKey !== undefined) return lines.map((line) => `    ${line}\n`).join('');
  return [
    '    # Not sent yet: ask the receiver for the fingerprint of its host key, enter it, and remove the #.\n',
    ...lines.map((line) => `    # ${line}\n`),
  ].join('');
}

/** As it is where YAML takes it for text, else in quotes. */
function plain(text: string): string {
  const isText =
    /^[A-Za-z./_~][\w./~-]*$/.test(text) && !/^(?:y|n|yes|no|on|off|true|false|null|~|\.+)$/i.test(text);
  return isText ? text : JSON.stringify(text);
}
