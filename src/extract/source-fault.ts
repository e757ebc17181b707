/** Faults of reading a SIS, with what a retry depends on. */
import { ExportError, type Problem } from '../model/errors.js';

export interface FaultDetails {
  /** It is probably gone in a minute: the whole read is retried. */
  readonly passing?: boolean;
  /** It passes, but the server does not answer reads yet: that may take as long as a restart. */
  readonly away?: boolean;
  /** What to do where there is no further attempt; not part of the message of an attempt that will be repeated. */
  readonly advice?: string;
  readonly problems?: readonly Problem[];
  readonly cause?: unknown;
}

export class SourceFault extends ExportError {
  readonly passing: boolean;
  readonly away: boolean;
  readonly advice: string | undefined;

  constructor(
    message: string,
    { passing = false, away = false, advice, problems = [], cause }: FaultDetails = {},
  ) {
    super('source', message, problems, { cause });
    this.passing = passing || away;
    this.away = away;
    this.advice = advice;
  }

  /** The same fault in other words. */
  inWords(message: string): SourceFault {
    const { passing, away, advice, problems, cause } = this;
    return new SourceFault(message, {
      passing,
      away,
      problems,
      cause,
      ...(advice !== undefined && { advice }),
    });
  }
}

/** The same rows; a fault of the source between them names the table. */
export async function* reading<T>(table: string, batches: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* batches;
  } catch (error) {
    throw error instanceof SourceFault ? error.inWords(`Reading ${table} failed. ${error.message}`) : error;
  }
}

/** Rows that changed between reading and counting: read a second time, and not a third, then it is too busy to read. */
export class RowsMoved extends SourceFault {}

export const rowsMoved = (table: string, rows: number, then: number): RowsMoved =>
  new RowsMoved(
    `${rows} rows of ${table} were read, but then there were ${then}: other programs write to it at this hour.`,
    {
      passing: true,
      advice: 'Run the refresh at another hour, or ask for snapshot isolation.',
    },
  );
