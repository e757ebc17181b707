/** GUIDs by id, 16 bytes each instead of the 80 of a string: a million people take 16 MB. */
const PAGE_SIZE = 4_096;
const GUID = /^[0-9A-F]{8}-(?:[0-9A-F]{4}-){3}[0-9A-F]{12}$/;

export class GuidStore {
  readonly #pages = new Map<number, Buffer>();
  /** Ids whose text is not a usual GUID are kept as they are. */
  readonly #unusual = new Map<number, string>();
  readonly #known = new Map<number, Uint8Array>();

  set(id: number, guid: string): void {
    if (!GUID.test(guid)) {
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
    const hex = page.toString('hex', at * 16, at * 16 + 16).toUpperCase();
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }
}
