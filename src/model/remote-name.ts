/**
 * The name of a bundle at its receiver: text with parts in braces (`OneRoster-{yyyy}{MM}{dd}.zip`) that are filled in for each
 * bundle. The time is that at which the bundle was made, so that one bundle has one name however often it is sent.
 */
import { clockParts } from './local-time.js';
import type { BundleMode } from './settings.js';

export interface NamedBundle {
  readonly madeAt: Date;
  /** IANA zone of the date parts. */
  readonly timezone: string;
  readonly connection: string;
  readonly version: '1.1' | '1.2';
  readonly mode: BundleMode;
}

interface Part {
  /** What the part looks like, filled in. */
  readonly looks: string;
  readonly fill: (bundle: NamedBundle) => string;
}

const datePart = (type: Intl.DateTimeFormatPartTypes, digits: number): Part => ({
  looks: `\\d{${digits}}`,
  fill: ({ madeAt, timezone }) => clockParts(timezone, madeAt)(type).padStart(digits, '0'),
});

const PARTS: ReadonlyMap<string, Part> = new Map([
  ['yyyy', datePart('year', 4)],
  ['MM', datePart('month', 2)],
  ['dd', datePart('day', 2)],
  ['HH', datePart('hour', 2)],
  ['mm', datePart('minute', 2)],
  ['ss', datePart('second', 2)],
  ['connection', { looks: '[a-z0-9-]+', fill: ({ connection }) => connection }],
  ['version', { looks: '1\\.[12]', fill: ({ version }) => version }],
  ['mode', { looks: '(?:bulk|delta)', fill: ({ mode }) => mode }],
]);

const PART = /\{([^{}]*)\}/g;
/** So that the temporary name that is made of it fits into the 255 bytes that file systems take. */
const LONGEST = 200;

const RESERVED = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9]) *(?:\.|$)/i;

/** Whether the name is a device name on Windows. A config or a bundle may go from one system to another. */
export const isReservedName = (name: string): boolean => RESERVED.test(name);

/** What is wrong with a written name of a connection's file, or undefined. */
export function nameProblem(pattern: string, connection = 'sample'): string | undefined {
  const unknown = [...pattern.matchAll(PART)].find(([, part = '']) => !PARTS.has(part));
  if (unknown !== undefined) {
    return `has an unknown part: use ${[...PARTS.keys()].map((part) => `{${part}}`).join(', ')}`;
  }
  const plain = pattern.replace(PART, '0');
  if (!/^[A-Za-z0-9_ .-]+$/.test(plain)) {
    return 'may only have letters, digits, spaces, dots, hyphens, underscores, and parts such as {yyyy}{MM}{dd}';
  }
  if (/^[. -]|[. ]$/.test(plain))
    return 'must not start with a dot, a hyphen or a space, or end with a dot or space';
  if (isReservedName(fillName(pattern, sampleOf(connection))))
    return 'is a reserved name on Windows: choose another';
  return pattern.length > LONGEST ? `must not be longer than ${LONGEST} characters` : undefined;
}

/** Of all parts, only the connection and the version can complete a reserved name: `com{version}.zip`. */
const sampleOf = (connection: string): NamedBundle => ({
  ...{ madeAt: new Date(0), timezone: 'UTC', version: '1.1', mode: 'bulk', connection },
});

export function fillName(pattern: string, bundle: NamedBundle): string {
  return pattern.replace(PART, (whole, part: string) => PARTS.get(part)?.fill(bundle) ?? whole);
}

/** Matches whatever the pattern was or will be filled to; for use inside a larger expression. */
export function namesLike(pattern: string): string {
  return pattern
    .split(/(\{[^{}]*\})/)
    .map((piece) => PARTS.get(piece.slice(1, -1))?.looks ?? piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('');
}
