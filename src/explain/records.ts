/** The answers of one connection for the records in question: rules, profile, dependencies, rows. */
import type { SisRow } from '../campus/tables.js';
import type { ExplainedRecord, ExportedRow, ReportedExclusion } from './answer.js';
import { chainOf } from './chain.js';
import type { FoundSubject, SubjectKind } from './search/subject.js';
import { loadDistrict } from '../filter/context.js';
import { decide, rosterOf } from '../filter/filter.js';
import type { EnrollmentContext } from '../filter/enrollments.js';
import type { Exclusion } from '../filter/rule.js';
import { askedInTurn, markFirst } from './ruling.js';
import { tracePerson, type RoleTrace } from './trace-person.js';
import {
  traceCourse,
  traceRoster,
  traceSchool,
  traceSection,
  traceStaffRow,
  type RecordTrace,
} from './trace-record.js';
import { map } from '../map/map.js';
import { Notices } from '../model/notices.js';
import type { Config, ConnectionSettings } from '../model/settings.js';
import type { LocalDate } from '../model/values.js';
import { extensionColumn, versionSent } from '../oneroster/extensions.js';
import { PROFILE_FIX_IN, reasonsAsked } from '../profiles/reasons-asked.js';
import { enrollmentSourcedId, everyUserSourcedId } from '../map/sourced-ids.js';
import { receiverOf } from '../profiles/receiver.js';
import type { Shape } from '../profiles/shape.js';
import type { Snapshot } from '../snapshot/snapshot.js';

export interface RecordsRequest {
  readonly config: Config;
  readonly settings: ConnectionSettings;
  readonly asOf: LocalDate;
  readonly found: FoundSubject;
  readonly snapshot: Snapshot;
  readonly withNames?: boolean;
}

export function explainRecords(request: RecordsRequest): readonly ExplainedRecord[] {
  const judged = new Judged(request);
  const { found } = request;
  return [
    ...found.people.map((personID) => judged.person(personID)),
    ...found.sections.map((sectionID) => judged.section(sectionID)),
    ...found.courses.map((courseID) => judged.course(courseID)),
    ...found.rosters.map((rosterID) => judged.roster(rosterID)),
    ...found.staffRows.map((key) => judged.staffRow(key)),
    ...found.schools.map((schoolID) => judged.school(schoolID)),
  ];
}

const PERSON_KINDS = ['student', 'teacher', 'aide', 'guardian', 'relative'];
type Part = Pick<ExplainedRecord, 'roles' | 'record'>;
type IsOwn = (table: string, cell: (column: string) => string) => boolean;

/** The small snapshot, decided, mapped and reported as a refresh of this connection would. */
class Judged {
  readonly #snapshot: Snapshot;
  readonly #context: EnrollmentContext;
  readonly #shape: Shape;
  readonly #reported = new Map<string, ReportedExclusion[]>();
  readonly #rows: ExportedRow[] = [];

  constructor(private readonly request: RecordsRequest) {
    const { snapshot, settings, asOf, config } = request;
    const notices = new Notices();
    const report = (kind: string, id: number | string, { code, facts }: Exclusion): void => {
      const key = `${kind} ${id}`;
      this.#reported.set(key, [...(this.#reported.get(key) ?? []), { kind, code, facts }]);
    };
    const district = loadDistrict(snapshot);
    const filtering = { snapshot, district, settings, asOf, notices, report };
    this.#snapshot = snapshot;
    this.#context = decide(filtering);
    this.#shape = receiverOf(settings).shape;
    const columnsOf = new Map(
      versionSent(settings).tables.map(({ name, columns }) => [name, columns.map((each) => each.name)]),
    );
    const extensions = extensionOrigins(config, settings);
    let values: { readonly table: string; readonly origins: Origins } | undefined;
    map(
      {
        roster: rosterOf(filtering, this.#context),
        settings,
        grades: config.grades,
        notices,
        shape: this.#shape,
        report,
        snapshot,
        onOrigins: (table, origins) => (values = { table, origins }),
      },
      (table, cells) => {
        const origins = { ...(values?.table === table && values.origins), ...extensions.get(table) };
        const columns = columnsOf.get(table) ?? [];
        this.#rows.push({ table, columns, cells, ...(Object.keys(origins).length > 0 && { origins }) });
      },
    );
  }

  person(personID: number): ExplainedRecord {
    const ids = this.#userIds(personID);
    const roles = tracePerson(this.#snapshot, this.#context, personID).map((role) =>
      this.#withProfile(role, personID),
    );
    const isUser: IsOwn = (table, cell) =>
      ids.has(['users', 'demographics'].includes(table) ? cell('sourcedId') : cell('userSourcedId'));
    return {
      ...this.#record({ kind: 'person', id: personID }, PERSON_KINDS, { roles }, isUser),
      ...(this.request.withNames === true && { name: this.#nameOf(personID) }),
    };
  }

  section(sectionID: number): ExplainedRecord {
    const section = first(this.#snapshot.rows('Section'), (row) => row.sectionID === sectionID);
    const traced = section && traceSection(this.#snapshot, this.#context, section, this.#reason);
    return this.#other({ kind: 'section', id: sectionID, reportedAs: 'section' }, traced, {
      table: 'classes',
      sourcedId: String(sectionID),
    });
  }

  course(courseID: number): ExplainedRecord {
    const course = first(this.#snapshot.rows('Course'), (row) => row.courseID === courseID);
    const traced = course && traceCourse(this.#snapshot, this.#context, course, this.#reason);
    return this.#other({ kind: 'course', id: courseID, reportedAs: 'course' }, traced, {
      table: 'courses',
      sourcedId: String(courseID),
    });
  }

  roster(rosterID: number): ExplainedRecord {
    const row = first(this.#snapshot.rows('Roster'), (each) => each.rosterID === rosterID);
    const traced = row && traceRoster(this.#context, row);
    return this.#other({ kind: 'enrollment', id: rosterID, reportedAs: 'roster' }, traced, {
      table: 'enrollments',
      sourcedId: enrollmentSourcedId('student', rosterID),
    });
  }

  staffRow(key: number | string): ExplainedRecord {
    const row = first(this.#snapshot.rows('SectionStaffHistory'), (each) => keyOfStaffRow(each) === key);
    const traced = row && traceStaffRow(this.#snapshot, this.#context, row);
    return this.#other({ kind: 'enrollment', id: key, reportedAs: 'sectionStaff' }, traced, {
      table: 'enrollments',
      sourcedId: enrollmentSourcedId('teacher', key),
    });
  }

  school(schoolID: number): ExplainedRecord {
    const traced = traceSchool(this.#context, schoolID, this.#reason);
    const sourcedId = this.#context.district.schools.get(schoolID)?.schoolGUID ?? '';
    return this.#other({ kind: 'school', id: schoolID, reportedAs: 'school' }, traced, {
      table: 'orgs',
      sourcedId: sourcedId,
    });
  }

  #other(
    subject: Subject,
    traced: RecordTrace | undefined,
    own: { readonly table: string; readonly sourcedId: string },
  ): ExplainedRecord {
    const record = traced && this.#withProfileOf(traced, subject.reportedAs, subject.id);
    const isOwn: IsOwn = (name, cell) => name === own.table && cell('sourcedId') === own.sourcedId;
    return this.#record(subject, [subject.reportedAs], record ? { record } : {}, isOwn);
  }

  #record(
    { kind, id }: Pick<Subject, 'kind' | 'id'>,
    kinds: readonly string[],
    part: Part,
    isOwn: IsOwn,
  ): ExplainedRecord {
    const exclusions = kinds.flatMap((each) => this.#reported.get(`${each} ${id}`) ?? []);
    return {
      kind,
      id,
      isOfOtherYear: kind !== 'person' && part.record === undefined,
      exclusions,
      ...part,
      chain: chainOf(exclusions, part, (each, other) => this.#reported.get(`${each} ${other}`) ?? []),
      rows: this.#rows.filter(({ table, columns, cells }) =>
        isOwn(table, (column) => cells[columns.indexOf(column)] ?? ''),
      ),
    };
  }

  readonly #reason = (kind: string, id: number | string): ReportedExclusion | undefined =>
    this.#reported.get(`${kind} ${id}`)?.[0];

  /** What the receiver does not accept is decided after the rules. */
  #withProfile(trace: RoleTrace, personID: number): RoleTrace {
    const { asked, isDropped } = this.#profileRulings(trace.role, personID, !trace.isExported);
    return { ...trace, isExported: trace.isExported && !isDropped, person: [...trace.person, ...asked] };
  }

  #withProfileOf(trace: RecordTrace, kind: string, id: number | string): RecordTrace {
    const { asked, isDropped } = this.#profileRulings(kind, id, !trace.isExported);
    const isLeftOut = isDropped || this.#reason(kind, id) !== undefined;
    return {
      ...trace,
      isExported: trace.isExported && !isLeftOut,
      rulings: markFirst([...trace.rulings, ...asked]),
    };
  }

  #profileRulings(kind: string, id: number | string, isOutBefore: boolean) {
    const reasons = reasonsAsked(this.#shape, kind);
    const reason = this.#reported
      .get(`${kind} ${id}`)
      ?.find(({ code }) => reasons.some((each) => each.code === code));
    const withFixIn = reasons.map((each) => ({ fixIn: PROFILE_FIX_IN, ...each }));
    return { asked: askedInTurn(withFixIn, reason, isOutBefore), isDropped: reason !== undefined };
  }

  #userIds(personID: number): ReadonlySet<string> {
    const guid = this.#context.district.guids.get(personID) ?? '';
    return everyUserSourcedId(personID, guid);
  }

  #nameOf(personID: number): string {
    const person = first(this.#snapshot.rows('Person'), (row) => row.personID === personID);
    return [person?.firstName, person?.lastName].filter((name) => name != null).join(' ');
  }
}

type Origins = Readonly<Record<string, string>>;

/** Of extension columns, by table. */
function extensionOrigins(
  { source }: Config,
  { metadata = [] }: ConnectionSettings,
): ReadonlyMap<string, Origins> {
  const byTable = new Map<string, Origins>();
  for (const { table, name, read, column } of metadata) {
    const from = source.metadata?.find(({ id }) => id === read)?.table ?? '';
    byTable.set(table, { ...byTable.get(table), [extensionColumn(name)]: `${from}.${column}` });
  }
  return byTable;
}

/** A record, and the kind under which the rules report it. */
interface Subject {
  readonly kind: SubjectKind;
  readonly id: number | string;
  readonly reportedAs: string;
}

const keyOfStaffRow = ({ historyID, sectionID, personID }: SisRow<'SectionStaffHistory'>): number | string =>
  historyID ?? `${sectionID}-${personID}`;

const first = <Row>(all: Iterable<Row>, is: (row: Row) => boolean): Row | undefined => [...all].find(is);
