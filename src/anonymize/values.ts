/** Cells that are no text about a person: tokens, dates, numbers. They stay; what is faulty or in the wrong column is replaced, and still faulty. */
import { CEDS_GRADES } from '../oneroster/table.js';
import { versions } from '../oneroster/versions.js';
import { dayOf, instantOf, tokenFinder, yearOf } from '../verify/cells/cell-bytes.js';
import { FAULTY } from '../verify/memory/known.js';
import { looksLikeDate } from './dates.js';
import type { Secret } from './secret.js';

/** Changes a filled cell in place; `person` is a secret number of the record. */
export type InPlace = (bytes: Buffer, start: number, end: number, person: number) => void;

export const COMMA = 0x2c;

/** Calls it for each item of a list. */
export function items(one: InPlace): InPlace {
  return (bytes, start, end, person) => {
    for (let from = start; from <= end;) {
      let to = from;
      while (to < end && bytes[to] !== COMMA) to++;
      if (to > from) one(bytes, from, to, person);
      from = to + 1;
    }
  };
}

export type Test = (bytes: Buffer, start: number, end: number) => boolean;

const textTest =
  (test: (text: string) => boolean): Test =>
  (bytes, start, end) =>
    test(bytes.toString('latin1', start, end));

/** Usual wrong values of enumerations, which may be what a support case is about. */
const USUAL = [
  'yes',
  'no',
  'y',
  'n',
  't',
  'f',
  'm',
  'x',
  '0',
  '1',
  'inactive',
  'deleted',
  'bulk',
  'delta',
  'absent',
];
const EXACT_TOKENS: readonly string[] = [
  'true',
  'false',
  ...USUAL,
  ...Object.values(versions).flatMap(({ tables }) =>
    tables.flatMap(({ columns }) => columns.flatMap((column) => ('of' in column ? column.of : []))),
  ),
];
const TOKENS: ReadonlySet<string> = new Set(EXACT_TOKENS.map((token) => token.toLowerCase()));
const EXTENSION = 'ext:';
/** Such a token is a word of the parties, and not of a person. */
const EXTENSION_TOKEN = /^ext:[A-Za-z0-9._-]+$/;

const findToken = tokenFinder([...new Set(EXACT_TOKENS)]);
const isUnusualToken = textTest(
  (text) => TOKENS.has(text.trim().toLowerCase()) || EXTENSION_TOKEN.test(text),
);
/** Nearly all are right, and then none of them has to become text. */
const isToken: Test = (bytes, start, end) =>
  findToken(bytes, start, end) >= 0 || isUnusualToken(bytes, start, end);

const GRADES: ReadonlySet<string> = new Set(
  [...CEDS_GRADES, 'kindergarten', 'pre-k', 'preschool', 'prekindergarten', 'transitional kindergarten'].map(
    (grade) => grade.toLowerCase(),
  ),
);
const GRADE_IN_WORDS = /^(?:grade|gr\.?)? ?\d{1,2}(?:st|nd|rd|th)?(?: grade)?$/;
const SHORT = 3;

const isLongGrade = textTest((text) => {
  const grade = text.trim().toLowerCase();
  return grade.length <= SHORT || GRADES.has(grade) || GRADE_IN_WORDS.test(grade);
});
const isGrade: Test = (bytes, start, end) => end - start <= SHORT || isLongGrade(bytes, start, end);

export const isDate: Test = (bytes, start, end) => dayOf(bytes, start, end) !== FAULTY;
const isDateLike = textTest(looksLikeDate);
const isInstant: Test = (bytes, start, end) => instantOf(bytes, start, end) !== 'faulty';
const isYear: Test = (bytes, start, end) => yearOf(bytes, start, end) !== FAULTY;
const isNumber = textTest((text) => /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text));
/** A longer one is the number of a person in the wrong column, and no score. */
const LONGEST_SCORE = 8;
const isUrn = textTest((text) => /^urn:uuid:[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/.test(text));
const URN_PREFIX = 'urn:uuid:';

const NULL = 'null';
const isNullText = textTest((text) => text.toLowerCase() === NULL);
export const isNullWord: Test = (bytes, start, end) =>
  end - start === NULL.length && isNullText(bytes, start, end);

const MOST_ATTEMPTS = 50;

export interface Conditions {
  /** Kept if it passes one of the tests; otherwise replaced by something that passes none of them. */
  readonly unless: (...tests: readonly Test[]) => InPlace;
  /** Replaced by something that passes the test, or not, as wanted. */
  readonly until: (test: Test, wanted: boolean) => InPlace;
}

export function conditions(secret: Secret): Conditions {
  const until =
    (test: Test, wanted: boolean): InPlace =>
    (bytes, start, end) => {
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        secret.replace(bytes, start, end);
        if (test(bytes, start, end) === wanted) return;
      }
    };
  const unless = (...tests: readonly Test[]): InPlace => {
    const passes: Test = (bytes, start, end) => {
      for (const test of tests) if (test(bytes, start, end)) return true;
      return false;
    };
    const replace = until(passes, false);
    return (bytes, start, end, person) => {
      if (!passes(bytes, start, end)) replace(bytes, start, end, person);
    };
  };
  return { until, unless };
}

export type ValueKind = 'token' | 'grades' | 'date' | 'date-time' | 'year' | 'number' | 'objective';

export function valueReplacers({ until, unless }: Conditions): Readonly<Record<ValueKind, InPlace>> {
  const replaceToken = unless(isToken);
  return {
    token: items((bytes, start, end, person) => {
      if (isToken(bytes, start, end)) return;
      const isExtension = bytes.toString('latin1', start, end).startsWith(EXTENSION);
      replaceToken(bytes, isExtension ? start + EXTENSION.length : start, end, person);
    }),
    grades: items(unless(isGrade)),
    date: unless(isDate, isDateLike),
    'date-time': unless(isInstant, isDate, isDateLike),
    year: unless(isYear),
    number: (bytes, start, end, person) => {
      const wasNumber = isNumber(bytes, start, end);
      if (!wasNumber || end - start > LONGEST_SCORE) until(isNumber, wasNumber)(bytes, start, end, person);
    },
    objective: (bytes, start, end, person) => {
      const isPublic = bytes.toString('latin1', start, end).startsWith(URN_PREFIX);
      const from = isPublic ? start + URN_PREFIX.length : start;
      const before = isUrn(bytes, start, end);
      until(() => isUrn(bytes, start, end) === before, true)(bytes, from, end, person);
    },
  };
}
