/**
 * A row of each table from the columns of a block, written out: an object literal is the fastest way to make an object that V8 has, and one
 * loop over the names of all tables took four times as long. A column that is declared and not here, or the other way round, does not compile.
 */
import type { RowOf, SnapshotTable } from './row-types.js';

/** The cells of a block by column. */
export type ColumnsOf<T extends SnapshotTable> = {
  readonly [Column in keyof RowOf<T>]: readonly RowOf<T>[Column][];
};

/** Gives undefined cells beyond the end of the block, so `at` has to be below the number of its rows. */
type MakeRow<T extends SnapshotTable> = (
  columns: ColumnsOf<T>,
  at: number,
) => { [Column in keyof RowOf<T>]: RowOf<T>[Column] | undefined };

const relatedPair: MakeRow<'RelatedPair'> = (c, at) => ({
  personID1: c.personID1[at],
  personID2: c.personID2[at],
  guardian: c.guardian[at],
  portal: c.portal[at],
  startDate: c.startDate[at],
  endDate: c.endDate[at],
});

export const makeRow: { readonly [T in SnapshotTable]: MakeRow<T> } = {
  SchoolYear: (c, at) => ({
    endYear: c.endYear[at],
    startYear: c.startYear[at],
    startDate: c.startDate[at],
    endDate: c.endDate[at],
    active: c.active[at],
    label: c.label[at],
  }),
  District: (c, at) => ({
    districtID: c.districtID[at],
    name: c.name[at],
    number: c.number[at],
    districtGUID: c.districtGUID[at],
  }),
  School: (c, at) => ({
    schoolID: c.schoolID[at],
    districtID: c.districtID[at],
    name: c.name[at],
    number: c.number[at],
    schoolGUID: c.schoolGUID[at],
    externalLMSExclude: c.externalLMSExclude[at],
  }),
  Calendar: (c, at) => ({
    calendarID: c.calendarID[at],
    schoolID: c.schoolID[at],
    endYear: c.endYear[at],
    startDate: c.startDate[at],
    endDate: c.endDate[at],
    externalLMSExclude: c.externalLMSExclude[at],
  }),
  ScheduleStructure: (c, at) => ({
    structureID: c.structureID[at],
    calendarID: c.calendarID[at],
    externalLMSExclude: c.externalLMSExclude[at],
  }),
  TermSchedule: (c, at) => ({
    termScheduleID: c.termScheduleID[at],
    structureID: c.structureID[at],
  }),
  Term: (c, at) => ({
    termID: c.termID[at],
    termScheduleID: c.termScheduleID[at],
    name: c.name[at],
    seq: c.seq[at],
    startDate: c.startDate[at],
    endDate: c.endDate[at],
  }),
  Period: (c, at) => ({
    periodID: c.periodID[at],
    name: c.name[at],
    seq: c.seq[at],
  }),
  Trial: (c, at) => ({
    trialID: c.trialID[at],
    calendarID: c.calendarID[at],
    structureID: c.structureID[at],
    active: c.active[at],
  }),
  GradeLevel: (c, at) => ({
    calendarID: c.calendarID[at],
    structureID: c.structureID[at],
    name: c.name[at],
    stateGrade: c.stateGrade[at],
    externalLMSExclude: c.externalLMSExclude[at],
  }),
  UserAccount: (c, at) => ({
    userID: c.userID[at],
    personID: c.personID[at],
    username: c.username[at],
    disable: c.disable[at],
    expiresDate: c.expiresDate[at],
  }),
  Enrollment: (c, at) => ({
    enrollmentID: c.enrollmentID[at],
    personID: c.personID[at],
    calendarID: c.calendarID[at],
    structureID: c.structureID[at],
    grade: c.grade[at],
    serviceType: c.serviceType[at],
    noShow: c.noShow[at],
    startDate: c.startDate[at],
    endDate: c.endDate[at],
    externalLMSExclude: c.externalLMSExclude[at],
  }),
  CourseMaster: (c, at) => ({
    courseMasterID: c.courseMasterID[at],
    externalLMSExclude: c.externalLMSExclude[at],
  }),
  Course: (c, at) => ({
    courseID: c.courseID[at],
    calendarID: c.calendarID[at],
    courseMasterID: c.courseMasterID[at],
    number: c.number[at],
    name: c.name[at],
    active: c.active[at],
    externalLMSExclude: c.externalLMSExclude[at],
    departmentID: c.departmentID[at],
    homeroom: c.homeroom[at],
    scedSubjectArea: c.scedSubjectArea[at],
    scedCourseId: c.scedCourseId[at],
  }),
  Department: (c, at) => ({
    departmentID: c.departmentID[at],
    name: c.name[at],
  }),
  Room: (c, at) => ({
    roomID: c.roomID[at],
    name: c.name[at],
  }),
  Section: (c, at) => ({
    sectionID: c.sectionID[at],
    courseID: c.courseID[at],
    trialID: c.trialID[at],
    number: c.number[at],
    roomID: c.roomID[at],
    homeroomSection: c.homeroomSection[at],
    externalLMSExclude: c.externalLMSExclude[at],
    active: c.active[at],
  }),
  SectionPlacement: (c, at) => ({
    sectionID: c.sectionID[at],
    trialID: c.trialID[at],
    termID: c.termID[at],
    periodID: c.periodID[at],
  }),
  Roster: (c, at) => ({
    rosterID: c.rosterID[at],
    personID: c.personID[at],
    sectionID: c.sectionID[at],
    trialID: c.trialID[at],
    startDate: c.startDate[at],
    endDate: c.endDate[at],
  }),
  SectionStaffHistory: (c, at) => ({
    historyID: c.historyID[at],
    sectionID: c.sectionID[at],
    trialID: c.trialID[at],
    personID: c.personID[at],
    staffType: c.staffType[at],
    startDate: c.startDate[at],
    endDate: c.endDate[at],
  }),
  EmploymentAssignment: (c, at) => ({
    assignmentID: c.assignmentID[at],
    personID: c.personID[at],
    schoolID: c.schoolID[at],
    startDate: c.startDate[at],
    endDate: c.endDate[at],
    teacher: c.teacher[at],
    specialEd: c.specialEd[at],
    program: c.program[at],
    behavior: c.behavior[at],
    health: c.health[at],
    responseApprover: c.responseApprover[at],
    rti: c.rti[at],
    advisor: c.advisor[at],
    supervisor: c.supervisor[at],
    counselor: c.counselor[at],
    foodService: c.foodService[at],
    approver: c.approver[at],
    framProcessor: c.framProcessor[at],
    externalLMSExclude: c.externalLMSExclude[at],
  }),
  EmploymentAssignmentLocation: (c, at) => ({
    assignmentID: c.assignmentID[at],
    schoolID: c.schoolID[at],
  }),
  RelatedPair: relatedPair,
  RelatedPairByStudent: relatedPair,
  Person: (c, at) => ({
    personID: c.personID[at],
    personGUID: c.personGUID[at],
    studentNumber: c.studentNumber[at],
    stateID: c.stateID[at],
    staffNumber: c.staffNumber[at],
    staffStateID: c.staffStateID[at],
    identityID: c.identityID[at],
    lastName: c.lastName[at],
    firstName: c.firstName[at],
    middleName: c.middleName[at],
    legalFirstName: c.legalFirstName[at],
    legalMiddleName: c.legalMiddleName[at],
    legalLastName: c.legalLastName[at],
    gender: c.gender[at],
    birthdate: c.birthdate[at],
    raceEthnicityFed: c.raceEthnicityFed[at],
    hispanicEthnicity: c.hispanicEthnicity[at],
    email: c.email[at],
    secondaryEmail: c.secondaryEmail[at],
    homePhone: c.homePhone[at],
    cellPhone: c.cellPhone[at],
  }),
  OtherYearStudent: (c, at) => ({
    personID: c.personID[at],
    endYear: c.endYear[at],
  }),
  RepeatedKey: (c, at) => ({
    table: c.table[at],
    id: c.id[at],
  }),
};
