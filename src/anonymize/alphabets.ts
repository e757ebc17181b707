/**
 * The characters that may stand in for each other: of one script, one kind and one length in UTF-8, so that what was lost to an
 * encoding, an accent or a limit before is lost in the replacement as well. Characters without an alphabet stay: spaces,
 * punctuation, line breaks, combining accents.
 */
export interface Alphabet {
  readonly size: number;
  /** Position of the lowercase character. */
  readonly lower: readonly number[];
  /** Its uppercase, for scripts that have it. */
  readonly upper: readonly number[] | undefined;
}

export interface Letter {
  readonly alphabet: Alphabet;
  readonly index: number;
  readonly isUpper: boolean;
}

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);
const alphabet = (lower: readonly number[], upper?: readonly number[]): Alphabet => ({
  size: lower.length,
  lower,
  upper,
});

export const DIGITS = alphabet(range(0x30, 0x39));
/** The first digit of a number: one that begins with 0 loses it in a spreadsheet, another does not. */
export const FIRST_DIGITS = alphabet(range(0x31, 0x39));
export const LETTERS = alphabet(range(0x61, 0x7a), range(0x41, 0x5a));
export const HEX_LETTERS = alphabet(range(0x61, 0x66), range(0x41, 0x46));

/** Bytes that are not UTF-8, by what they could be: the text is as broken as before, in the same places. */
const STRAY_BYTES: readonly Alphabet[] = [
  range(0x80, 0x8f),
  range(0x90, 0x9f),
  range(0xa0, 0xbf),
  range(0xc2, 0xdf),
  [...range(0xe1, 0xec), 0xee, 0xef],
  range(0xf1, 0xf3),
].map((bytes) => alphabet(bytes));

const IDEOGRAPHS = alphabet(range(0x4e00, 0x9fff));
const SYLLABLES = alphabet(range(0xac00, 0xd7a3));
const BLOCK = 128;

const letters = new Map<number, Letter | undefined>();
const strays = new Map<number, Letter>(
  STRAY_BYTES.flatMap((each) =>
    each.lower.map((byte, index) => [byte, { alphabet: each, index, isUpper: false }] as const),
  ),
);

/** Of a code point beyond ASCII. */
export function letterOf(codePoint: number): Letter | undefined {
  if (!letters.has(codePoint)) letters.set(codePoint, readLetter(codePoint));
  return letters.get(codePoint);
}

/** Of a byte that is no part of a character. */
export function strayOf(byte: number): Letter | undefined {
  return strays.get(byte);
}

function readLetter(codePoint: number): Letter | undefined {
  for (const wide of [IDEOGRAPHS, SYLLABLES]) {
    const first = wide.lower[0] ?? 0;
    const index = codePoint - first;
    if (index >= 0 && index < wide.size) return { alphabet: wide, index, isUpper: false };
  }
  const kind = kindOf(codePoint);
  if (kind === undefined) return undefined;
  const first = codePoint - (codePoint % BLOCK);
  const found = blockAlphabet(first, kind);
  const inLower = found.lower.indexOf(codePoint);
  if (inLower >= 0) return { alphabet: found, index: inLower, isUpper: false };
  return { alphabet: found, index: found.upper?.indexOf(codePoint) ?? -1, isUpper: true };
}

const blocks = new Map<string, Alphabet>();

function blockAlphabet(first: number, kind: Kind): Alphabet {
  const name = `${kind} ${first}`;
  const known = blocks.get(name);
  if (known) return known;
  const lower = range(first, first + BLOCK - 1).filter(
    (each) => kindOf(each) === kind && (kind !== 'cased' || isLower(each)),
  );
  const made = alphabet(lower, kind === 'cased' ? lower.map(upperOf) : undefined);
  blocks.set(name, made);
  return made;
}

type Kind = 'cased' | 'lower' | 'upper' | 'letter' | 'number';

function kindOf(codePoint: number): Kind | undefined {
  const text = String.fromCodePoint(codePoint);
  if (/\p{N}/u.test(text)) return 'number';
  if (!/\p{L}/u.test(text)) return undefined;
  if (isPaired(codePoint)) return 'cased';
  return /\p{Ll}/u.test(text) ? 'lower' : /\p{Lu}/u.test(text) ? 'upper' : 'letter';
}

const one = (text: string): number => (Array.from(text).length === 1 ? (text.codePointAt(0) ?? -1) : -1);
const upperOf = (codePoint: number): number => one(String.fromCodePoint(codePoint).toUpperCase());
const lowerOf = (codePoint: number): number => one(String.fromCodePoint(codePoint).toLowerCase());
const isLower = (codePoint: number): boolean => upperOf(codePoint) !== codePoint;

/** Both cases are single characters of one block that lead back to each other. */
function isPaired(codePoint: number): boolean {
  const [lower, upper] = [lowerOf(codePoint), upperOf(codePoint)];
  const block = (each: number): number => Math.floor(each / BLOCK);
  const isHere = block(lower) === block(codePoint) && block(upper) === block(codePoint);
  const isEither = codePoint === lower || codePoint === upper;
  return isHere && isEither && lower !== upper && lowerOf(upper) === lower && upperOf(lower) === upper;
}
