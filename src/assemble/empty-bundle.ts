/**
 * What a bundle must hold. A receiver takes absence as deletion, so a bundle without users, classes, enrollments or students is
 * withheld, also the first one. Notes rows and counts exclusions on their way; holds a few numbers.
 */
import { isFilter } from '../filter/only.js';
import { allRules } from '../filter/register.js';
import type { ConnectionSettings } from '../model/settings.js';
import { versions } from '../oneroster/versions.js';
import { receiverOf } from '../profiles/receiver.js';
import type { Finding } from '../model/finding.js';

interface Part {
  /** As the sentence names it. */
  readonly name: string;
  readonly table: string;
  /** Rows of this role only. */
  readonly role?: 'student';
  /** Whose exclusions leave the part empty. */
  readonly kinds: readonly string[];
  /** Parts whose absence explains this one's: a cause is reported, its effects are not. */
  readonly after: readonly string[];
}

const USERS: Part = {
  name: 'users',
  table: 'users',
  kinds: ['student', 'teacher', 'aide', 'guardian', 'relative'],
  after: [],
};
const CLASSES: Part = { name: 'classes', table: 'classes', kinds: ['section'], after: [] };
const ENROLLMENTS: Part = {
  name: 'enrollments',
  table: 'enrollments',
  kinds: ['roster', 'sectionStaff'],
  after: [],
};

/** In 1.2 the roles of users have a table of their own. */
const studentParts = (version: ConnectionSettings['version']): readonly Part[] => [
  {
    name: 'students',
    table: version === '1.1' ? 'users' : 'roles',
    role: 'student',
    kinds: ['student'],
    after: ['users'],
  },
  {
    name: 'enrollments of students',
    table: 'enrollments',
    role: 'student',
    kinds: ['roster'],
    after: ['enrollments', 'students'],
  },
];

type PartSettings = Pick<ConnectionSettings, 'version' | 'profile' | 'allowEmpty'>;

export class RequiredParts {
  readonly #settings: PartSettings;
  readonly #parts: readonly Part[];
  /** Keys of the parts that have a row. */
  readonly #filled = new Set<string>();
  /** By table: the column of the role, and the key of the part of students, where there is one. */
  readonly #ofStudents = new Map<string, { readonly at: number; readonly key: string }>();
  /** By kind, then by rule code. */
  readonly #excluded = new Map<string, Map<string, number>>();

  constructor(settings: PartSettings) {
    this.#settings = settings;
    const { rolesKept } = receiverOf(settings).shape;
    const takesStudents = rolesKept === undefined || rolesKept.includes('student');
    const ofStudents = takesStudents ? studentParts(settings.version) : [];
    this.#parts = [USERS, CLASSES, ENROLLMENTS, ...ofStudents];
    for (const part of ofStudents) {
      const { table } = part;
      const { columns = [] } = versions[settings.version].tables.find(({ name }) => name === table) ?? {};
      const at = columns.findIndex(({ name }) => name === 'role');
      if (at >= 0) this.#ofStudents.set(table, { at, key: keyOf(part) });
    }
  }

  /** Called for every row of the bundle. */
  countRow(table: string, cells: readonly string[]): void {
    const students = this.#ofStudents.get(table);
    if (students !== undefined && cells[students.at] === 'student') this.#filled.add(students.key);
    this.#filled.add(table);
  }

  countExclusion(kind: string, code: string): void {
    const codes = this.#excluded.get(kind) ?? new Map<string, number>();
    this.#excluded.set(kind, codes);
    add(codes, code);
  }

  /** An error for each part that is missing, unless the connection may send a bundle without it. */
  findings(): readonly Finding[] {
    if (this.#settings.allowEmpty) return [];
    const missing = this.#parts.filter((part) => !this.#filled.has(keyOf(part)));
    const names = missing.map(({ name }) => name);
    return missing
      .filter(({ after }) => !after.some((cause) => names.includes(cause)))
      .map((part) => ({
        code: 'bundle-empty',
        severity: 'error',
        says: this.#sentence(part),
        file: `${part.table}.csv`,
        count: 1,
        places: [],
      }));
  }

  #sentence({ name, kinds }: Part): string {
    return `The bundle has no ${name}, so the receiver would delete all of its data. ${this.#reason(kinds)}${this.#filter(kinds)} Run preflight; set allowEmpty: true only if such a bundle is intended.`;
  }

  /** The rule that left out most. */
  #reason(kinds: readonly string[]): string {
    const codes = this.#codesOf(kinds);
    const all = codes.reduce((sum, [, count]) => sum + count, 0);
    const [first] = codes;
    if (first === undefined) return 'The SIS has no candidate for the active year.';
    const [code, count] = first;
    return `Rule ${code} excluded ${count} of ${all} candidates${fixIn(code)}.`;
  }

  /** The filter that left out most, of other kinds too: rows that depend on them have another reason. */
  #filter(kinds: readonly string[]): string {
    const [rule] = this.#codesOf(kinds);
    if (rule !== undefined && isFilter(rule[0])) return '';
    const [filter] = this.#codesOf([...this.#excluded.keys()]).filter(([code]) => isFilter(code));
    if (filter === undefined) return '';
    const [code, count] = filter;
    return ` Filter ${code} excluded ${count} ${count === 1 ? 'record' : 'records'}${fixIn(code)}.`;
  }

  /** Rule codes with what they left out of these kinds, the most first. */
  #codesOf(kinds: readonly string[]): readonly (readonly [code: string, count: number])[] {
    const codes = new Map<string, number>();
    for (const kind of kinds)
      for (const [code, count] of this.#excluded.get(kind) ?? [])
        codes.set(code, (codes.get(code) ?? 0) + count);
    return [...codes].sort(([a, ofA], [b, ofB]) => ofB - ofA || (a < b ? -1 : 1));
  }
}

function fixIn(code: string): string {
  const place = allRules.find((rule) => rule.code === code)?.fixIn;
  return place === undefined ? '' : ` (fix in: ${place})`;
}

const keyOf = ({ table, role }: Pick<Part, 'table' | 'role'>): string =>
  role === undefined ? table : `${table} ${role}`;

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
