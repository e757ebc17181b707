/** Reasons that several lists of rules, or a rule and a stage, have in common: each has one code, one sentence and one place to fix it. */
import type { RuleText } from './rule.js';

export const YEAR_NOT_ACTIVE = {
  code: 'YEAR_NOT_ACTIVE',
  says: 'The record belongs to a school year that is not active.',
  source: 'Campus: OneRoster Prerequisites, School Year Dates and Active Year',
  applies: [1, 4],
  fixIn: 'System Administration > Calendar > School Years > Active',
} as const satisfies RuleText;

export const SCHOOL_NOT_IN_SCOPE = {
  code: 'SCHOOL_NOT_IN_SCOPE',
  says: 'The school is not listed for this connection.',
  source: 'Campus: Configuring OneRoster Connections (school scope); connection setting schools',
  applies: [7],
  fixIn: 'connections[].schools in the export config',
} as const satisfies RuleText;

export const SCHOOL_MISSING = {
  code: 'SCHOOL_MISSING',
  says: 'The record refers to a school that does not exist.',
  source: 'OneRoster CSV binding: every reference resolves',
  applies: [55],
  fixIn: 'Census > People > District Assignments, or the calendar, that refers to the school',
} as const satisfies RuleText;

export const DISTRICT_MISSING = {
  code: 'DISTRICT_MISSING',
  says: 'The school refers to a district that does not exist; it is sent without a parent.',
  source: 'OneRoster CSV binding, orgs.csv: every reference resolves',
  applies: [55],
  fixIn: 'System Administration > Resources > School > District',
} as const satisfies RuleText;

export const LMS_SCHOOL = {
  code: 'LMS_SCHOOL',
  says: 'The school is marked External LMS Exclude.',
  source: 'Campus: External LMS Exclude',
  applies: [9, 17],
  fixIn: 'System Administration > Resources > School > External LMS Exclude',
} as const satisfies RuleText;

export const LMS_CALENDAR = {
  code: 'LMS_CALENDAR',
  says: 'The calendar, or every calendar of the school, is marked External LMS Exclude.',
  source: 'Campus: External LMS Exclude',
  applies: [10, 17],
  fixIn: 'System Administration > Calendar > Calendar > External LMS Exclude',
} as const satisfies RuleText;

export const NO_GUID = {
  code: 'NO_GUID',
  says: 'The record has no GUID, which is required for its OneRoster id.',
  source: 'OneRoster CSV binding: sourcedId is required',
  applies: [55],
  fixIn: 'Campus Support (Campus creates the GUIDs)',
} as const satisfies RuleText;

export const GUID_SHARED = {
  code: 'GUID_SHARED',
  says: 'Several records, or rows with different values, have this id, so the bundle would have duplicate sourcedIds.',
  source: 'OneRoster CSV binding: a sourcedId is unique; product decision D11',
  applies: [55],
  fixIn:
    'Census > People > Combine Person where one person was entered twice, else Campus Support (Campus creates GUIDs and keys)',
} as const satisfies RuleText;

export const TRIAL_NOT_ACTIVE = {
  code: 'TRIAL_NOT_ACTIVE',
  says: 'The record belongs to a schedule trial that is not active.',
  source: 'Campus: Scheduling, Trials (a draft schedule is not the schedule)',
  applies: [45],
  fixIn: 'Scheduling & Courses > Schedule Wizard > Trials',
} as const satisfies RuleText;

export const TYPE_NOT_REQUESTED = {
  code: 'TYPE_NOT_REQUESTED',
  says: 'The connection does not include this kind of record.',
  source: 'Campus: OneRoster 1.1 and 1.2 Data Models (user types); connection setting include',
  applies: [8],
  fixIn: 'connections[].include in the export config',
} as const satisfies RuleText;
