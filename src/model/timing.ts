/** How long the steps of a refresh took. */
export interface Timing {
  readonly step: string;
  readonly seconds: number;
}

/** Each lap goes from the last one, or from the start, to now. */
export class Laps {
  readonly #timings: Timing[] = [];
  #since = performance.now();

  lap(step: string): void {
    const now = performance.now();
    this.#timings.push({ step, seconds: Math.round(now - this.#since) / 1_000 });
    this.#since = now;
  }

  list(): readonly Timing[] {
    return [...this.#timings];
  }
}
