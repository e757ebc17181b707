/** The flags of `init`, one per question; apart from the questions, so that no other command loads the profiles. */

export const INIT_FLAGS: readonly (readonly [flag: string, says: string])[] = [
  ['--client <client>', 'where the Campus data is: mssql or better-sqlite3'],
  ['--file <path>', 'better-sqlite3: the SQLite file'],
  ['--server <host>', 'mssql: host name of the server'],
  ['--port <number>', 'mssql: its port'],
  ['--database <name>', 'mssql: the Campus database'],
  ['--user <login>', 'mssql: a login with read access'],
  ['--password-env <name>', 'mssql: the environment variable that holds its password'],
  ['--timezone <zone>', 'time zone of the district'],
  ['--receiver <name>', 'a short name for the first receiver'],
  ['--profile <name>', 'what the receiver requires; see profiles'],
  ['--receiver-version <version>', 'the OneRoster version that it reads: 1.1 or 1.2'],
  ['--delivery <kind>', 'none or sftp'],
  ['--sftp-host <host>', 'sftp: host name of the server'],
  ['--sftp-user <user>', 'sftp: user on it'],
  ['--sftp-key <path>', 'sftp: file with our private key'],
  ['--sftp-host-key <fingerprint>', 'sftp: fingerprint of its host key'],
  ['--sftp-path <folder>', 'sftp: folder on it'],
  ['--sftp-name <file>', 'sftp: file name there'],
];
