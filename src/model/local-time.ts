/** An instant as the clocks of the district show it. Programs get UTC; people get this. */

/** `2026-10-15 06:00 -05:00`: sorts within one offset, and leaves no doubt about the zone. `instant`: ISO 8601. */
export function localTime(timezone: string, instant: string | Date): string {
  const at = new Date(instant);
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'longOffset',
  }).formatToParts(at);
  const part = (type: Intl.DateTimeFormatPartTypes): string =>
    parts.find((each) => each.type === type)?.value ?? '';
  const day = `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
  return `${day} ${part('hour')}:${part('minute')} ${part('timeZoneName').slice('GMT'.length) || '+00:00'}`;
}

/** `-05:00`, or `+00:00`, of an IANA time zone at an instant. */
export const offsetOf = (timezone: string, instant: string | Date): string =>
  localTime(timezone, instant).slice('YYYY-MM-DD hh:mm '.length);
