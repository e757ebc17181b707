/** Walks the tables of a bundle row by row. Takes the path of a zip that was verified before; holds one chunk at a time. */
import yauzl from 'yauzl';
import { CsvReader, type Row } from '../verify/csv.js';

/** A table as its header names it. */
export interface TableHeader {
  readonly table: string;
  readonly columns: readonly string[];
}

/** What to do with the rows of a table, or undefined to pass over it. */
export type TableVisitor = (header: TableHeader) => ((row: Row) => void) | undefined;

export async function readTables(zipPath: string, visit: TableVisitor): Promise<void> {
  const zip = await yauzl.openPromise(zipPath, { lazyEntries: true, autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) {
      const table = entry.fileName.replace(/\.csv$/, '');
      if (table === entry.fileName || table === 'manifest') continue;
      let onRow: ((row: Row) => void) | undefined;
      let seenHeader = false;
      const reader = new CsvReader({
        row: (row) => {
          if (seenHeader) onRow?.(row);
          else onRow = visit({ table, columns: cellsOf(row) });
          seenHeader = true;
        },
        breach: () => undefined, // judged when the bundle was verified
      });
      for await (const chunk of await zip.openReadStreamPromise(entry)) reader.push(chunk as Buffer);
      reader.end();
    }
  } finally {
    zip.close();
  }
}

export function cellsOf(row: Row): readonly string[] {
  return Array.from({ length: row.width }, (_, cell) => row.text(cell));
}
