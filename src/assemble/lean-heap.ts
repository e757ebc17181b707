/**
 * Limits for the heaps of worker threads. What lives in a staging is small and short-lived, but V8 lets garbage gather until a heap is
 * several times as large; how many times depends on the limit of the heap.
 */
import type { ResourceLimits } from 'node:worker_threads';

/** Half of the usual room for new objects: 12 to 20 MB less for each thread, for 2 or 3 percent more CPU time. */
const NEW_OBJECTS_MB = 24;

/** Judging makes few objects: 20 MB less than with the room of a staging, for the same CPU time at 20,000 students. */
const NEW_OBJECTS_OF_A_JUDGE_MB = 4;

/** Far above what a staging holds. Below 4 GB, V8 collects earlier: at 60,000 students 222 MB in all instead of 258 MB. */
const OLD_OBJECTS_MB = 1_024;

const OPERATORS_OWN: readonly [flag: RegExp, limit: keyof ResourceLimits][] = [
  [/--max[-_]old[-_]space[-_]size/, 'maxOldGenerationSizeMb'],
  [/--max[-_]semi[-_]space[-_]size/, 'maxYoungGenerationSizeMb'],
];

/** `options`: those that Node was started with; a limit that the operator set in them is left to the operator. */
export function threadLimits(
  options: readonly string[] = nodeOptions(),
  newObjectsMb = NEW_OBJECTS_MB,
): ResourceLimits {
  const limits = { maxYoungGenerationSizeMb: newObjectsMb, maxOldGenerationSizeMb: OLD_OBJECTS_MB };
  const left = OPERATORS_OWN.filter(([flag]) => options.some((option) => flag.test(option)));
  return Object.fromEntries(
    Object.entries(limits).filter(([name]) => !left.some(([, limit]) => limit === name)),
  );
}

export const judgeLimits = (options?: readonly string[]): ResourceLimits =>
  threadLimits(options, NEW_OBJECTS_OF_A_JUDGE_MB);

const nodeOptions = (): readonly string[] => [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''];
