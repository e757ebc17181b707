/** GUIDs by id, 16 bytes each instead of the 80 of a string: a million people take 16 MB. */
import { USUAL_GUID } from '../model/values.js';

const PAGE_SIZE = 4_096;

export class GuidStore {
  readonly #pages = new Map<number, Buffer>();
  /** Ids whose text is not a usual GUID are kept as they are. */
  readonly #unusual = new Map<number, string>();
  readonly #known = new Map<number, Uint8Array>();

  set(id: number, guid: string): void {
    if (!USUAL_GUID.test(guid)) {
      this.#unusual.set(id, guid);
      return;
    }
    const key = Math.floor(id / PAGE_SIZE);
    let page = this.#pages.get(key);
    if (page === undefined) {
      page = Buffer.alloc(PAGE_SIZE * 16);
      this.#pages.set(key, page);
      this.#known.set(key, new Uint8Array(PAGE_SIZE));
    }
    const at = id & (PAGE_SIZE - 1);
    page.write(guid.replaceAll('-', ''), at * 16, 'hex');
    const known = this.#known.get(key);
    if (known) known[at] = 1;
  }

  get(id: number): string | undefined {
    const key = Math.floor(id / PAGE_SIZE);
    const at = id & (PAGE_SIZE - 1);
    const page = this.#pages.get(key);
    if (page === undefined || this.#known.get(key)?.[at] !== 1) return this.#unusual.get(id);
    return textOf(page, at * 16);
  }
}

const DIGITS = Buffer.from('0123456789ABCDEF', 'latin1');
/** The two places of each byte in the text of a GUID. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
const scratch = Buffer.alloc(36, '-');

/** Half the time of asking for hexadecimal text and cutting it, and a refresh asks a million times and more. */
function textOf(bytes: Buffer, from: number): string {
  for (let each = 0; each < 16; each += 1) {
    const byte = bytes[from + each] ?? 0;
    const place = PLACES[each] ?? 0;
    scratch[place] = DIGITS[byte >> 4] ?? 0;
    scratch[place + 1] = DIGITS[byte & 15] ?? 0;
  }
  return scratch.toString('latin1');
}
