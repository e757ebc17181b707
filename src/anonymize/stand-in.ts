/**
 * What stands in a file for what is in no row. A file that is read no further is not replaced any further either: the rest
 * of it becomes something that is read no further for the same reason.
 */
import { READING_LIMITS } from '../model/reading-limits.js';
import type { Breach } from '../csv/csv-reader.js';

/** Twice the limit: a row is measured when a piece of the file is read, and not before. */
const BEYOND = 2;

export function standInFor(breach: Breach): Buffer | undefined {
  switch (breach) {
    case 'csv.bom':
      return Buffer.from('\ufeff');
    case 'csv.wide-encoding':
      return Buffer.from('\ufeff', 'utf16le');
    case 'csv.delimiter':
      return Buffer.from('sourcedId;status');
    case 'header.too-many-columns':
      return Buffer.from(`${'x,'.repeat(READING_LIMITS.columns.most)}x`);
    case 'header.too-long':
      return Buffer.alloc(READING_LIMITS.headerBytes.most * BEYOND, 'x');
    case 'csv.row-too-long':
      return Buffer.alloc(READING_LIMITS.rowBytes.most * BEYOND, 'x');
    default:
      return undefined;
  }
}

const HEADER_BREACHES: ReadonlySet<Breach> = new Set<Breach>([
  'csv.delimiter',
  'header.too-many-columns',
  'header.too-long',
]);

/** The line end of a header that was cut, which profiles have demands on. */
export function lineEndBehind(
  cut: Breach | undefined,
  read: { readonly crlf: number; readonly lf: number },
): Buffer {
  if (cut === undefined || !HEADER_BREACHES.has(cut)) return Buffer.alloc(0);
  return Buffer.from(read.crlf > 0 ? '\r\n' : read.lf > 0 ? '\n' : '');
}
