/**
 * Where bundles and the files beside them are kept once they are made: three shelves for each connection. Only an implementation knows
 * where that is, and `folder-shelves.ts` is the one there is. Files follow the state, never the other way.
 *
 * What a shelf promises: a file arrives whole, by one step, from a folder of its holder's own, so that a reader sees the file before
 * or this one, and a holder that lost the district moves nothing (its own folder is gone). Nothing on a shelf is ever locked.
 */
export interface Shelves {
  /** What is published. */
  bundles(connection: string): Shelf;
  /** What is on hold or refused. */
  withheld(connection: string): Shelf;
  /** Full content behind the deltas of a connection. */
  full(connection: string): Shelf;
}

export interface Shelf {
  /** Where people find its files. Other code takes `pathOf`. */
  readonly folder: string;
  /** Where a reader finds a file, which may not be there. */
  pathOf(file: string): string;
  /** Makes it where it was never used. Throws ExportError `home` where something that is not ours stands in its place. */
  prepare(): void;
  /** The names of its files. Nothing for a shelf that was never used, or that is not ours. */
  list(): readonly string[];
  /** Moves a whole file from a path of the same disk to its name here. Throws FileInUse where a reader prevents that for the time being. */
  take(from: string, file: string): Promise<void>;
  /** Creates or replaces a text as a whole. */
  write(file: string, text: string): void;
  /** Lets `alias` be another name of a file that is here. Does nothing where it is so already. Throws like `take`. */
  point(alias: string, file: string): Promise<void>;
  /** From then on, what was taken, written or pointed outlives a power cut. */
  sync(): Promise<void>;
  /** False where a reader has it open: then a later removal takes it away. A file that is absent is no error. */
  remove(file: string): boolean;
}
