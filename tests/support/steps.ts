/** The steps of a program that ran under `stop-at.ts`. */
import { readFileSync } from 'node:fs';
import type { Step } from './stop-at.js';

/** In order. */
export function stepsIn(log: string): readonly Step[] {
  const counts = new Map<string, number>();
  return readFileSync(log, 'utf8')
    .trim()
    .split('\n')
    .map((what) => {
      const nth = (counts.get(what) ?? 0) + 1;
      counts.set(what, nth);
      return { what, nth };
    });
}
