/** A line of the listing that the `sftp` program prints. */

export interface Listing {
  readonly name: string;
  readonly size: number;
  readonly changedAt: number;
}

/** A question mark in front: the server does not report its type. */
const LISTING =
  /^[-?]\S+\s+\S+\s+\S+\s+\S+\s+(\d+)\s+([A-Z][a-z]{2})\s+(\d{1,2})\s+(?:(\d{4})|(\d\d:\d\d))\s+(.+)$/;

/** Of the last half year the listing has the time and not the year. */
export function readListing(line: string): readonly Listing[] {
  const [, size, month, day, year, time = '00:00', path = ''] = LISTING.exec(line) ?? [];
  if (size === undefined) return [];
  const now = new Date();
  const at = (ofYear: number): number => Date.parse(`${month ?? ''} ${day ?? ''} ${ofYear} ${time} UTC`);
  const thisYear = at(now.getUTCFullYear());
  const recent = thisYear > now.getTime() + 86_400_000 ? at(now.getUTCFullYear() - 1) : thisYear;
  const name = path.slice(path.lastIndexOf('/') + 1);
  return [{ name, size: Number(size), changedAt: year === undefined ? recent : at(Number(year)) }];
}
