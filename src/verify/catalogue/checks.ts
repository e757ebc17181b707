/**
 * The catalog of checks. `M` rules of the binding are errors, what it says as intent is a warning, practice is an info.
 * Codes are promises to readers of reports and of history: never renamed, never reused.
 */
import type { Severity } from '../../model/finding.js';

export interface Check {
  readonly code: string;
  readonly severity: Severity;
  /** One sentence that states what was found. */
  readonly says: string;
  readonly source: string;
}

const EXCHANGE = 'OneRoster CSV binding, Exchanging the CSV Files';
const BINDING = 'OneRoster CSV binding, Binding of the Data';
const FORMAT = 'OneRoster CSV binding, CSV Format';
const TABLES = 'OneRoster CSV binding, tables of the data files';
const MANIFEST = 'OneRoster CSV binding, manifest.csv';
const MODEL = 'OneRoster 1.2 data model';
const ZIP = 'ZIP file format (APPNOTE)';
const READERS = 'Practice of readers';

export const checks = [
  // The zip
  {
    code: 'package.name',
    severity: 'error',
    says: 'The name of the package does not end in .zip.',
    source: EXCHANGE,
  },
  {
    code: 'package.unsafe-name',
    severity: 'error',
    says: 'The name of an entry is absolute, leads out of the package, or has a backslash, a colon or a control character.',
    source: EXCHANGE,
  },
  {
    code: 'package.link',
    severity: 'error',
    says: 'An entry is a link or another special file.',
    source: EXCHANGE,
  },
  {
    code: 'package.folder',
    severity: 'error',
    says: 'Entries are in a folder; the files belong in the root of the package.',
    source: EXCHANGE,
  },
  {
    code: 'package.foreign-csv',
    severity: 'error',
    says: 'A CSV file is not a file of this version.',
    source: FORMAT,
  },
  {
    code: 'package.foreign-entry',
    severity: 'info',
    says: 'The package has files that are not CSV; some readers reject it.',
    source: READERS,
  },
  {
    code: 'package.name-case',
    severity: 'error',
    says: 'The name of a file differs from the defined name in case.',
    source: FORMAT,
  },
  {
    code: 'package.duplicate-entry',
    severity: 'error',
    says: 'The package has the same file more than once; only the first is checked.',
    source: BINDING,
  },
  {
    code: 'package.method',
    severity: 'error',
    says: 'An entry is not compressed with DEFLATE and cannot be read.',
    source: EXCHANGE,
  },
  {
    code: 'package.stored',
    severity: 'warning',
    says: 'An entry is stored without compression; the binding requires DEFLATE.',
    source: EXCHANGE,
  },
  {
    code: 'package.header-mismatch',
    severity: 'error',
    says: 'The local header and the central directory disagree on the entry name.',
    source: ZIP,
  },
  {
    code: 'package.overlap',
    severity: 'error',
    says: 'Entries of the zip share the same bytes.',
    source: ZIP,
  },
  {
    code: 'package.too-large',
    severity: 'error',
    says: 'The entries unpack to more than the limit, and the rest is not read; --max-unpacked raises the limit.',
    source: 'Safety limit of this program',
  },
  {
    code: 'package.ratio',
    severity: 'error',
    says: 'An entry has a higher compression ratio than any roster and is not read; --max-ratio raises the limit.',
    source: 'Safety limit of this program',
  },
  {
    code: 'package.too-many-entries',
    severity: 'error',
    says: 'The zip has more than 200 entries; the rest are not read.',
    source: 'Safety limit of this program',
  },
  {
    code: 'package.damaged-entry',
    severity: 'error',
    says: 'An entry cannot be unpacked completely; only the unpacked part is checked.',
    source: ZIP,
  },
  {
    code: 'package.crc',
    severity: 'error',
    says: 'The checksum of an entry does not match its content.',
    source: ZIP,
  },
  {
    code: 'package.foreign-bytes',
    severity: 'warning',
    says: 'The file has extra bytes before, between or after the parts of the zip.',
    source: ZIP,
  },
  {
    code: 'package.roster-incomplete',
    severity: 'warning',
    says: 'A file of the rostering set is missing from the bulk package.',
    source: 'OneRoster CSV binding, Appendix A',
  },

  // The manifest
  {
    code: 'manifest.missing',
    severity: 'error',
    says: 'There is no manifest.csv, so readers treat the package as OneRoster 1.0.',
    source: 'OneRoster CSV binding, Compatibility',
  },
  {
    code: 'manifest.header',
    severity: 'error',
    says: 'The header of the manifest is not propertyName,value.',
    source: MANIFEST,
  },
  {
    code: 'manifest.version',
    severity: 'error',
    says: 'manifest.version is not 1.0.',
    source: MANIFEST,
  },
  {
    code: 'manifest.oneroster-version',
    severity: 'error',
    says: 'oneroster.version is neither 1.1 nor 1.2.',
    source: MANIFEST,
  },
  {
    code: 'manifest.missing-row',
    severity: 'error',
    says: 'The manifest has no row for a property.',
    source: MANIFEST,
  },
  {
    code: 'manifest.repeated-row',
    severity: 'error',
    says: 'The manifest names a property more than once.',
    source: MANIFEST,
  },
  {
    code: 'manifest.unknown-row',
    severity: 'warning',
    says: 'The manifest has a row for a property that this version does not define.',
    source: MANIFEST,
  },
  {
    code: 'manifest.mode',
    severity: 'error',
    says: 'The mode of a file is not absent, bulk or delta.',
    source: MANIFEST,
  },
  {
    code: 'manifest.declared-but-missing',
    severity: 'error',
    says: 'The manifest lists a file that is not in the package.',
    source: 'OneRoster CSV binding, Compatibility',
  },
  {
    code: 'manifest.undeclared-file',
    severity: 'error',
    says: 'A file is in the package, but absent in the manifest.',
    source: 'OneRoster CSV binding, Compatibility',
  },
  {
    code: 'manifest.mixed-modes',
    severity: 'info',
    says: 'The package mixes bulk and delta files.',
    source: READERS,
  },
  {
    code: 'manifest.row-order',
    severity: 'info',
    says: 'The rows of the manifest are not in the order of the binding.',
    source: READERS,
  },

  // The text of a file
  {
    code: 'csv.wide-encoding',
    severity: 'error',
    says: 'The file is UTF-16, not UTF-8; its content is not checked.',
    source: FORMAT,
  },
  {
    code: 'csv.delimiter',
    severity: 'error',
    says: 'The cells are separated by semicolons, tabs or bars instead of commas; the content of the file is not checked.',
    source: FORMAT,
  },
  { code: 'csv.encoding', severity: 'error', says: 'The text is not valid UTF-8.', source: FORMAT },
  { code: 'csv.bom', severity: 'info', says: 'The file starts with a byte order mark.', source: FORMAT },
  {
    code: 'csv.line-feed',
    severity: 'warning',
    says: 'Lines end in LF instead of CR LF.',
    source: 'RFC 4180, by OneRoster CSV binding, CSV Format',
  },
  {
    code: 'csv.mixed-line-ends',
    severity: 'warning',
    says: 'Some lines end in CR LF and some in LF.',
    source: 'RFC 4180, by OneRoster CSV binding, CSV Format',
  },
  {
    code: 'csv.carriage-return',
    severity: 'error',
    says: 'A line ends in CR instead of CR LF.',
    source: 'RFC 4180, by OneRoster CSV binding, CSV Format',
  },
  {
    code: 'csv.line-break-in-cell',
    severity: 'error',
    says: 'A cell contains a line break.',
    source: FORMAT,
  },
  {
    code: 'csv.control-character',
    severity: 'error',
    says: 'A cell contains a control character.',
    source: 'RFC 4180, by OneRoster CSV binding, CSV Format',
  },
  {
    code: 'csv.tab',
    severity: 'warning',
    says: 'A cell contains a tab.',
    source: 'RFC 4180, by OneRoster CSV binding, CSV Format',
  },
  {
    code: 'csv.quote-in-bare-cell',
    severity: 'error',
    says: 'A cell that is not in quotes contains a double quote.',
    source: FORMAT,
  },
  {
    code: 'csv.text-after-quote',
    severity: 'error',
    says: 'There is text after the closing quote of a cell.',
    source: FORMAT,
  },
  {
    code: 'csv.unclosed-quote',
    severity: 'error',
    says: 'A quote is never closed; the file ends inside the cell.',
    source: FORMAT,
  },
  {
    code: 'csv.blank-line',
    severity: 'error',
    says: 'There is an empty line.',
    source: 'RFC 4180, by OneRoster CSV binding, CSV Format',
  },
  {
    code: 'csv.field-count',
    severity: 'error',
    says: 'A row has more or fewer cells than the header; its cells are not checked.',
    source: 'RFC 4180, by OneRoster CSV binding, CSV Format',
  },
  {
    code: 'csv.row-too-long',
    severity: 'error',
    says: 'A row is longer than 1 MiB, usually because of a stray quote; the rest of the file is not checked.',
    source: 'Safety limit of this program',
  },
  {
    code: 'csv.cell-too-long',
    severity: 'error',
    says: 'A cell is longer than 64 KiB; its row is not checked.',
    source: 'Safety limit of this program',
  },
  {
    code: 'csv.header-only',
    severity: 'error',
    says: 'The file has a header but no rows; it should be left out and listed as absent.',
    source: FORMAT,
  },

  // The header
  {
    code: 'header.absent',
    severity: 'error',
    says: 'The file does not start with its header; the rest of it is not checked.',
    source: FORMAT,
  },
  {
    code: 'header.too-long',
    severity: 'error',
    says: 'The first line is longer than 64 KiB; the content of the file is not checked.',
    source: 'Safety limit of this program',
  },
  {
    code: 'header.too-many-columns',
    severity: 'error',
    says: 'The header has more than 1,000 columns; the content of the file is not checked.',
    source: 'Safety limit of this program',
  },
  {
    code: 'header.missing-column',
    severity: 'error',
    says: 'A column of the table is missing.',
    source: FORMAT,
  },
  {
    code: 'header.spelling',
    severity: 'error',
    says: 'The name of a column differs from the defined name in case or spaces.',
    source: FORMAT,
  },
  {
    code: 'header.order',
    severity: 'error',
    says: 'The columns are not in the order of the table.',
    source: FORMAT,
  },
  {
    code: 'header.duplicate-column',
    severity: 'error',
    says: 'A column appears more than once.',
    source: FORMAT,
  },
  {
    code: 'header.unknown-column',
    severity: 'error',
    says: 'A column is neither defined nor an extension named metadata.*.',
    source: 'OneRoster CSV binding, Proprietary Data Elements',
  },
  {
    code: 'header.metadata-not-last',
    severity: 'error',
    says: 'An extension column is before a defined column.',
    source: 'OneRoster CSV binding, Proprietary Data Elements',
  },
  {
    code: 'header.retired-column',
    severity: 'warning',
    says: 'The column is from the first release of 1.2 and was removed in 1.2.1.',
    source: 'OneRoster CSV binding 1.2.1, users.csv',
  },

  // Bulk and delta
  {
    code: 'lifecycle.filled-in-bulk',
    severity: 'error',
    says: 'The cell must be empty in a bulk file.',
    source: FORMAT,
  },
  {
    code: 'lifecycle.blank-in-delta',
    severity: 'error',
    says: 'The cell is required in a delta file.',
    source: FORMAT,
  },
  {
    code: 'lifecycle.inactive',
    severity: 'error',
    says: 'The status inactive was replaced by tobedeleted in 1.1.',
    source: MODEL,
  },

  // Cells
  { code: 'cell.required', severity: 'error', says: 'A required cell is empty.', source: TABLES },
  {
    code: 'cell.only-blanks',
    severity: 'warning',
    says: 'A cell has only spaces, which is not the same as empty.',
    source: FORMAT,
  },
  {
    code: 'cell.null-word',
    severity: 'warning',
    says: 'A cell has the word NULL instead of being empty.',
    source: FORMAT,
  },
  {
    code: 'cell.guid',
    severity: 'error',
    says: 'An id has characters that are not letters, digits or . - _ / @, or is longer than 255 characters.',
    source: FORMAT,
  },
  {
    code: 'cell.id-reach',
    severity: 'info',
    says: 'A sourcedId is longer than 100 characters or has / or @, which some receivers reject.',
    source: 'Great Minds: OneRoster File Specifications',
  },
  {
    code: 'cell.too-long',
    severity: 'warning',
    says: 'A text is longer than 255 characters and may be cut.',
    source: FORMAT,
  },
  {
    code: 'cell.date',
    severity: 'error',
    says: 'The value is not a valid date (YYYY-MM-DD).',
    source: FORMAT,
  },
  {
    code: 'cell.date-time',
    severity: 'error',
    says: 'The value is not a valid UTC date and time (YYYY-MM-DDTHH:MM:SS.sssZ).',
    source: FORMAT,
  },
  {
    code: 'cell.date-time-fraction',
    severity: 'warning',
    says: 'The date and time does not have three fraction digits, which one strict reader requires.',
    source: FORMAT,
  },
  { code: 'cell.year', severity: 'error', says: 'The value is not a four-digit year.', source: FORMAT },
  {
    code: 'cell.boolean',
    severity: 'error',
    says: 'The value is not true or false in lowercase.',
    source: TABLES,
  },
  { code: 'cell.integer', severity: 'error', says: 'The value is not a whole number.', source: TABLES },
  { code: 'cell.float', severity: 'error', says: 'The value is not a number.', source: TABLES },
  {
    code: 'cell.enum',
    severity: 'error',
    says: 'The value is not one of the tokens of the column.',
    source: TABLES,
  },
  {
    code: 'cell.enum-case',
    severity: 'error',
    says: 'The value differs from a token of the column in case or spaces.',
    source: TABLES,
  },
  {
    code: 'cell.extension-token',
    severity: 'error',
    says: 'An ext: token is malformed, or the vocabulary of the column is closed.',
    source: 'OneRoster CSV binding 1.2, Proprietary Vocabulary Terms',
  },
  {
    code: 'cell.list-blanks',
    severity: 'error',
    says: 'There are spaces around the commas of a list.',
    source: FORMAT,
  },
  { code: 'cell.list-gap', severity: 'error', says: 'A list has an empty item.', source: FORMAT },
  {
    code: 'cell.list-repeat',
    severity: 'warning',
    says: 'A list has an id more than once.',
    source: TABLES,
  },
  {
    code: 'cell.item-pattern',
    severity: 'error',
    says: 'An item of the list is not in the form that the column requires.',
    source: TABLES,
  },
  {
    code: 'cell.pattern',
    severity: 'error',
    says: 'The value is not in the form that another cell of the row requires.',
    source: TABLES,
  },
  {
    code: 'cell.subject-lists',
    severity: 'error',
    says: 'subjects and subjectCodes must have the same number of items.',
    source: 'OneRoster CSV binding, classes.csv and courses.csv',
  },
  {
    code: 'cell.subject-list-alone',
    severity: 'warning',
    says: 'Only one of subjects and subjectCodes is filled.',
    source: READERS,
  },
  {
    code: 'cell.grade-code',
    severity: 'warning',
    says: 'The grade is not a CEDS Entry Grade Level code.',
    source: 'OneRoster CSV binding 1.1, grades; CEDS Entry Grade Level',
  },
  { code: 'cell.password', severity: 'info', says: 'A password is filled.', source: READERS },

  // From row to row
  {
    code: 'reference.duplicate-id',
    severity: 'error',
    says: 'The sourcedId already appears in the same file.',
    source: TABLES,
  },
  {
    code: 'reference.dangling',
    severity: 'error',
    says: 'The id refers to a row that is not in the package.',
    source: BINDING,
  },
  {
    code: 'reference.file-missing',
    severity: 'error',
    says: 'A file that this one requires in a bulk package is missing.',
    source: 'OneRoster CSV binding, Appendix A',
  },
  {
    code: 'reference.wrong-kind',
    severity: 'error',
    says: 'The id refers to a row of a kind that the column does not allow.',
    source: TABLES,
  },
  {
    code: 'reference.unusual-kind',
    severity: 'warning',
    says: 'The id refers to a row of a kind that is unusual for the column.',
    source: TABLES,
  },
  {
    code: 'reference.agent-one-way',
    severity: 'warning',
    says: 'A user lists an agent who does not list the user.',
    source: `${MODEL}, user`,
  },

  // The roster as a whole
  {
    code: 'roster.teacher-as-agent',
    severity: 'warning',
    says: 'A teacher is an agent of a student.',
    source: `${MODEL}, user`,
  },
  {
    code: 'roster.org-cycle',
    severity: 'warning',
    says: 'An org is its own ancestor.',
    source: 'OneRoster CSV binding, orgs.csv',
  },
  {
    code: 'roster.org-level',
    severity: 'warning',
    says: 'The parent of an org is not at a higher level.',
    source: 'OneRoster CSV binding, orgs.csv',
  },
  {
    code: 'roster.session-cycle',
    severity: 'warning',
    says: 'A session is its own ancestor.',
    source: `${MODEL}, academicSession`,
  },
  {
    code: 'roster.grading-period',
    severity: 'warning',
    says: 'A grading period does not belong to a term or semester.',
    source: `${MODEL}, academicSession`,
  },
  {
    code: 'roster.session-root',
    severity: 'info',
    says: 'A session that is not a school year has no parent.',
    source: READERS,
  },
  {
    code: 'roster.session-nesting',
    severity: 'info',
    says: 'A session starts before its parent or ends after it.',
    source: READERS,
  },
  {
    code: 'roster.school-year',
    severity: 'warning',
    says: 'The school year is not the year in which the session of type schoolYear ends.',
    source: 'OneRoster CSV binding, academicSessions.csv',
  },
  {
    code: 'roster.end-before-begin',
    severity: 'warning',
    says: 'The end date is before the begin date.',
    source: 'OneRoster CSV binding, academicSessions.csv, enrollments.csv and roles.csv',
  },
  {
    code: 'roster.primary-not-teacher',
    severity: 'error',
    says: 'primary is true on an enrollment that is not a teacher.',
    source: 'OneRoster CSV binding, enrollments.csv',
  },
  {
    code: 'roster.several-primary-teachers',
    severity: 'warning',
    says: 'A class has more than one primary teacher at a time.',
    source: 'OneRoster CSV binding, enrollments.csv',
  },
  {
    code: 'roster.enrollment-outside-session',
    severity: 'warning',
    says: 'An enrollment starts before the sessions of its class or ends after them.',
    source: 'OneRoster CSV binding, enrollments.csv',
  },
  {
    code: 'roster.enrollment-school',
    severity: 'info',
    says: 'The school of an enrollment is not the school of its class.',
    source: READERS,
  },
  {
    code: 'roster.two-primary-roles',
    severity: 'error',
    says: 'A user has more than one primary role in an org.',
    source: 'OneRoster CSV binding 1.2, roles.csv',
  },
  {
    code: 'roster.no-primary-role',
    severity: 'error',
    says: 'A user has roles in an org and none is primary.',
    source: 'OneRoster CSV binding 1.2, roles.csv',
  },
  {
    code: 'roster.primary-org',
    severity: 'warning',
    says: 'The user has no role in the primary org.',
    source: 'OneRoster CSV binding 1.2, users.csv',
  },
  {
    code: 'roster.no-role',
    severity: 'warning',
    says: 'The user has no role in roles.csv.',
    source: 'OneRoster CSV binding 1.2, roles.csv',
  },
  {
    code: 'roster.profile-owner',
    severity: 'warning',
    says: 'A role refers to the profile of another user.',
    source: READERS,
  },
  {
    code: 'roster.master-identifier',
    severity: 'info',
    says: 'Two users share a userMasterIdentifier.',
    source: READERS,
  },
  {
    code: 'roster.score-limits',
    severity: 'warning',
    says: 'The lowest score of a line item is above its highest score.',
    source: 'OneRoster CSV binding, lineItems.csv',
  },
  {
    code: 'roster.score-range',
    severity: 'warning',
    says: 'A score is outside the limits of its line item.',
    source: 'OneRoster CSV binding, results.csv',
  },
  {
    code: 'roster.result-class',
    severity: 'info',
    says: 'The class of a result is not the class of its line item.',
    source: READERS,
  },
  {
    code: 'roster.result-not-enrolled',
    severity: 'info',
    says: 'The student of a result is not enrolled in the class of the line item.',
    source: READERS,
  },

  // What was written against what was read back; for verification only
  {
    code: 'written.checksum',
    severity: 'error',
    says: 'The file is not the one that was written: its size or SHA-256 differs.',
    source: 'Promise of this program: every published file was read back',
  },
  {
    code: 'written.tables',
    severity: 'error',
    says: 'A written file is not in the package, or a file in the package was not written.',
    source: 'Promise of this program: every published file was read back',
  },
  {
    code: 'written.rows',
    severity: 'error',
    says: 'The file does not have the number of rows that was written.',
    source: 'Promise of this program: every published file was read back',
  },
  {
    code: 'written.version',
    severity: 'error',
    says: 'The package does not have the intended version.',
    source: 'Promise of this program: every published file was read back',
  },
  {
    code: 'written.mode',
    severity: 'error',
    says: 'The package does not have the intended mode.',
    source: 'Promise of this program: every published file was read back',
  },
] as const satisfies readonly Check[];

export type CheckCode = (typeof checks)[number]['code'];

const byCode: ReadonlyMap<string, Check> = new Map(checks.map((check) => [check.code, check]));
const positions: ReadonlyMap<string, number> = new Map(
  checks.map((check, position) => [check.code, position]),
);

export function checkOf(code: CheckCode): Check {
  const check = byCode.get(code);
  if (!check) throw new RangeError(`no check ${code}`);
  return check;
}

/** Where a code stands in the catalog; unknown codes come last. */
export function positionOf(code: string): number {
  return positions.get(code) ?? checks.length;
}
