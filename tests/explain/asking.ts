/** Questions to `explain` about a district file, and lines of exclusions lists with the question that each belongs to. */
import Database from 'better-sqlite3';
import type { ExplainedRecord } from '../../src/explain/answer.js';
import { explain, type Explanation } from '../../src/explain/explain.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import type { SubjectKind } from '../../src/explain/search/subject.js';
import type { TracedRow } from '../../src/explain/trace-person.js';
import type { Config } from '../../src/model/settings.js';
import { day } from '../support/connections.js';

export interface Line {
  readonly kind: string;
  readonly id: string;
  readonly rule: string;
  readonly connection: string;
}

export type Answer = ReadonlyMap<string, readonly ExplainedRecord[]>;

export interface Asker {
  explain(
    kind: SubjectKind,
    key: string,
    more?: { school?: string; connection?: string },
  ): Promise<Explanation>;
  /** The records of each connection; the same question is asked once. */
  ask(kind: SubjectKind, key: string): Promise<Answer>;
}

export function askerOf(config: Config, filename: string, asOf: string): Asker {
  const source = sqliteSource({ client: 'better-sqlite3', filename });
  const known = new Map<string, Answer>();
  const ask: Asker['explain'] = (kind, key, more = {}) =>
    explain({ config, source, kind, key, asOf: day(asOf), ...more });
  return {
    explain: ask,
    ask: async (kind, key) => {
      const question = `${kind} ${key}`;
      const answer =
        known.get(question) ??
        new Map((await ask(kind, key)).connections.map(({ name, records }) => [name, records]));
      known.set(question, answer);
      return answer;
    },
  };
}

export interface QuestionOf {
  readonly kind: SubjectKind;
  readonly key: string;
  /** The codes that the answer names first for the line's record. */
  readonly codes: (record: ExplainedRecord) => readonly (string | undefined)[];
}

const firstOf = ({ rulings }: Pick<TracedRow, 'rulings'>): string | undefined =>
  rulings.find(({ isFirst }) => isFirst)?.code;

const ofRows =
  (table: string, id: number, column: string) =>
  ({ roles = [], record }: ExplainedRecord) =>
    [...roles.flatMap(({ rows }) => rows), ...(record?.rows ?? [])]
      .filter((row) => row.table === table && row.values[column] === id)
      .map(firstOf);

/** Which question a line of the exclusions list belongs to, and where its answer stands. */
export function questionsOf(filename: string): (line: Line) => QuestionOf {
  const database = new Database(filename, { readonly: true });
  const cell = (sql: string, id: number): string => String(database.prepare(sql).pluck().get(id));
  const byKind: Readonly<Record<string, (id: string) => QuestionOf>> = {
    schoolEnrollment: (id) => ({
      kind: 'person',
      key: cell('SELECT personID FROM Enrollment WHERE enrollmentID = ?', Number(id)),
      codes: ofRows('Enrollment', Number(id), 'enrollmentID'),
    }),
    assignment: (id) => ({
      kind: 'person',
      key: cell('SELECT personID FROM EmploymentAssignment WHERE assignmentID = ?', Number(id)),
      codes: ofRows('EmploymentAssignment', Number(id), 'assignmentID'),
    }),
    relationship: (id) => {
      const [student, key = ''] = id.split('-');
      return { kind: 'person', key, codes: ofRows('RelatedPair', Number(student), 'personID1') };
    },
    placement: (id) => {
      const [key = '', term] = id.split('-');
      return { kind: 'section', key, codes: ofRows('SectionPlacement', Number(term), 'termID') };
    },
    calendar: (id) => ({
      kind: 'school',
      key: cell('SELECT schoolID FROM Calendar WHERE calendarID = ?', Number(id)),
      codes: ofRows('Calendar', Number(id), 'calendarID'),
    }),
    district: (id) => ({
      kind: 'school',
      key: cell('SELECT schoolID FROM School WHERE districtID = ?', Number(id)),
      codes: ofRows('District', Number(id), 'districtID'),
    }),
    school: (key) => ({ kind: 'school', key, codes: ofRecord }),
    section: (key) => ({ kind: 'section', key, codes: ofRecord }),
    course: (key) => ({ kind: 'course', key, codes: ofRecord }),
    roster: (id) => ({ kind: 'enrollment', key: `s${id}`, codes: ofRecord }),
    sectionStaff: (id) => ({ kind: 'enrollment', key: id.includes('-') ? id : `t${id}`, codes: ofRecord }),
  };
  return (line) =>
    byKind[line.kind]?.(line.id) ?? { kind: 'person', key: line.id, codes: (record) => ofRole(record, line) };
}

/** What is marked has to be what is reported. */
function ofRecord({ exclusions, record }: ExplainedRecord): readonly (string | undefined)[] {
  const marked = record && firstOf(record);
  return exclusions[0]?.code === marked ? [marked] : [`marked ${marked}, reported ${exclusions[0]?.code}`];
}

/** Of a role the reported reason has to be marked as the first of a row or of the person. */
function ofRole(
  { exclusions, roles = [] }: ExplainedRecord,
  { kind }: Line,
): readonly (string | undefined)[] {
  const code = exclusions.find((each) => each.kind === kind)?.code;
  const traced = roles.find(({ role }) => role === kind);
  if (traced === undefined) return [code]; // of a year that is not the active one: there is no row to ask about
  const marked = [...traced.rows.map(firstOf), firstOf({ rulings: traced.person })];
  return traced.isExported || !marked.includes(code) ? [`marked ${marked.join()}, reported ${code}`] : [code];
}
