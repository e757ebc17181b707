/**
 * The types of the stage: what is sent, where, and the outcome. A target is a place with a folder in it; how a file
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
  /** In the order in which they get their final names: the one that marks the set as complete is last. */
  readonly files: readonly ParcelFile[];
  /** Expression that matches every name that such a file ever had here. */
  readonly namesLike: string;
  /** Files of earlier nights that must not stay beside these. */
  readonly stale: readonly string[];
  /** Called before anything gets a final name; throws where the sender may no longer send. */
  readonly confirm?: () => Promise<void>;
}

export interface DeliveredFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A remark on a delivery that succeeded. The codes are promises to readers of the history. */
export interface DeliveryNotice {
  readonly code:
    | 'not-compared'
    | 'not-confirmed'
    | 'changed-after-rename'
    | 'cannot-list'
    | 'old-parts-stay'
    | 'legacy-algorithms';
  readonly message: string;
}

/** What the target confirmed. */
export interface Receipt {
  readonly files: readonly DeliveredFile[];
  /** `hash`: read back and compared. `size`: the receiver allows no reading. `none`: the file cannot be listed. */
  readonly compared: 'hash' | 'size' | 'none';
  /** Of the server, if the target reports it. */
  readonly hostKey?: string;
  readonly notices?: readonly DeliveryNotice[];
}

/** The file at the receiver now. `unclear`: the size matches, and its content cannot be read. */
export type Sight =
  | { readonly seen: 'there'; readonly receipt: Receipt }
  | { readonly seen: 'absent' }
  | { readonly seen: 'unclear' };

export interface DeliveryTarget {
  /** Identifies the receiver in the history; without secrets. The name stands there as configured, parts such as {yyyy} included. */
  readonly address: string;
  /** For people: the address with the parts of the name filled in. */
  readonly label: string;
  /** Targets with the same host get one connection at a time. */
  readonly host: string;
  /** Puts the whole parcel in its place, or throws a DeliveryFault and leaves what was there. `signal` ends every wait at once. */
  readonly send: (parcel: Parcel, signal?: AbortSignal) => Promise<Receipt>;
  readonly look: (parcel: Parcel, signal?: AbortSignal) => Promise<Sight>;
  /** Connects and tests everything that a delivery requires with a small file; never throws for its findings. */
  readonly inspect: (signal?: AbortSignal) => Promise<Inspection>;
}

export type Extension = 'posix-rename' | 'fsync' | 'statvfs';

/** Something that a delivery makes use of. */
export interface Capability {
  readonly name: string;
  readonly works: boolean;
  /** Without it a delivery fails with the settings as they are. */
  readonly isNeeded: boolean;
  /** The server's text, and the setting that helps; empty if it works. */
  readonly message: string;
}

export interface Inspection {
  readonly address: string;
  /** Fingerprints that the server showed, right or wrong. */
  readonly hostKeys: readonly string[];
  /** What the server can do beyond the basics; undefined if unknown. */
  readonly offers: Readonly<Partial<Record<Extension, boolean>>>;
  readonly freeBytes?: number;
  readonly capabilities: readonly Capability[];
  /** Remarks on what works, but not as well as it could. */
  readonly remarks: readonly string[];
  /** Why a delivery would fail now. */
  readonly fault?: { readonly step: string; readonly message: string };
}

/** `unclear`: the server does not report it. A server may leave out size and time. */
export type Look =
  | { readonly is: 'there'; readonly bytes?: number | undefined; readonly changedAt?: number | undefined }
  | { readonly is: 'absent' }
  | { readonly is: 'unclear' };

/** A file in a folder; the time is that of the receiver's clock, in ms. */
export interface Listed {
  readonly name: string;
  readonly changedAt: number;
}

/** An open folder at a receiver. Each function throws a DeliveryFault; names are those of files in the folder. */
export interface RemoteFolder {
  readonly hostKey?: string;
  readonly offers: Inspection['offers'];
  /** Remarks on the connection. */
  readonly notices?: readonly DeliveryNotice[];
  /**
   * Uploads under this name, readable by its owner only, and syncs it where that is possible. `begun` is called once there may
   * be something under the name that was not there before.
   */
  readonly put: (local: string, name: string, begun: () => void) => Promise<void>;
  readonly setMode: (name: string, mode: string) => Promise<void>;
  readonly look: (name: string) => Promise<Look>;
  /** SHA-256 of these many first bytes at most; undefined: the server does not let the file be read. */
  readonly hash: (name: string, bytes: number) => Promise<string | undefined>;
  /** Gives the file another name, over one that has it already. */
  readonly replace: (from: string, to: string) => Promise<void>;
  /** A missing file counts as removed. */
  readonly remove: (name: string) => Promise<void>;
  /** Files whose names match. */
  readonly list: (like: RegExp) => Promise<readonly Listed[]>;
  /** Free for this user; undefined if the server does not report it. */
  readonly freeBytes: () => Promise<number | undefined>;
  readonly close: () => Promise<void>;
}
