/** The right to work on a district, as the worker that gives it to a child keeps it. */
import { inMs } from '../model/limits.js';
import { renewLease, takeLease, type LeaseStore } from '../state/lease.js';
import type { FleetDatabase } from './database.js';

export interface Leases {
  /** A token; undefined while another holds the district. */
  take(district: string, job: string): Promise<number | undefined>;
  /** False: another has it. */
  renew(district: string, token: number): Promise<boolean>;
}

/** `holder`: the worker, in words. */
export function leasesIn({ knex, transaction }: FleetDatabase, holder: string, seconds: number): Leases {
  const of = (district: string): LeaseStore => ({ knex, district, transaction });
  return {
    take: (district, job) => takeLease(of(district), { holder, job, seconds }),
    renew: (district, token) => renewLease(of(district), token, seconds),
  };
}

export interface Keeping {
  readonly lifetimeMs: number;
  /** Throws while the database is away, which is tried again. */
  readonly renew: () => Promise<boolean>;
  /** Called once, before another can have the district: work on it must end at once. */
  readonly onLost: () => void;
  /** Monotonic, in milliseconds. */
  readonly now?: () => number;
}

/** Ends work this long before the lease would end. */
const MARGIN_MS = inMs({ most: 2, unit: 'seconds' });

/**
 * Renews a lease each quarter of its life. While the database does not answer, our own clock decides, from before the last request that
 * was granted: the lease cannot have ended earlier.
 */
export class Keeper {
  readonly #now: () => number;
  #validUntil: number;
  #isLost = false;
  #isEnded = false;
  #renewal: NodeJS.Timeout | undefined;
  #end: NodeJS.Timeout | undefined;

  /** `takenAt`: by `now`, before the lease was requested. */
  constructor(
    private readonly keeping: Keeping,
    takenAt: number,
  ) {
    this.#now = keeping.now ?? (() => performance.now());
    this.#validUntil = takenAt + keeping.lifetimeMs;
    this.#watch();
    this.#plan();
  }

  get isLost(): boolean {
    return this.#isLost;
  }

  end(): void {
    this.#isEnded = true;
    clearTimeout(this.#renewal);
    clearTimeout(this.#end);
  }

  #plan(): void {
    this.#renewal = setTimeout(() => void this.#renew(), this.keeping.lifetimeMs / 4);
  }

  async #renew(): Promise<void> {
    const before = this.#now();
    try {
      if (await this.keeping.renew()) {
        this.#validUntil = before + this.keeping.lifetimeMs;
        this.#watch();
      } else this.#lose();
    } catch {
      // The database is away: until the end of the lease there is time for it to come back.
    }
    if (!this.#isEnded) this.#plan();
  }

  #watch(): void {
    clearTimeout(this.#end);
    if (this.#isEnded) return;
    const margin = Math.min(MARGIN_MS, this.keeping.lifetimeMs / 4);
    this.#end = setTimeout(() => this.#lose(), Math.max(0, this.#validUntil - this.#now() - margin));
  }

  #lose(): void {
    if (this.#isLost || this.#isEnded) return;
    this.#isLost = true;
    this.end();
    this.keeping.onLost();
  }
}
