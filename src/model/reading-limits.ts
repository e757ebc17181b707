/**
 * How much is read of a package from another origin. A few kilobytes of zip can unpack to gigabytes, and a header can
 * have hundreds of thousands of columns. Data, so that the documentation is made from it.
 */
export interface ReadingLimit {
  /** What is bounded, in words. */
  readonly says: string;
  readonly most: number;
  readonly unit: 'bytes' | 'columns' | 'entries' | 'times';
  /** The option of `validate` and `diff` that changes it. */
  readonly flag?: string;
  /** Code of the check that reports a breach. */
  readonly error: string;
}

export const READING_LIMITS = {
  entries: {
    says: 'entries of a zip',
    most: 200,
    unit: 'entries',
    error: 'package.too-many-entries',
  },
  unpackedBytes: {
    says: 'all entries of a zip together, unpacked',
    most: 4 * 2 ** 30,
    unit: 'bytes',
    flag: '--max-unpacked',
    error: 'package.too-large',
  },
  ratio: {
    says: 'unpacked size of an entry by its packed size, once such entries unpack to more than 32 MiB',
    most: 200,
    unit: 'times',
    flag: '--max-ratio',
    error: 'package.ratio',
  },
  columns: {
    says: 'columns of a CSV file',
    most: 1000,
    unit: 'columns',
    error: 'header.too-many-columns',
  },
  headerBytes: {
    says: 'the header line of a CSV file',
    most: 64 * 1024,
    unit: 'bytes',
    error: 'header.too-long',
  },
  cellBytes: { says: 'a cell', most: 64 * 1024, unit: 'bytes', error: 'csv.cell-too-long' },
  rowBytes: { says: 'a row', most: 2 ** 20, unit: 'bytes', error: 'csv.row-too-long' },
} as const satisfies Readonly<Record<string, ReadingLimit>>;

/** The limits that depend on the size of a district, so that a user can change them. */
export interface ZipLimits {
  readonly unpackedBytes: number;
  readonly ratio: number;
}

export const ZIP_LIMITS: ZipLimits = {
  unpackedBytes: READING_LIMITS.unpackedBytes.most,
  ratio: READING_LIMITS.ratio.most,
};

/** Bundles of this program have no limit of size: a district is as large as it is. */
export const OWN_ZIP_LIMITS: ZipLimits = { ...ZIP_LIMITS, unpackedBytes: Infinity };
