import { atLocal } from '../model/local-time.js';
import { nextDay, type LocalDate } from '../model/values.js';
import type { District } from './model.js';

/** When the receivers should have the bundles of a night: the first such time of day after its start. Undefined without deliverBy. */
export function deadlineOf(
  { start, timezone, deliverBy }: Pick<District, 'start' | 'timezone' | 'deliverBy'>,
  night: LocalDate,
): Date | undefined {
  if (deliverBy === undefined) return undefined;
  return atLocal(deliverBy > start ? night : nextDay(night), deliverBy, timezone);
}
