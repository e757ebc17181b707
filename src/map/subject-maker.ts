/** Makes the subjects of the rows of a connection out of what is kept. */
import type { Notices } from '../model/notices.js';
import type { Config, ConnectionSettings } from '../model/settings.js';
import type {
  KeptClass,
  KeptCourse,
  KeptEnrollment,
  KeptPerson,
  KeptRole,
  KeptSchool,
  KeptTerm,
  Roster,
} from '../roster/roster.js';
import type { ActiveYear } from '../snapshot/snapshot.js';
import { endDates, inByteOrder, list } from './cells.js';
import { fitsUserIds } from '../oneroster/user-ids.js';
import { hidesEmail } from './least-data.js';
import { schoolYearSourcedId, userSourcedIds, type UserSourcedId } from './sourced-ids.js';
import type {
  ClassSubject,
  CourseSubject,
  DemographicsSubject,
  EnrollmentSubject,
  OrgSubject,
  RoleSubject,
  SessionSubject,
  Subjects,
  UserSubject,
} from './subjects.js';

export interface SubjectInputs {
  readonly settings: ConnectionSettings;
  readonly grades: Config['grades'];
  readonly roster: Roster;
}

/** Makes the subjects of one connection. */
export class SubjectMaker {
  readonly #userId: UserSourcedId;
  readonly #end: ReturnType<typeof endDates>;

  constructor(
    private readonly inputs: SubjectInputs,
    private readonly notices: Notices,
    /** Given: empty dates of an enrollment are those of its class. */
    private readonly spans?: ReturnType<Roster['classSpans']>,
  ) {
    const { settings, roster } = inputs;
    this.#userId = userSourcedIds(settings, roster);
    this.#end = endDates(settings.exclusiveEndDates);
  }

  *orgs(): Iterable<OrgSubject> {
    for (const district of this.inputs.roster.districts) {
      const { districtGUID, name, number, districtID } = district;
      const title = this.#title('district', name, number, districtID);
      yield {
        sourcedId: districtGUID,
        name: title,
        type: 'district',
        identifier: number,
        parentSourcedId: null,
        district,
      };
    }
    const districts = new Map(this.inputs.roster.districts.map((each) => [each.districtID, each]));
    for (const school of this.inputs.roster.schools) {
      const { schoolGUID, name, number, schoolID, districtGUID } = school;
      const title = this.#title('school', name, number, schoolID);
      yield {
        schoolID,
        sourcedId: schoolGUID,
        name: title,
        type: 'school',
        identifier: number,
        parentSourcedId: districtGUID,
        school,
        district: districts.get(school.districtID),
      };
    }
  }

  *sessions(): Iterable<SessionSubject> {
    const { year } = this.inputs.roster;
    const schoolYear = String(year.endYear);
    for (const school of this.inputs.roster.schools) {
      yield {
        schoolID: school.schoolID,
        sourcedId: schoolYearSourcedId(school, year.endYear),
        title: yearTitle(year),
        type: 'schoolYear',
        startDate: school.yearStart,
        endDate: this.#end(school.yearEnd),
        parentSourcedId: '',
        schoolYear,
      };
    }
    for (const term of this.inputs.roster.terms) yield this.#term(term, schoolYear);
  }

  #term({ termID, name, school, startDate, endDate }: KeptTerm, schoolYear: string): SessionSubject {
    return {
      schoolID: school.schoolID,
      termID,
      sourcedId: String(termID),
      title: this.#title('term', name, null, termID),
      type: 'term',
      startDate,
      endDate: this.#end(endDate),
      parentSourcedId: schoolYearSourcedId(school, this.inputs.roster.year.endYear),
      schoolYear,
    };
  }

  course(kept: KeptCourse): CourseSubject {
    const { name, number, courseID } = kept.course;
    return {
      ...kept,
      ...subjects(kept),
      title: this.#title('course', name, number, courseID),
      schoolYearSourcedId: schoolYearSourcedId(kept.school, this.inputs.roster.year.endYear),
    };
  }

  class(kept: KeptClass): ClassSubject {
    const { course, section } = kept;
    const title = [course.name ?? course.number, section.number].filter((part) => part !== null).join(' ');
    return {
      ...kept,
      ...subjects(kept),
      title: title || this.#title('class', null, null, section.sectionID),
    };
  }

  enrollment(kept: KeptEnrollment): EnrollmentSubject {
    const { role, id, personID, sectionID, school, primary } = kept;
    const span = this.spans?.get(sectionID);
    return {
      role,
      id,
      personID,
      sectionID,
      school,
      primary,
      userSourcedId: this.#userId(personID, role),
      startDate: kept.startDate ?? span?.startDate ?? null,
      endDate: this.#end(kept.endDate ?? span?.endDate ?? null),
    };
  }

  /** A record per role, as 1.1 has them. */
  usersPerRole(kept: KeptPerson): readonly UserSubject[] {
    return kept.roles.map((role) => this.#user(kept, [role]));
  }

  /** One record with all roles, as 1.2 has them. */
  userPerPerson(kept: KeptPerson): readonly UserSubject[] {
    return [this.#user(kept, kept.roles)];
  }

  /** One row per user, role and org; the first role at an org is the primary one there. */
  *roles({ person, roles }: KeptPerson): Iterable<RoleSubject> {
    const taken: number[] = []; // few, so that a Set for each person would cost more
    for (const { role, schools } of roles) {
      const userSourcedId = this.#userId(person.personID, role);
      for (const at of schools) {
        const { schoolID } = at.school;
        yield {
          personID: person.personID,
          userSourcedId,
          role,
          isPrimary: !taken.includes(schoolID),
          at,
          beginDate: at.startDate ?? '',
          endDate: this.#end(at.endDate),
        };
        taken.push(schoolID);
      }
    }
  }

  demographics({ person, student }: KeptPerson): readonly DemographicsSubject[] {
    if (student === undefined || !this.inputs.settings.include.demographics) return [];
    const { enrollmentID } = student;
    return [{ person, enrollmentID, sourcedId: this.#userId(person.personID, 'student') }];
  }

  #user(kept: KeptPerson, roles: readonly KeptRole[]): UserSubject {
    const { person, account } = kept;
    const schools: KeptSchool[] = [];
    const agentSourcedIds: string[] = [];
    for (const role of roles) {
      for (const { school } of role.schools) schools.push(school);
      for (const agent of role.agents) agentSourcedIds.push(this.#userId(agent.personID, agent.role));
    }
    const student = roles.some(({ role }) => role === 'student') ? kept.student : undefined;
    this.#noteStateIds(person, roles);
    const email = this.inputs.settings.useSecondaryEmail ? person.secondaryEmail : person.email;
    const school = student ? student.school : lowestSchool(schools);
    return {
      person,
      enrollmentID: student?.enrollmentID,
      sourcedId: this.#userId(person.personID, roles[0]?.role ?? 'student'),
      roles: roles.map(({ role }) => role),
      orgSourcedIds: inByteOrder(schools.map(({ schoolGUID }) => schoolGUID)),
      agentSourcedIds: inByteOrder(agentSourcedIds),
      username: account?.username ?? null,
      account,
      school,
      enabled: !(
        account &&
        (account.disable === 1 || hasExpired(account.expiresDate, this.inputs.roster.asOf))
      ),
      email,
      hidesEmail: hidesEmail(this.inputs.settings),
      sendsLegalNames: this.inputs.settings.legalNames === 'send',
      grade: student ? this.#grade(student) : '',
      primaryOrgSourcedId: school?.schoolGUID ?? '',
    };
  }

  /** A state id that the cell userIds cannot hold is left out of it. */
  #noteStateIds({ stateID, staffStateID }: KeptPerson['person'], roles: readonly KeptRole[]): void {
    if (this.inputs.settings.fields?.['users']?.['userIds'] !== undefined) return;
    const ids = [
      roles.some(({ role }) => role === 'student') ? stateID : null,
      roles.some(({ role }) => role === 'teacher' || role === 'aide') ? staffStateID : null,
    ];
    if (ids.every((id) => id === null || fitsUserIds(id))) return;
    this.notices.add(
      'state-id-unwritable',
      'warning',
      'Users whose state id has a comma, a colon or a brace are sent without it in userIds. Fix in: Census > People > Demographics > State ID, Staff State ID.',
    );
  }

  #grade({ localGrade, stateGrade }: NonNullable<KeptPerson['student']>): string {
    if (this.inputs.settings.useLocalGrades) return list([localGrade]);
    const grade = this.inputs.grades.get(stateGrade?.toUpperCase() ?? '');
    if (grade === undefined) {
      const code =
        stateGrade === null ? 'no State Grade Level Code' : `the State Grade Level Code ${stateGrade}`;
      this.notices.add(
        'GRADE_UNMAPPED',
        'warning',
        `Students whose grade level has ${code}, which maps to no grade, are sent without a grade. Fix in: System Administration > Calendar > Grade Levels, or with grades in the config.`,
      );
    }
    return grade ?? '';
  }

  /** Titles are required: an empty name falls back to the number, then to the id, with a notice. */
  #title(kind: string, name: string | null, number: string | null, id: number): string {
    if (name !== null) return name;
    this.notices.add(
      'blank-title',
      'warning',
      `Records of type ${kind} without a name are sent with their number or id.`,
    );
    return number ?? String(id);
  }
}

const hasExpired = (expires: string | null, asOf: string): boolean => expires !== null && expires < asOf;

function lowestSchool(schools: readonly KeptSchool[]): KeptSchool | undefined {
  return schools.reduce<KeptSchool | undefined>(
    (lowest, school) => (lowest === undefined || school.schoolID < lowest.schoolID ? school : lowest),
    undefined,
  );
}

function yearTitle({ label, endYear }: ActiveYear): string {
  return label ?? `${endYear - 1}-${endYear}`;
}

/** A title and its code belong together, and readers reject one without the other. */
function subjects({ course: { scedSubjectArea, scedCourseId }, departmentName }: KeptCourse): Subjects {
  const title = list([departmentName]);
  const code =
    scedSubjectArea === null || scedCourseId === null ? '' : list([`${scedSubjectArea}${scedCourseId}`]);
  return title === '' || code === ''
    ? { subjects: '', subjectCodes: '' }
    : { subjects: title, subjectCodes: code };
}
