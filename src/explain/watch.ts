/**
 * Which values a rule used. Runs a rule over stand-ins that return the original values and record each id, date,
 * flag or code that is read, so a rule needs no code for it.
 */
import { PERSON } from '../filter/context.js';
import { ROLE } from '../filter/kept.js';
import type { Facts } from '../filter/rule.js';

/** What a row of a collection is called; the empty name is for parts that need none. */
const NAMES: Readonly<Record<string, string>> = {
  activeCalendars: 'calendar',
  calendars: 'calendar',
  courses: 'course',
  gradeLevels: 'gradeLevel',
  reasons: 'schoolReason',
  schools: 'school',
  sections: 'section',
  structures: 'structure',
  terms: 'term',
  district: '',
  kept: '',
  pair: '',
  scope: '',
};

/** Answers of sets and marks, which have no column name. */
const ANSWERS: Readonly<Record<string, (mask: unknown) => string>> = {
  people: (mask) => `person.${markName(PERSON, mask)}`,
  roles: (mask) => `exported.${markName(ROLE, mask)}`,
  activeTrials: () => 'trial.active',
  excludedCourseMasters: () => 'courseMaster.excluded',
  sections: () => 'section.exported',
  schools: () => 'school.known',
};

const markName = (marks: Readonly<Record<string, number>>, mask: unknown): string =>
  Object.entries(marks).find(([, value]) => value === mask)?.[0] ?? 'mark';

type Method = (...args: readonly unknown[]) => unknown;
type Note = (name: string, value: string | number | boolean | null) => void;

export function whatItSees<Subject, Context>(
  excludes: (subject: Subject, context: Context) => unknown,
  subject: Subject,
  context: Context,
): Facts {
  const seen: Record<string, string | number | boolean | null> = {};
  const note: Note = (name, value) => (seen[name] = value);
  excludes(watched(subject, '', '', note), watched(context, '', '', note));
  return seen;
}

/** `name`: what the value is called; `key`: under which key it was found. */
function watched<T>(value: T, name: string, key: string, note: Note): T {
  if (typeof value !== 'object' || value === null) return value;
  // The stand-in is an empty object: a proxy of a frozen one may not give anything but the original.
  const standIn: object = Array.isArray(value) ? [] : {};
  return new Proxy(standIn, {
    has: (_standIn, property) => Reflect.has(value, property),
    get: (_standIn, property) => {
      const found: unknown = Reflect.get(value, property, value);
      if (typeof property === 'symbol') return found;
      if (typeof found === 'function')
        return watchedMethod({ owner: value, method: found as Method, property }, name, key, note);
      if (typeof found === 'object' && found !== null) {
        const isItem = Array.isArray(value);
        return watched(found, isItem ? name : joined(name, property), property, note);
      }
      if (found !== undefined && !Array.isArray(value) && !(value instanceof Map))
        note(joined(name, property, true), found as string | number | boolean | null);
      return found;
    },
  }) as T;
}

function watchedMethod(
  { owner, method, property }: { readonly owner: object; readonly method: Method; readonly property: string },
  name: string,
  key: string,
  note: Note,
): Method {
  // Callbacks of an array have to get stand-ins as well; all other methods need their owner itself.
  const self = Array.isArray(owner) ? watched(owner, name, key, note) : owner;
  if (Array.isArray(owner)) return (...args) => Reflect.apply(Reflect.get([], property) as never, self, args);
  return (...args) => {
    const result: unknown = Reflect.apply(method, owner, args);
    if (property === 'has') {
      const answer = ANSWERS[key]?.(args[1]);
      if (answer !== undefined) note(answer, result === true);
    }
    return watched(result, name, key, note);
  };
}

function joined(name: string, property: string, isValue = false): string {
  const own = isValue ? property : (NAMES[property] ?? property);
  const isRepeated = !isValue && name.split('.').at(-1) === own;
  if (name === '' || own === '') return name + own;
  return isRepeated ? name : `${name}.${own}`;
}
