/** Days on which no class is current: its terms do not include the day. A receiver that hides such classes shows nothing then. */
import { decide, rosterOf } from '../filter/filter.js';
import { Notices } from '../model/notices.js';
import type { LocalDate } from '../model/values.js';
import type { ConnectionForecast } from './model.js';
import type { Judging } from './judge.js';

/** `days`: in order. Judged by the classes of today. */
export function daysWithoutClasses(
  { snapshot, district, settings, asOf }: Omit<Judging, 'grades'>,
  days: readonly LocalDate[],
): ConnectionForecast['withoutClasses'] {
  const notices = new Notices();
  const request = { snapshot, district, settings, asOf, notices, report: () => undefined };
  const spans = [...rosterOf(request, decide(request)).classSpans().values()];
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
