/** The flags of `init`, one per question; apart from the questions, so that no other command loads the profiles. */

export const INIT_FLAGS: readonly (readonly [flag: string, says: string])[] = [
  ['--client <client>', 'where the Campus data is: sqlserver or sqlite'],
  ['--file <path>', 'sqlite: the SQLite file'],
  ['--server <host>', 'sqlserver: host name of the server'],
  ['--port <number>', 'sqlserver: its port'],
  ['--database <name>', 'sqlserver: the Campus database'],
  ['--user <login>', 'sqlserver: a login with read access'],
  ['--password-env <name>', 'sqlserver: the environment variable that holds its password'],
  ['--timezone <zone>', 'time zone of the district'],
  ['--receiver <name>', 'a short name for the first receiver'],
  ['--profile <name>', 'the vendor, as profiles lists it; other for none of them'],
  ['--receiver-version <version>', 'the OneRoster version that it reads: 1.1 or 1.2'],
  ['--delivery <kind>', 'how the vendor receives the files: sftp, folder or none'],
  ['--sftp-host <host>', 'sftp: host name of the server'],
  ['--sftp-user <user>', 'sftp: user on it'],
  ['--sftp-key <path>', 'sftp: file with our private key'],
  ['--sftp-host-key <fingerprint>', 'sftp: fingerprint of its host key'],
  ['--sftp-path <folder>', 'sftp: folder on it'],
  ['--sftp-name <file>', 'sftp: file name there'],
  ['--folder-path <folder>', 'folder: the folder that the vendor reads'],
];
