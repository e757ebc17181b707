/** Which school years are read: the active one, and the one after it. */
import type { LocalDate } from '../model/values.js';
import type { ActiveYear, RowOf } from '../snapshot/snapshot.js';
import { SourceFault } from './source-fault.js';

type SchoolYear = RowOf<'SchoolYear'>;

interface Wanted {
  /** The name of the source for people. */
  readonly label: string;
  /** By its end year: judged as the active one, whatever is marked. */
  readonly schoolYear?: number;
}

/** The one year that is marked active, or the one that is wanted. */
export function activeYear(years: readonly SchoolYear[], { label, schoolYear }: Wanted): ActiveYear {
  const [year, ...others] = years.filter(({ active, endYear }) =>
    schoolYear === undefined ? active === 1 : endYear === schoolYear,
  );
  if (year === undefined && schoolYear !== undefined) throw unknownYear(label, schoolYear, years);
  if (year?.endYear == null || others.length > 0)
    throw ambiguousYear(label, year === undefined ? 0 : others.length + 1, schoolYear);
  return withDates(year, year.endYear);
}

/** The school year after another one, where it is set up. */
export function yearAfter(
  years: readonly SchoolYear[],
  { endYear }: ActiveYear,
  label: string,
): ActiveYear | undefined {
  const schoolYear = endYear + 1;
  return years.some((each) => each.endYear === schoolYear)
    ? activeYear(years, { label, schoolYear })
    : undefined;
}

/** Blank dates become Jan 1 of the start year and Dec 31 of the end year. */
function withDates(
  { startYear: begins, startDate, endDate, label }: SchoolYear,
  endYear: number,
): ActiveYear {
  const startYear = (begins as number | null) ?? endYear - 1;
  return {
    endYear,
    startYear,
    start: startDate ?? (`${startYear}-01-01` as LocalDate),
    end: endDate ?? (`${endYear}-12-31` as LocalDate),
    label,
  };
}

function unknownYear(label: string, schoolYear: number, years: readonly SchoolYear[]): SourceFault {
  const known = years.map(({ endYear }) => endYear).join(', ');
  return new SourceFault(
    `${label} has no school year that ends in ${schoolYear}. It has: ${known}. See System Administration > Calendar > School Years.`,
  );
}

function ambiguousYear(label: string, count: number, schoolYear?: number): SourceFault {
  const found = count === 0 ? 'no school year' : `${count} school years`;
  const says =
    schoolYear !== undefined
      ? `${found} end in ${schoolYear}`
      : `${found} ${count === 0 ? 'is' : 'are'} marked active`;
  return new SourceFault(
    `In ${label} ${says}. Exactly one must be: System Administration > Calendar > School Years.`,
    { problems: [{ path: 'SchoolYear.active', message: `YEAR_AMBIGUOUS: ${says}` }] },
  );
}
