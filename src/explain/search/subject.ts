/** The kinds of record that can be explained, and the records that match a key. */
export const SUBJECT_KINDS = ['person', 'section', 'course', 'enrollment', 'school'] as const;
export type SubjectKind = (typeof SUBJECT_KINDS)[number];
/** `any`: each kind in turn, until one has the record. */
export type AskedKind = SubjectKind | 'any';

/** Words that people use for one kind of record. */
const WORDS: Readonly<Record<string, SubjectKind>> = {
  student: 'person',
  teacher: 'person',
  staff: 'person',
  guardian: 'person',
};

/** Every word that a kind can be written as. */
export const SUBJECT_WORDS: readonly string[] = [...SUBJECT_KINDS, ...Object.keys(WORDS), 'any'];

export const subjectKindOf = (word: string): AskedKind | undefined =>
  word === 'any'
    ? word
    : (SUBJECT_KINDS.find((kind) => kind === word) ?? (Object.hasOwn(WORDS, word) ? WORDS[word] : undefined));

/** A Section Staff History row: its historyID, or section and person where it has none. */
export type StaffRowKey = number | `${number}-${number}`;

/** Ids of the records that a key fits; of an enrollment rosterIDs and staff rows. */
export interface FoundSubject {
  readonly kind: SubjectKind;
  readonly people: readonly number[];
  readonly sections: readonly number[];
  readonly courses: readonly number[];
  readonly rosters: readonly number[];
  readonly staffRows: readonly StaffRowKey[];
  readonly schools: readonly number[];
}

/** The id that the text is, if it is one: `0310` is a number of something, but no id. */
export function asId(text: string): readonly number[] {
  const id = Number(text);
  return /^[1-9]\d{0,9}$/.test(text) && id <= 2_147_483_647 ? [id] : [];
}

export function distinct<Id>(ids: readonly Id[]): readonly Id[] {
  return [...new Set(ids)];
}
