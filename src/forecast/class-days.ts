/** Days on which no class is current: its terms do not include the day. A receiver that hides such classes shows nothing then. */
import type { LocalDate } from '../model/values.js';
import type { Roster } from '../roster/roster.js';
import type { ConnectionForecast } from './model.js';

/** `days`: in order. Judged by the classes of today. */
export function daysWithoutClasses(
  roster: Pick<Roster, 'classSpans'>,
  days: readonly LocalDate[],
): ConnectionForecast['withoutClasses'] {
  const spans = [...roster.classSpans().values()];
  const distinct = [...new Map(spans.map((span) => [`${span.startDate} ${span.endDate}`, span])).values()];
  const isEmpty = (day: LocalDate): boolean =>
    !distinct.some(({ startDate, endDate }) => startDate <= day && day <= endDate);
  const ranges: { from: LocalDate; to: LocalDate }[] = [];
  let last: LocalDate | undefined;
  for (const day of days) {
    const open = ranges.at(-1);
    if (isEmpty(day) && open !== undefined && open.to === last) open.to = day;
    else if (isEmpty(day)) ranges.push({ from: day, to: day });
    last = day;
  }
  return ranges;
}
