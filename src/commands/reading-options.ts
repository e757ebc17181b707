/** The options of `validate` and `diff` that limit how much of a zip is unpacked. */
import { READING_LIMITS, ZIP_LIMITS, type ZipLimits } from '../model/reading-limits.js';

export interface ReadingOptions {
  /** Megabytes. */
  readonly maxUnpacked?: number;
  readonly maxRatio?: number;
}

const MEGABYTE = 1e6;

/** For the command line: flag and meaning. */
export const READING_FLAGS: readonly (readonly [flag: string, says: string])[] = [
  [
    `${READING_LIMITS.unpackedBytes.flag} <megabytes>`,
    `read at most this many megabytes of a zip, unpacked (default: ${Math.floor(ZIP_LIMITS.unpackedBytes / MEGABYTE)})`,
  ],
  [
    `${READING_LIMITS.ratio.flag} <times>`,
    `largest unpacked size of an entry, as a multiple of its packed size (default: ${ZIP_LIMITS.ratio})`,
  ],
];

export function zipLimits({ maxUnpacked, maxRatio }: ReadingOptions): ZipLimits {
  return {
    unpackedBytes: maxUnpacked === undefined ? ZIP_LIMITS.unpackedBytes : maxUnpacked * MEGABYTE,
    ratio: maxRatio ?? ZIP_LIMITS.ratio,
  };
}
