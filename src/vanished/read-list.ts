/** A list of this program, read row by row; it is ours, so what cannot be read is a fault of the disk. */
import { createReadStream } from 'node:fs';
import { CsvReader } from '../csv/csv-reader.js';
import { ExportError } from '../model/errors.js';

/** Gives the cells of each row but the header. */
export async function readList(path: string, onRow: (cells: readonly string[]) => void): Promise<void> {
  let isHeader = true;
  const breaches: string[] = [];
  const reader = new CsvReader({
    row: (row) => {
      if (!isHeader) onRow(Array.from({ length: row.width }, (_, cell) => row.text(cell)));
      isHeader = false;
    },
    breach: (breach) => breaches.push(breach),
  });
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) reader.push(chunk);
  reader.end();
  if (breaches.length > 0)
    throw new ExportError('home', `The list ${path} cannot be read back. Check the disk.`);
}
