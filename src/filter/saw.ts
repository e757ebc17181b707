/** What several rules look at, as facts for `explain`. A refresh calls none of these functions. */
import type { LocalDate } from '../model/values.js';
import type { RoleName } from '../roster/roster.js';
import { PERSON, type Context } from './context.js';
import { ROLE, type Kept, type KeptSections } from './kept.js';
import type { Fact, Facts } from './rule.js';

/** Columns of a row that a rule looked up, each after the name of the row; nothing without the row. */
export function named<Column extends string>(
  name: string,
  row: Readonly<Record<Column, Fact>> | undefined,
  ...columns: readonly Column[]
): Facts {
  if (row === undefined) return {};
  return Object.fromEntries(columns.map((column) => [`${name}.${column}`, row[column]]));
}

type Dates = Readonly<Record<'startDate' | 'endDate', LocalDate | null>>;

export const sawEnd = ({ endDate }: Pick<Dates, 'endDate'>, { asOf }: Context): Facts => ({ asOf, endDate });

export const sawYear = ({ startDate, endDate }: Dates, { district }: Context): Facts => ({
  startDate,
  endDate,
  ...named('year', district.year, 'start', 'end'),
});

export const sawTrial = (
  { trialID, sectionID }: { readonly trialID: number; readonly sectionID: number },
  { district }: Context,
): Facts => ({ trialID, sectionID, 'trial.active': district.activeTrials.has(trialID) });

export const sawSection = (
  { sectionID }: { readonly sectionID: number },
  { sections }: { readonly sections: KeptSections },
): Facts => ({ sectionID, 'section.exported': sections.sections.has(sectionID) });

/** One of the facts of a person. */
export const sawPerson = (personID: number, fact: keyof typeof PERSON, { district }: Context): Facts => ({
  [`person.${fact}`]: district.people.has(personID, PERSON[fact]),
});

/** Whether a person is exported in a role. */
export const sawExported = (personID: number, role: RoleName, { kept }: { readonly kept: Kept }): Facts => ({
  [`exported.${role}`]: kept.roles.has(personID, ROLE[role]),
});
