/** The manifest stays as it is, but for what does not belong in one, and for files that a sample leaves out. */
import type { Breach, CsvListener, Row } from '../csv/csv-reader.js';
import { Output } from './output.js';
import type { Secret } from './secret.js';
import { standInFor } from './stand-in.js';

const PROPERTY =
  /^(?:propertyName|(?:manifest|oneroster)\.version|source\.system(?:Name|Code)|file\.[A-Za-z]{1,40})$/i;
const VALUE = /^\s*(?:value|absent|bulk|delta|inactive|[\d.]{0,8})\s*$/i;

export class ManifestRewriter implements CsvListener {
  readonly output = new Output();
  cut: Breach | undefined;
  readonly #secret: Secret;
  readonly #absent: ReadonlySet<string>;

  /** `absent`: tables that are left out. */
  constructor(secret: Secret, absent: ReadonlySet<string>) {
    this.#secret = secret;
    this.#absent = absent;
  }

  breach(breach: Breach): void {
    const standIn = standInFor(breach);
    if (!standIn) return;
    this.output.add(standIn);
    if (breach !== 'csv.bom') this.cut = breach;
  }

  skipped(row: Row): void {
    this.row(row);
  }

  row(row: Row): void {
    const name = row.text(0);
    const isAbsent = /^file\./.test(name) && this.#absent.has(name.slice('file.'.length));
    if (isAbsent && row.width === 2 && /^(?:bulk|delta)$/.test(row.text(1))) {
      this.output.slice(row.bytes, row.from, row.starts[1] as number);
      this.output.add(Buffer.from('absent'));
      this.output.slice(row.bytes, row.ends[1] as number, row.next);
      return;
    }
    const isSource = /^source\.system(?:Name|Code)$/.test(name);
    for (let cell = 0; cell < row.width; cell++) {
      const isUsual =
        cell === 0 ? PROPERTY.test(name) : VALUE.test(row.text(cell)) || (isSource && cell === 1);
      if (!isUsual) this.#secret.replace(row.bytes, row.starts[cell] as number, row.ends[cell] as number);
    }
    this.output.slice(row.bytes, row.from, row.next);
  }
}
