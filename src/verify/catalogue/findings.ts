/** Findings are gathered per check, file and column: one cause, one finding, with a count and the first places. */
import { shownId } from '../../model/printable.js';
import type { Finding, Place, Severity } from '../../model/finding.js';
import { checkOf, positionOf, type CheckCode } from './checks.js';
import { READING_ORDER } from './reading-order.js';

/** What a place is made from, asked only while places are wanted. */
export interface Located {
  readonly line: number | undefined;
  sourcedId(): string | undefined;
}

/** The counter of one finding. Hot loops hold on to theirs. */
export class Tally {
  count = 0;
  readonly places: Place[] = [];

  constructor(
    readonly counted: Omit<Finding, 'count' | 'places'>,
    private readonly limit: number,
    private readonly showValues: boolean,
  ) {}

  /** Counts one; `value` is called only when values are wanted and there is room for a place. */
  hit(at?: Located, value?: () => string | undefined): void {
    this.count += 1;
    if (this.places.length >= this.limit || (!at && !this.showValues)) return;
    const sourcedId = this.#shownId(at);
    const shown = this.showValues ? cut(value?.()) : undefined;
    if (!at && shown === undefined) return;
    this.places.push({
      ...(at?.line === undefined ? {} : { line: at.line }),
      ...(sourcedId ? { sourcedId } : {}),
      ...(shown === undefined ? {} : { value: shown }),
    });
  }

  /** A value in place of an id that does not have its form may be personal data, like any other value. */
  #shownId(at: Located | undefined): string | undefined {
    const text = at?.sourcedId();
    if (text === undefined) return undefined;
    return shownId(text) ?? (this.showValues ? cut(text) : undefined);
  }
}

const LONGEST_VALUE = 80;

function cut(value: string | undefined): string | undefined {
  return value === undefined || value.length <= LONGEST_VALUE
    ? value
    : `${value.slice(0, LONGEST_VALUE - 1)}…`;
}

export interface Ruling {
  readonly code: string;
  readonly severity: Severity;
  readonly says: string;
}

export class Findings {
  readonly #tallies = new Map<string, Tally>();

  constructor(
    readonly limit: number,
    readonly showValues: boolean,
    /** Codes that the receiver takes as errors. */
    readonly tightened: ReadonlySet<string> = new Set(),
  ) {}

  /** The counter of a check, for a file and a column where they matter. */
  tally(code: CheckCode, file?: string, column?: string): Tally {
    return this.tallyOf(checkOf(code), file, column);
  }

  /** The counter of a ruling that is not in the catalog word by word: a profile's demand. */
  tallyOf(ruling: Ruling, file?: string, column?: string): Tally {
    const key = `${ruling.code}\n${ruling.says}\n${file ?? ''}\n${column ?? ''}`;
    const known = this.#tallies.get(key);
    if (known) return known;
    const { code, says } = ruling;
    const counted = {
      code,
      severity: this.tightened.has(code) ? 'error' : ruling.severity,
      says,
      ...(file !== undefined && { file }),
      ...(column !== undefined && { column }),
    };
    const tally = new Tally(counted, this.limit, this.showValues);
    this.#tallies.set(key, tally);
    return tally;
  }

  /** In the order in which people should fix them: the package, the manifest, then file by file as rows depend on each other. */
  list(): readonly Finding[] {
    return [...this.#tallies.values()]
      .filter((tally) => tally.count > 0)
      .map(({ counted, count, places }) => ({ ...counted, count, places }))
      .sort(byPlaceOfMending);
  }
}

const SEVERITIES: readonly Severity[] = ['error', 'warning', 'info'];
const FILES: readonly string[] = READING_ORDER.map((name) => `${name}.csv`);

/** Causes before effects: the zip, the text of the manifest, what it says, then the files as their rows depend on each other. */
function byPlaceOfMending(a: Finding, b: Finding): number {
  return (
    placeOf(a) - placeOf(b) ||
    SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
    positionOf(a.code) - positionOf(b.code)
  );
}

function placeOf({ code, file }: Finding): number {
  if (code.startsWith('manifest.')) return -1;
  if (file === undefined || code.startsWith('package.')) return -3;
  return file === 'manifest.csv' ? -2 : FILES.indexOf(file);
}
