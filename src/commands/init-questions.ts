/** The questions of `init` as data: each with its flag, its default and what is a valid answer. */
import { isTimezone } from '../model/values.js';
import { profileNamed, profiles } from '../profiles/index.js';
import { shapeOf } from '../profiles/shape.js';

export type Answers = Readonly<Record<string, string>>;

export interface Question {
  /** Its flag is `--key`. */
  readonly key: string;
  readonly asks: string;
  /** Undefined: an answer is required. Empty: it may stay open. */
  readonly standard?: (known: Answers) => string | undefined;
  readonly choices?: (known: Answers) => readonly string[];
  /** Words for choices, and the choice that each stands for. */
  readonly words?: Readonly<Record<string, string>>;
  /** What is wrong with an answer. */
  readonly problem?: (answer: string) => string | undefined;
  /** Not asked otherwise. */
  readonly when?: (known: Answers) => boolean;
}

const isSqlServer = ({ client }: Answers): boolean => client === 'mssql';
const isSqlite = ({ client }: Answers): boolean => client === 'better-sqlite3';
const isSent = ({ delivery }: Answers): boolean => delivery === 'sftp';
const isCopied = ({ delivery }: Answers): boolean => delivery === 'folder';

const must = (pattern: RegExp, says: string) => (answer: string) => (pattern.test(answer) ? undefined : says);
const something = must(/\S/, 'must not be empty');

export const questions: readonly Question[] = [
  {
    key: 'client',
    asks: 'Where is the Campus data: sqlserver or sqlite (a file)?',
    standard: ({ file, server }) => (file !== undefined && server === undefined ? 'better-sqlite3' : 'mssql'),
    choices: () => ['mssql', 'better-sqlite3'],
    words: { sqlserver: 'mssql', sqlite: 'better-sqlite3' },
  },
  { key: 'file', asks: 'The SQLite file', problem: something, when: isSqlite },
  { key: 'server', asks: 'Host name of the SQL Server', problem: something, when: isSqlServer },
  {
    key: 'port',
    asks: 'Its port',
    standard: () => '1433',
    problem: (answer) =>
      /^\d+$/.test(answer) && Number(answer) >= 1 && Number(answer) <= 65_535
        ? undefined
        : 'must be a number from 1 to 65535',
    when: isSqlServer,
  },
  {
    key: 'database',
    asks: 'Name of the Campus database',
    standard: () => 'campus',
    problem: something,
    when: isSqlServer,
  },
  {
    key: 'user',
    asks: 'Login with read access to it',
    standard: () => 'oneroster_ro',
    problem: something,
    when: isSqlServer,
  },
  {
    key: 'password-env',
    asks: 'Name of the environment variable that holds its password (not the password itself)',
    standard: () => 'SIS_PASSWORD',
    problem: must(/^[A-Za-z_]\w*$/, 'must be the name of an environment variable, not a password'),
    when: isSqlServer,
  },
  {
    key: 'timezone',
    asks: 'Time zone of the district',
    standard: () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    problem: (answer) =>
      isTimezone(answer) ? undefined : 'must be an IANA time zone, such as America/Chicago',
  },
  {
    key: 'receiver',
    asks: 'A short name for the first receiver',
    standard: () => 'library',
    problem: must(/^[a-z0-9-]+$/, 'may only have lowercase letters, digits and hyphens'),
  },
  {
    key: 'profile',
    asks: 'Which vendor? other, if it is not in the list',
    standard: () => 'generic',
    choices: () => profiles.map(({ name }) => name),
    words: { other: 'generic' },
  },
  {
    key: 'receiver-version',
    asks: 'The OneRoster version that it reads',
    standard: (known) => versionsOf(known)[0],
    choices: versionsOf,
  },
  {
    key: 'delivery',
    asks: 'How does the vendor receive the files: sftp, folder (a copy on this machine or a share) or none?',
    standard: (known) =>
      known['folder-path'] !== undefined ? 'folder' : known['sftp-host'] === undefined ? 'none' : 'sftp',
    choices: () => ['sftp', 'folder', 'none'],
  },
  { key: 'sftp-host', asks: 'Host name of its SFTP server', problem: something, when: isSent },
  { key: 'sftp-user', asks: 'User on that server', problem: something, when: isSent },
  {
    key: 'sftp-key',
    asks: 'File with our private key for it',
    standard: ({ receiver }) => `./keys/${receiver ?? ''}`,
    problem: must(/^[^{}]*\S[^{}]*$/, 'must be the path of a file'),
    when: isSent,
  },
  {
    key: 'sftp-host-key',
    asks: 'Fingerprint of its host key, SHA256: and 43 characters (leave empty if not known yet)',
    standard: () => '',
    problem: must(/^(?:SHA256:[A-Za-z0-9+/]{43}=?)?$/, 'must be SHA256: and 43 characters'),
    when: isSent,
  },
  { key: 'sftp-path', asks: 'Folder on that server', standard: () => '/', problem: something, when: isSent },
  {
    key: 'sftp-name',
    asks: 'File name there',
    standard: (known) =>
      shapeOf(profileNamed(known['profile'] ?? 'generic'), '1.1').zipName ?? 'OneRoster.zip',
    problem: must(/^[^/\\]*\S[^/\\]*$/, 'must be a file name without a folder'),
    when: isSent,
  },
  { key: 'folder-path', asks: 'Folder that the vendor reads', problem: something, when: isCopied },
];

/** The choice that a word stands for; other answers as they are. */
export function choiceOf({ words = {} }: Question, answer: string): string {
  const word = answer.toLowerCase();
  return Object.hasOwn(words, word) ? (words[word] ?? answer) : answer;
}

/** A choice in the words of the question. */
export function wordOf({ words = {} }: Question, choice: string): string {
  return Object.entries(words).find(([, meant]) => meant === choice)?.[0] ?? choice;
}

function versionsOf({ profile }: Answers): readonly string[] {
  return shapeOf(profileNamed(profile ?? 'generic'), '1.1').versions;
}

/** What is wrong with an answer, in words. */
export function problemOf(question: Question, answer: string, known: Answers): string | undefined {
  const { choices, problem } = question;
  const among = choices?.(known);
  if (among !== undefined && !among.includes(answer))
    return `must be one of ${among.map((choice) => wordOf(question, choice)).join(', ')}`;
  return problem?.(answer);
}
