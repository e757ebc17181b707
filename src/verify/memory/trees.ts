/** Parents by row number, and the search for rows that are their own ancestor. */
import { NumberColumn } from './numbers.js';

export class Parents {
  readonly #parent = new NumberColumn(-1);
  readonly #line = new NumberColumn(0);
  #size = 0;

  set(child: number, parent: number, line: number): void {
    this.#parent.set(child, parent);
    this.#line.set(child, line);
    this.#size = Math.max(this.#size, child + 1, parent + 1);
  }

  lineOf(child: number): number {
    return this.#line.get(child);
  }

  /** Rows with a parent, and that parent. */
  *links(): Generator<readonly [child: number, parent: number]> {
    for (let child = 0; child < this.#size; child++) {
      const parent = this.#parent.get(child);
      if (parent >= 0) yield [child, parent];
    }
  }

  /** One row of each loop of rows that are their own ancestors. */
  *rings(): Generator<number> {
    const state = new Uint32Array(this.#size);
    for (let start = 0; start < this.#size; start++) {
      const walk = start + 1;
      let at = start;
      while (at >= 0 && state[at] === 0) {
        state[at] = walk;
        at = this.#parent.get(at);
      }
      if (at >= 0 && state[at] === walk) yield at;
    }
  }
}
