/**
 * Takes the YAML nodes and the shape that is wanted; gives their plain value and the place of each setting.
 * Where text is wanted, a number keeps the text it was written as (1.10, 0100) and references are filled in. Keys that
 * are unknown, duplicate keys and literal secrets are found here, because they are visible only here.
 */
import { isAlias, isMap, isScalar, isSeq, type Pair, type YAMLMap } from 'yaml';
import type { Problem } from '../model/errors.js';
import { CONFIG_LIMITS } from '../model/limits.js';
import { nearest } from '../model/nearest.js';
import { formatPath, type Places, type Segment } from './places.js';
import { fillIn, hasReference, isReference, type References } from './references.js';
import type { Field, Shape } from './shape.js';
import type { Syntax } from './syntax.js';
import type { Aliases } from './walk-nodes.js';

export interface Reading {
  readonly value: unknown;
  readonly places: Places;
  readonly problems: readonly Problem[];
}

interface Reader {
  readonly aliases: Aliases;
  /** Nodes that were read so far. */
  values: number;
  readonly references: References;
  readonly places: Places;
  readonly report: (offset: number, segments: readonly Segment[], message: string) => void;
}

/** What is known about one pair of a map before its value is read. */
interface Entry {
  readonly key: string;
  readonly keyAt: number;
  readonly node: unknown;
}

export function read(
  { document, aliases, problemAt }: Syntax,
  shape: Shape,
  references: References,
): Reading {
  const problems: Problem[] = [];
  const places: Places = new Map();
  const reader: Reader = {
    aliases,
    values: 0,
    references,
    places,
    report: (offset, segments, message) => problems.push(problemAt(offset, formatPath(segments), message)),
  };
  const value = readNode(reader, document.contents, shape, [], 0);
  return { value, places, problems };
}

function readNode(
  reader: Reader,
  written: unknown,
  shape: Shape,
  segments: readonly Segment[],
  keyAt: number,
): unknown {
  const node = isAlias(written) ? reader.aliases.get(written) : written;
  const valueAt = offsetOf(written) ?? keyAt;
  reader.values += 1;
  if (reader.values > CONFIG_LIMITS.values.most) {
    if (reader.values === CONFIG_LIMITS.values.most + 1)
      reader.report(
        valueAt,
        segments,
        `is value ${reader.values} of this config, which is too many: use fewer aliases`,
      );
    return undefined;
  }
  if (isAlias(written) && node === undefined) {
    reader.report(valueAt, segments, 'starts with * but is not an anchor: put quotes around the text');
  }
  const value = valueOf(reader, node, shape, segments, valueAt);
  const isBlank = value === null || value === '';
  const asWritten =
    isScalar(node) && typeof node.value === 'string' && hasReference(node.value) ? node.value : undefined;
  reader.places.set(formatPath(segments), {
    keyAt,
    valueAt: isBlank ? keyAt : valueAt,
    value,
    isReferred: asWritten !== undefined,
    ...(asWritten !== undefined && { asWritten }),
  });
  return value;
}

function valueOf(
  reader: Reader,
  node: unknown,
  shape: Shape,
  segments: readonly Segment[],
  valueAt: number,
): unknown {
  switch (shape.kind) {
    case 'group':
    case 'choice':
    case 'table':
      if (isMap(node)) {
        return readMap(reader, node, shape, segments);
      }
      break;
    case 'list':
      if (isSeq(node)) {
        return node.items.map((item, index) =>
          readNode(reader, item, shape.items, [...segments, index], offsetOf(item) ?? valueAt),
        );
      }
      break;
    case 'text-or-group':
      return valueOf(reader, node, isMap(node) ? shape.group : shape.text, segments, valueAt);
    case 'text-or-list':
      return valueOf(reader, node, isSeq(node) ? shape.list : shape.text, segments, valueAt);
    case 'number-or-word':
      break; // as YAML reads it
    case 'text':
      if (isScalar(node) && node.value !== null) {
        return readText(reader, textOf(node.value, node.source), shape.secret, segments, valueAt);
      }
      break;
    default:
  }
  return outline(node);
}

/** Enough of a value of the wrong kind for the check to say so; nothing inside it could be right. */
function outline(node: unknown): unknown {
  if (isMap(node)) {
    return {};
  }
  // Not an empty list: that would pass for a group without keys.
  return isSeq(node) ? [null] : isScalar(node) ? node.value : null;
}

function readText(
  reader: Reader,
  text: string,
  isSecret: boolean,
  segments: readonly Segment[],
  valueAt: number,
): string {
  if (isSecret && !isReference(text)) {
    const message = 'is a secret: write ${env:NAME} or ${file:PATH} here, never the secret itself';
    reader.report(valueAt, segments, message);
    return text;
  }
  const filled = fillIn(text, reader.references);
  if ('problem' in filled) {
    reader.report(valueAt, segments, filled.problem);
    return text;
  }
  return filled.text;
}

function readMap(
  reader: Reader,
  map: YAMLMap,
  shape: Shape & { readonly kind: 'group' | 'choice' | 'table' },
  segments: readonly Segment[],
): unknown {
  const entries = entriesOf(reader, map, segments);
  if (shape.kind === 'table') {
    return readEntries(reader, entries, segments, () => shape.values);
  }
  if (shape.kind === 'group') {
    return readGroup(reader, entries, shape, segments);
  }
  const chosen = entries.find(({ key }) => key === shape.by);
  const text: Shape = { kind: 'text', of: [], secret: false };
  const value = chosen && readNode(reader, chosen.node, text, [...segments, shape.by], chosen.keyAt);
  const option = typeof value === 'string' ? shape.options.get(value) : undefined;
  if (option?.kind === 'group') {
    const others = entries.filter((entry) => entry !== chosen);
    const rest = readGroup(reader, others, option, segments);
    return { ...rest, [shape.by]: value };
  }
  // Without the deciding key the other keys cannot be checked.
  return value === undefined ? {} : { [shape.by]: value };
}

function readGroup(
  reader: Reader,
  entries: readonly Entry[],
  group: Shape & { readonly kind: 'group' },
  segments: readonly Segment[],
): Readonly<Record<string, unknown>> {
  const known = entries.filter(({ key, keyAt }) => {
    const isKnown = group.keys.has(key);
    if (!isKnown) {
      reportUnknown(reader, key, keyAt, group, segments);
    }
    return isKnown;
  });
  return readEntries(reader, known, segments, (key) => group.keys.get(key)?.shape);
}

function readEntries(
  reader: Reader,
  entries: readonly Entry[],
  segments: readonly Segment[],
  shapeFor: (key: string) => Shape | undefined,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    entries.flatMap(({ key, keyAt, node }) => {
      const shape = shapeFor(key);
      return shape ? [[key, readNode(reader, node, shape, [...segments, key], keyAt)]] : [];
    }),
  );
}

/** The pairs of a map under their keys as text, each key once. */
function entriesOf(reader: Reader, map: YAMLMap, segments: readonly Segment[]): readonly Entry[] {
  const entries = new Map<string, Entry>();
  for (const pair of map.items) {
    const key = keyOf(reader, pair);
    const keyAt = offsetOf(pair.key) ?? offsetOf(pair.value) ?? offsetOf(map) ?? 0;
    if (key === undefined || key === '__proto__') {
      reader.report(keyAt, segments, 'has a key that is not plain text');
    } else if (entries.has(key)) {
      reader.report(keyAt, [...segments, key], 'is written twice: remove one');
    } else {
      entries.set(key, { key, keyAt, node: pair.value });
    }
  }
  return [...entries.values()];
}

function keyOf(reader: Reader, { key }: Pair): string | undefined {
  const node = isAlias(key) ? reader.aliases.get(key) : key;
  return isScalar(node) && node.value !== null ? textOf(node.value, node.source) : undefined;
}

/** Beside secrets, what looks like a key may be a piece of one: only what is nearly a known key is repeated there. */
function reportUnknown(
  reader: Reader,
  key: string,
  keyAt: number,
  { keys, holdsSecrets }: { readonly keys: ReadonlyMap<string, Field>; readonly holdsSecrets: boolean },
  segments: readonly Segment[],
): void {
  const begun = [...keys.keys()].find((known) => key.startsWith(`${known}:`));
  const meant = nearest(key, keys.keys());
  if (begun !== undefined) {
    reader.report(keyAt, [...segments, begun], 'requires a space after its colon');
  } else if (meant !== undefined) {
    reader.report(keyAt, [...segments, key], `is not a known setting; did you mean \`${meant}\`?`);
  } else if (holdsSecrets || !/^[\w.-]{1,60}$/.test(key)) {
    reader.report(
      keyAt,
      segments,
      `has a key that is not a known setting; the known ones are ${[...keys.keys()].join(', ')}`,
    );
  } else {
    reader.report(keyAt, [...segments, key], 'is not a known setting');
  }
}

/** A number or a true keeps the text it was written as. */
function textOf(value: unknown, source: string | undefined): string {
  return typeof value === 'string' ? value : (source ?? String(value));
}

function offsetOf(node: unknown): number | undefined {
  const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : undefined;
  return range?.[0];
}
