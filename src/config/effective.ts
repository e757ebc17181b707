/** The config as it works: with defaults and what profiles add, and with references where the file has references. */
import { Document, isCollection, isNode, visit } from 'yaml';
import { profileNamed } from '../profiles/index.js';
import { demandsFor, type Demand } from '../profiles/profile.js';
import type { ConnectionSettings } from '../model/settings.js';
import type { ReadConfig } from './load.js';
import { formatPath, type Places, type Segment } from './places.js';

/** What the profile of one connection adds to its settings. */
export interface ProfileEffects {
  readonly connection: string;
  readonly profile: string;
  readonly title: string;
  readonly demands: readonly Demand[];
}

export function effectiveConfig({ written, config, places }: ReadConfig): Readonly<Record<string, unknown>> {
  const { source } = config;
  const filled = {
    ...written,
    home: config.home,
    ...(source.client === 'better-sqlite3' && {
      source: { ...written.source, connection: { filename: source.filename } },
    }),
    connections: written.connections.map((connection, at) => withEffects(connection, config.connections[at])),
  };
  return shown(filled, [], places) as Readonly<Record<string, unknown>>;
}

export function profileEffects({ config }: Pick<ReadConfig, 'config'>): readonly ProfileEffects[] {
  return config.connections.map(({ name, profile, version }) => {
    const named = profileNamed(profile);
    return {
      connection: name,
      profile,
      title: named?.title ?? profile,
      demands: demandsFor(named, version),
    };
  });
}

/** As YAML: what the file does not set is marked, and each connection begins with the demands of its profile. */
export function effectiveYaml(read: ReadConfig): string {
  const document = new Document(effectiveConfig(read));
  visit(document, {
    Pair: (_, { key, value }, path) => {
      const segments = [...segmentsOf(path), String(isNode(key) ? key.toJSON() : key)];
      if (isNode(value) && !isCollection(value) && !read.places.has(formatPath(segments)))
        value.comment = ' default';
    },
  });
  for (const [at, effects] of profileEffects(read).entries()) {
    const node = document.getIn(['connections', at]);
    if (isNode(node) && effects.demands.length > 0) node.commentBefore = commentOf(effects);
  }
  return document.toString({ lineWidth: 0 });
}

const commentOf = ({ profile, title, demands }: ProfileEffects): string =>
  [`Profile ${profile} (${title}):`, ...demands.map(({ says }) => `- ${says}`)]
    .map((line) => ` ${line}`)
    .join('\n');

/** Values that a profile or the version decides where the file does not. */
function withEffects(
  written: ReadConfig['written']['connections'][number],
  settings: ConnectionSettings | undefined,
): object {
  if (settings === undefined) return written;
  const { ids, legalNames, useSecondaryEmail, version, delivery } = settings;
  return {
    ...written,
    ids,
    ...(version === '1.2' && { legalNames, useSecondaryEmail }),
    ...(written.delivery !== undefined &&
      delivery !== undefined && { delivery: withTarget(written.delivery, delivery) }),
  };
}

function withTarget(
  written: NonNullable<ReadConfig['written']['connections'][number]['delivery']>,
  { target, files, name }: NonNullable<ConnectionSettings['delivery']>,
): object {
  const group = written[target.kind];
  return { ...written, files, [target.kind]: { ...group, path: target.path, name } };
}

/** Without keys that have no value or an empty default; a text that was filled in from elsewhere is its reference again. */
function shown(value: unknown, segments: readonly Segment[], places: Places): unknown {
  const reference = places.get(formatPath(segments))?.asWritten;
  if (reference !== undefined) return reference;
  if (Array.isArray(value)) return value.map((item, at) => shown(item, [...segments, at], places));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([key, each]) => each !== undefined && (!isEmpty(each) || places.has(formatPath([...segments, key]))),
      )
      .map(([key, each]) => [key, shown(each, [...segments, key], places)]),
  );
}

const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

/** The path to the map that has a pair, from the nodes above it. */
function segmentsOf(path: readonly unknown[]): readonly Segment[] {
  return path.flatMap((node, at): readonly Segment[] => {
    const next = path[at + 1];
    if (typeof node !== 'object' || node === null || next === undefined) return [];
    if ('items' in node && Array.isArray(node.items) && !isPairNode(next)) return [node.items.indexOf(next)];
    return isPairNode(node) ? [String(isNode(node.key) ? node.key.toJSON() : node.key)] : [];
  });
}

const isPairNode = (node: unknown): node is { readonly key: unknown } =>
  typeof node === 'object' && node !== null && 'key' in node && 'value' in node && !('items' in node);
