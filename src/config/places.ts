/** Where in the file a setting is written, so that a problem can point there. */
export type Segment = string | number;

export interface Place {
  /** Offset of the key; of the value for items of a list. */
  readonly keyAt: number;
  readonly valueAt: number;
  readonly value: unknown;
  /** It is text of which a part was filled in from elsewhere, as secrets are. */
  readonly isReferred: boolean;
  /** The same text as it is in the file, with the references in it. Present where a part was filled in. */
  readonly asWritten?: string;
}

/** By path, as `formatPath` writes it; the whole file is the empty path. */
export type Places = Map<string, Place>;

/** A problem before its offset became a line and a column. */
export interface Finding {
  readonly path: string;
  readonly offset: number;
  readonly message: string;
}

/** `connections[2].delivery.host`; keys that are no plain words go in quotes. */
export function formatPath(segments: readonly Segment[]): string {
  return segments.map((segment, index) => formatSegment(segment, index === 0)).join('');
}

/** A problem at the key of a setting. */
export function findingAt(places: Places, segments: readonly Segment[], message: string): Finding {
  const path = formatPath(segments);
  return { path, offset: places.get(path)?.keyAt ?? 0, message };
}

/** The keys of a group; none where there is no group. */
export function keysAt(places: Places, segments: readonly Segment[]): readonly string[] {
  const value = places.get(formatPath(segments))?.value;
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
}

function formatSegment(segment: Segment, isFirst: boolean): string {
  if (typeof segment === 'number') {
    return `[${segment}]`;
  }
  return /^[\w-]+$/.test(segment) ? `${isFirst ? '' : '.'}${segment}` : `[${JSON.stringify(segment)}]`;
}
