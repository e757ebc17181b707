/** Should a file grow while it is read. */
const LEAST_BYTES = 4096;

/**
 * In bytes, for content of this size: with room for one byte more, in which a reader finds the end. `most` for each file of a small
 * district would be mostly garbage.
 */
export const bufferSizeFor = (contentBytes: number, most: number): number =>
  Math.min(most, Math.max(LEAST_BYTES, contentBytes + 1));
