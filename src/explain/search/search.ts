/**
 * Finds a record by any key. Takes a view of the SIS, the kind of record and the key;
 * returns the ids of all records that match, the part of the district that their verdict depends on, and, if nothing
 * matches, similar numbers. All answers are ids and numbers; names of people are searched only on request.
 */
import { focusOn, type Breadth } from './focus.js';
import { Lookup } from './lookup.js';
import { nearKeys } from './near-keys.js';
import { findPeople } from './person-keys.js';
import { guidOfSchool, rowOfEnrollment } from '../../map/sourced-ids.js';
import type { Focus, Names } from '../../extract/names.js';
import type { SisView } from '../../extract/source.js';
import {
  asId,
  distinct,
  SUBJECT_KINDS,
  type AskedKind,
  type FoundSubject,
  type SubjectKind,
} from './subject.js';

export interface Search {
  readonly found: FoundSubject;
  /** How many more records match the key than were examined. */
  readonly more: number;
  readonly focus: Focus;
  /** Numbers similar to the key, if no record matches. */
  readonly near: readonly string[];
}

export interface Question extends Breadth {
  readonly kind: AskedKind;
  readonly key: string;
  /** Of people, instead of the key. */
  readonly name?: string;
  /** A School.number, where course and section numbers repeat from school to school. */
  readonly school?: string;
}

const NOTHING: Omit<FoundSubject, 'kind'> = {
  people: [],
  sections: [],
  courses: [],
  rosters: [],
  staffRows: [],
  schools: [],
};

/** More matches than this are not useful: a narrower key is needed. */
const MOST_MATCHES = 20;

/** Of any kind: by the first one that has such a record. */
export async function search(view: SisView, names: Names, question: Question): Promise<Search> {
  const lookup = new Lookup(view, names);
  const ask = (kind: SubjectKind): Promise<Search> => searchFor(lookup, { ...question, kind });
  if (question.kind !== 'any') return await ask(question.kind);
  let answer = await ask(SUBJECT_KINDS[0]);
  for (const kind of SUBJECT_KINDS.slice(1)) if (countOf(answer.found) === 0) answer = await ask(kind);
  return answer;
}

type QuestionOfKind = Question & { readonly kind: SubjectKind };

async function searchFor(lookup: Lookup, question: QuestionOfKind): Promise<Search> {
  const { kind } = question;
  const key = question.key.trim();
  const all: FoundSubject = { kind, ...NOTHING, ...(await find(lookup, { ...question, key })) };
  const found = Object.fromEntries(
    Object.entries(all).map(([name, ids]) => [name, Array.isArray(ids) ? ids.slice(0, MOST_MATCHES) : ids]),
  ) as unknown as FoundSubject;
  const isNothing = countOf(all) === 0;
  return {
    found,
    more: countOf(all) - countOf(found),
    focus: await focusOn(lookup, found, question),
    near: isNothing && question.name === undefined ? await nearKeys(lookup, kind, key) : [],
  };
}

async function find(
  lookup: Lookup,
  { kind, key, name, school }: QuestionOfKind,
): Promise<Partial<FoundSubject>> {
  return name === undefined
    ? await finders[kind](lookup, key, school)
    : { people: await lookup.peopleNamed(name.split(/\s+/).filter((word) => word !== '')) };
}

function countOf({ people, sections, courses, rosters, staffRows, schools }: FoundSubject): number {
  return [people, sections, courses, rosters, staffRows, schools].reduce((sum, ids) => sum + ids.length, 0);
}

type Find = (lookup: Lookup, key: string, school?: string) => Promise<Partial<FoundSubject>>;

const finders: Readonly<Record<SubjectKind, Find>> = {
  person: async (lookup, key) => ({ people: await findPeople(lookup, key) }),
  section: async (lookup, key, school) => ({ sections: await findSections(lookup, key, school) }),
  course: async (lookup, key, school) => ({
    courses: distinct([
      ...(await lookup.ids('Course', 'courseID', 'courseID', asId(key))),
      ...(await lookup.courses(key, school)),
    ]),
  }),
  enrollment: async (lookup, key) => {
    const pair = /^(\d{1,9})-(\d{1,9})$/.exec(key);
    if (pair) return { staffRows: await lookup.staffRowsWithoutId(Number(pair[1]), Number(pair[2])) };
    const row = rowOfEnrollment(key);
    const id = asId(row?.id ?? '');
    return {
      rosters: row?.role === 'teacher' ? [] : await lookup.ids('Roster', 'rosterID', 'rosterID', id),
      staffRows:
        row?.role === 'student' ? [] : await lookup.ids('SectionStaffHistory', 'historyID', 'historyID', id),
    };
  },
  school: async (lookup, key) => {
    const guid = guidOfSchool(key);
    const schools = distinct([
      ...(await lookup.ids('School', 'schoolID', 'schoolID', asId(key))),
      ...(await lookup.byText('School', 'schoolID', 'number', key)),
      ...(guid === undefined ? [] : await lookup.byText('School', 'schoolID', 'schoolGUID', guid)),
    ]);
    return {
      schools: schools.length > 0 ? schools : await lookup.ids('Calendar', 'schoolID', 'schoolID', asId(key)),
    };
  },
};

/** sectionID, or the course's number, a hyphen and the section's number, as a class code has it. */
async function findSections(lookup: Lookup, key: string, school?: string): Promise<readonly number[]> {
  const [, course, section] = /^(.+)-([^-]+)$/.exec(key) ?? [];
  const byCode =
    course === undefined || section === undefined ? [] : await lookup.sections(course, section, school);
  return distinct([...(await lookup.ids('Section', 'sectionID', 'sectionID', asId(key))), ...byCode]);
}
