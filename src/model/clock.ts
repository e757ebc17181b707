/** The time as it goes on from a given start: the clock is read once, and setting it meanwhile changes nothing. */
export function clockFrom(start: Date): () => Date {
  const since = performance.now();
  return () => new Date(start.getTime() + Math.floor(performance.now() - since));
}
