/** The known word that is closest to a mistyped one, if any is close enough. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  const limit = Math.max(1, Math.floor(word.length / 3));
  const near = [...known]
    .map((each) => ({ each, distance: distance(word.toLowerCase(), each.toLowerCase()) }))
    .filter((candidate) => candidate.distance <= limit)
    .sort((a, b) => a.distance - b.distance);
  return near[0]?.each;
}

/** For the end of a message; undefined if no known word is close. */
export function didYouMean(word: string, known: Iterable<string>): string | undefined {
  const near = nearest(word, known);
  return near && `; did you mean \`${near}\`?`;
}

/** Letters to add, drop or replace, until one word is the other (Levenshtein). */
function distance(from: string, to: string): number {
  // A word this long is not a typo, and the cost grows with the product of both lengths.
  if (Math.abs(from.length - to.length) > 10) {
    return Infinity;
  }
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, letter] of Array.from(from).entries()) {
    const next = [i + 1];
    for (const [j, other] of Array.from(to).entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? Infinity;
}
