/**
 * The findings at work. Takes a survey of the district or of one connection; gives what each finding found, counted, and
 * hands every record on as it is found. Holds counts and a few ids, never the records.
 */
import { findings } from './register.js';
import type {
  ConnectionFinding,
  ConnectionSurvey,
  DistrictSurvey,
  Finder,
  Finding,
  Found,
  Watcher,
} from './findings/finding.js';

export interface FindingResult {
  readonly finding: Finding;
  readonly count: number;
  /** The first ones found. */
  readonly examples: readonly { readonly kind: string; readonly id: number | string }[];
  /** What exclude marks exclude, by kind of record. */
  readonly takesOut: Readonly<Record<string, number>>;
}

export type PutFound = (finding: Finding, record: Found) => void;

const MOST_EXAMPLES = 3;

class Tally implements Finder {
  count = 0;
  readonly examples: { kind: string; id: number | string }[] = [];
  readonly taken: Record<string, number> = {};

  constructor(
    readonly finding: Finding,
    private readonly put: PutFound,
  ) {}

  found(record: Found): void {
    this.count += 1;
    if (this.count <= MOST_EXAMPLES) this.examples.push({ kind: record.kind, id: record.id });
    this.put(this.finding, record);
  }

  takesOut(kind: string): void {
    this.taken[kind] = (this.taken[kind] ?? 0) + 1;
  }

  result(): readonly FindingResult[] {
    const { finding, count, examples, taken } = this;
    return count === 0 ? [] : [{ finding, count, examples, takesOut: taken }];
  }
}

export function lookAtDistrict(survey: DistrictSurvey, put: PutFound): readonly FindingResult[] {
  return findings.flatMap((finding) => {
    if (finding.scope !== 'district') return [];
    const tally = new Tally(finding, put);
    finding.look(survey, tally);
    return tally.result();
  });
}

/** Watches a connection's records through all findings at once; `results` after `end`. */
export function watchConnection(
  survey: ConnectionSurvey,
  put: PutFound,
): Required<Watcher> & { results(): readonly FindingResult[] } {
  const watched = findings
    .filter((finding): finding is ConnectionFinding => finding.scope === 'connection')
    .map((finding) => {
      const tally = new Tally(finding, put);
      return { tally, watcher: finding.watch(survey, tally) };
    });
  const each = (tell: (watcher: Watcher) => void): void => {
    for (const { watcher } of watched) tell(watcher);
  };
  return {
    leftOut: (kind, id, exclusion) => each((watcher) => watcher.leftOut?.(kind, id, exclusion)),
    enrollment: (row) => each((watcher) => watcher.enrollment?.(row)),
    class: (kept) => each((watcher) => watcher.class?.(kept)),
    person: (kept) => each((watcher) => watcher.person?.(kept)),
    end: () => each((watcher) => watcher.end?.()),
    results: () => watched.flatMap(({ tally }) => tally.result()),
  };
}
