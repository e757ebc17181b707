/** The districts that a command names, or that have a label. */
import type { AppliedDistrict } from '../../fleet/districts.js';
import { ExportError, type Problem } from '../../model/errors.js';
import { didYouMean } from '../../model/nearest.js';

export interface Choice {
  /** None: all. */
  readonly names: readonly string[];
  /** One of these; none: with any label, and without. */
  readonly labels?: readonly string[];
}

/** Throws ExportError `usage` with every name that is no district, and every label that no district has. */
export function chosenFrom<T extends Pick<AppliedDistrict, 'name' | 'labels'>>(
  districts: readonly T[],
  { names, labels = [] }: Choice,
): readonly T[] {
  const known = districts.map(({ name }) => name);
  const used = districts.flatMap((district) => district.labels);
  const problems: readonly Problem[] = [
    ...unknown(names, known, 'is no district of this fleet'),
    ...unknown(labels, used, 'is the label of no district'),
  ];
  if (problems.length > 0)
    throw new ExportError('usage', 'Nothing was done: fleet status lists the districts.', problems);
  return districts.filter(
    (district) =>
      (names.length === 0 || names.includes(district.name)) &&
      (labels.length === 0 || labels.some((label) => district.labels.includes(label))),
  );
}

const unknown = (words: readonly string[], known: readonly string[], says: string): readonly Problem[] =>
  words
    .filter((word) => !known.includes(word))
    .map((word) => ({ path: word, message: `${says}${didYouMean(word, known) ?? ''}` }));
