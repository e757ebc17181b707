/**
 * The words of the stage: what is sent, where to, and what came of it. A target is a place with a folder in it; how a file
 * gets there whole (`send.ts`) is the same for all of them.
 */

export interface ParcelFile {
  /** Absolute path on this machine. */
  readonly local: string;
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface Parcel {
  /** In the order in which they get their final names: the one that tells that all are there comes last. */
  readonly files: readonly ParcelFile[];
  /** Expression that matches every name that such a file ever had here. */
  readonly namesLike: string;
  /** Files of earlier nights that must not stay beside these. */
  readonly stale: readonly string[];
}

export interface DeliveredFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What the target confirmed. */
export interface Receipt {
  readonly files: readonly DeliveredFile[];
  /** `hash`: read back and compared. `size`: the receiver allows no reading. */
  readonly compared: 'hash' | 'size';
  /** Of the server, where the target can tell. */
  readonly hostKey?: string;
}

/** What stands at the receiver now. `unclear`: the size fits, and nobody may read more. */
export type Sight =
  | { readonly seen: 'there'; readonly receipt: Receipt }
  | { readonly seen: 'absent' }
  | { readonly seen: 'unclear' };

export interface DeliveryTarget {
  /** For people and the history; without secrets. */
  readonly address: string;
  /** Whoever shares it gets one connection at a time. */
  readonly host: string;
  /** Puts the whole parcel in its place, or throws a DeliveryFault and leaves what was there. */
  readonly send: (parcel: Parcel) => Promise<Receipt>;
  readonly look: (parcel: Parcel) => Promise<Sight>;
  /** Connects, tries everything that a delivery needs with an empty file, and never throws for what it finds. */
  readonly inspect: () => Promise<Inspection>;
}

export type Extension = 'posix-rename' | 'fsync' | 'statvfs';

export interface Inspection {
  readonly address: string;
  /** Fingerprints that the server showed, right or wrong. */
  readonly hostKeys: readonly string[];
  /** What the server can do beyond the basics; undefined where nobody can tell. */
  readonly offers: Readonly<Partial<Record<Extension, boolean>>>;
  readonly freeBytes?: number;
  /** Remarks on what works, but not as well as it could. */
  readonly remarks: readonly string[];
  /** Why a delivery would fail now. */
  readonly fault?: { readonly step: string; readonly message: string };
}

/** An open folder at a receiver. Each function throws a DeliveryFault; names are those of files in the folder. */
export interface RemoteFolder {
  readonly hostKey?: string;
  readonly offers: Inspection['offers'];
  /** Uploads under a name that nobody looks at, readable by its owner only, and syncs it where that is possible. */
  readonly put: (local: string, name: string) => Promise<void>;
  readonly setMode: (name: string, mode: string) => Promise<void>;
  /** Undefined: there is no such file. */
  readonly size: (name: string) => Promise<number | undefined>;
  /** SHA-256; undefined: nobody may read it. */
  readonly hash: (name: string) => Promise<string | undefined>;
  /** Gives the file another name, over one that has it already. */
  readonly replace: (from: string, to: string) => Promise<void>;
  /** What is not there is removed already. */
  readonly remove: (name: string) => Promise<void>;
  /** Temporary files, ours or not; empty where nobody may list. */
  readonly listParts: () => Promise<readonly { readonly name: string; readonly changedAt: number }[]>;
  /** Free for this user; undefined where nobody can tell. */
  readonly freeBytes: () => Promise<number | undefined>;
  readonly close: () => Promise<void>;
}
