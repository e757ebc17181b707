/**
 * What becomes of a scene whose command was killed. Whatever was killed and when, the next refresh has to lead where an
 * undisturbed one leads, without help.
 */
import { existsSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { MARKER } from '../../src/home/home-marker.js';
import { Receiver } from '../support/receiver.js';
import type { BundleRecord } from '../../src/state/records.js';
import type { State } from '../../src/state/state.js';
import { CONNECTIONS, type Scene, type Way } from './kill-scenes.js';
import { openAllVisible, sha256, walk } from './visible.js';
import { auditTrail } from '../support/audit-trail.js';

/** What an undisturbed command and the night after it lead to. */
export interface Golden {
  /** Of each connection: the hash of the full content at the end. */
  readonly content: Readonly<Record<string, string>>;
  /** By connection: the hashes of the published bundles, oldest first. */
  readonly bundles: Readonly<Record<string, readonly string[]>>;
  /** What the receivers hold at the end. */
  readonly held: Readonly<Record<string, string>>;
}

/** `way`: its steps or its calls may be listed on the way. */
export async function undisturbed(scene: Scene, way?: Way): Promise<Golden> {
  await scene.expectCode(scene.nature.codes[0], scene.begin(way).ended);
  return await outcomeOf(scene);
}

async function outcomeOf(scene: Scene): Promise<Golden> {
  const entries = await Promise.all(
    CONNECTIONS.map(async (connection) => {
      const published = await scene.published(connection);
      const receiver = new Receiver();
      for (const record of published) await receiver.take(scene.path(record));
      return {
        connection,
        content: published.at(-1)?.contentSha256 ?? '',
        bundles: published.map((record) => record.sha256 ?? ''),
        held: JSON.stringify(receiver.content()),
      };
    }),
  );
  const by = <T>(pick: (entry: (typeof entries)[number]) => T): Record<string, T> =>
    Object.fromEntries(entries.map((entry) => [entry.connection, pick(entry)]));
  return {
    content: by((each) => each.content),
    bundles: by((each) => each.bundles),
    held: by((each) => each.held),
  };
}

/** How far the command had come when it was killed. */
export const PHASES = [
  'before it began',
  'reading the SIS',
  'making a bundle',
  'recorded, not yet renamed',
  'renamed, not yet recorded',
  'between two connections',
  'decided, not yet released',
  'cleaning up',
  'after its end',
] as const;
export type Phase = (typeof PHASES)[number];

export async function phaseOf(scene: Scene, before: Golden): Promise<Phase> {
  const found = await scene.state.lookAside(async (state): Promise<Phase> => {
    if (scene.nature.isHeld) {
      if ((await state.bundles('library', 'releasing')).length > 0) return 'decided, not yet released';
      return (await state.bundles('library', 'held')).length > 0 ? 'before it began' : 'cleaning up';
    }
    const refresh = await state.lastRefresh();
    const isNew = refresh !== undefined && (await state.refreshes(100)).length > refreshesBefore(scene);
    if (!isNew) return 'before it began';
    if (refresh.finishedAt !== null) return 'after its end';
    const [verified] = await allOf((connection) => state.bundles(connection, 'verified'));
    if (verified !== undefined) {
      return existsSync(scene.path(verified)) ? 'renamed, not yet recorded' : 'recorded, not yet renamed';
    }
    const published = await allOf((connection) => state.bundles(connection, 'published'));
    const done = CONNECTIONS.filter(
      (name) =>
        published.filter(({ connection }) => connection === name).length >
        (before.bundles[name]?.length ?? 0),
    );
    if (done.length === CONNECTIONS.length) return 'cleaning up';
    if (done.length > 0) return 'between two connections';
    const staged = walk(join(scene.home, 'staging')).some(({ path }) => /\/(full|delta)$/.test(path));
    return staged ? 'making a bundle' : 'reading the SIS';
  });
  return found ?? 'before it began';
}

const allOf = async (
  of: (connection: string) => Promise<readonly BundleRecord[]>,
): Promise<readonly BundleRecord[]> => (await Promise.all(CONNECTIONS.map(of))).flat();

const refreshesBefore = ({ nature }: Scene): number => (nature.isHeld ? 2 : 1);

/** What the scene holds before the command; for `phaseOf`. */
export const pastOf = outcomeOf;

/** Everything that is wrong after a kill and one undisturbed night; nothing where all is well. `isHere`: in this process. */
export async function nextNight(
  scene: Scene,
  golden: Golden,
  phase: Phase,
  isHere = false,
): Promise<readonly string[]> {
  const wrong: string[] = [];
  await openAllVisible(scene.home).catch((error: unknown) => wrong.push(`after the kill: ${String(error)}`));
  const seen = visibleZips(scene);
  const isUndecided = scene.nature.isHeld && phase === 'before it began';
  const night = await (isHere ? scene.refreshHere() : scene.refresh());
  if (night.code !== (isUndecided ? 3 : scene.nature.codes[1]))
    wrong.push(`the next refresh left with ${night.code ?? ''}: ${night.stderr}`);
  await openAllVisible(scene.home).catch((error: unknown) => wrong.push(`after the night: ${String(error)}`));
  wrong.push(...(await stateFaults(scene)), ...(await leftovers(scene)));
  const stays = visibleZips(scene);
  for (const [path, sha] of seen)
    if (stays.get(path) !== sha) wrong.push(`${path} was visible and is gone, or another`);
  // Where there was no decision, the bundle is still on hold, and the last good one is still current.
  const held = (await scene.look((state) => state.bundles('library', 'held'))) ?? [];
  if (held.length !== (night.code === 3 ? 1 : 0)) wrong.push(`${held.length} bundles are held`);
  if (isUndecided) await (isHere ? scene.decideHere() : scene.expectCode(0, scene.begin().ended));
  return [...wrong, ...differences(await outcomeOf(scene), golden, scene)];
}

/** By path, without links: the hash of each. */
const visibleZips = ({ home }: Scene): ReadonlyMap<string, string> =>
  new Map(
    walk(join(home, 'bundles'))
      .filter(({ path, stats }) => stats.isFile() && path.endsWith('.zip'))
      .map(({ path }) => [path, sha256(path)]),
  );

function differences(found: Golden, golden: Golden, { kind }: Scene): readonly string[] {
  const wrong: string[] = [];
  for (const connection of CONNECTIONS) {
    const [is, was] = [found.bundles[connection] ?? [], golden.bundles[connection] ?? []];
    if (found.held[connection] !== golden.held[connection])
      wrong.push(`${connection}: the receiver holds something else`);
    if (found.content[connection] !== golden.content[connection]) wrong.push(`${connection}: other content`);
    // What was published before the kill was published whole, so what the night adds is a bundle with nothing new in it.
    const isSame = was.every((sha, at) => is[at] === sha);
    const extra = is.slice(was.length);
    const isFine = kind === 'delta' ? extra.length <= 1 : extra.every((sha) => sha === was.at(-1));
    if (!isSame || !isFine) wrong.push(`${connection}: published ${is.join()} and not ${was.join()}`);
  }
  return wrong;
}

/** The state and the files say the same, the audit trail is whole, nothing waits half done. */
async function stateFaults(scene: Scene): Promise<readonly string[]> {
  return (
    (await scene.look(async (state) => {
      const wrong: string[] = [];
      if ((await state.checkAudit()).firstBroken !== null) wrong.push('the audit trail is broken');
      if ((await state.refreshes(100)).some(({ outcome }) => outcome === 'started'))
        wrong.push('a refresh has not ended');
      for (const connection of CONNECTIONS) {
        if ((await state.bundles(connection, 'verified', 'releasing')).length > 0)
          wrong.push(`${connection}: half done`);
        for (const record of await state.bundles(connection, 'published', 'held')) {
          if (sha256(scene.path(record)) !== record.sha256)
            wrong.push(`${scene.path(record)} has other bytes`);
        }
        const newest = (await state.bundles(connection, 'published'))[0];
        const latest = readlinkSync(join(scene.home, 'bundles', connection, 'latest.zip'));
        if (newest === undefined || latest !== basename(scene.path(newest)))
          wrong.push(`latest.zip leads to ${latest}`);
        wrong.push(...(await auditFaults(state, connection)));
      }
      return wrong;
    })) ?? ['there is no state']
  );
}

const ACTS = {
  published: ['published', 'released'],
  discarded: ['discarded'],
} as const;

/** What was published and what was discarded stands in the audit trail just once, and nothing else does. */
async function auditFaults(state: State, connection: string): Promise<readonly string[]> {
  const trail = (await auditTrail(state)).filter((entry) => entry.connection === connection);
  const wrong: string[] = [];
  for (const [became, acts] of Object.entries(ACTS)) {
    const told = trail
      .filter(({ what }) => acts.some((act) => act === what))
      .map(({ detail }) => (JSON.parse(detail) as { readonly name: string }).name);
    const names = (await state.bundles(connection, became as keyof typeof ACTS)).map(({ name }) => name);
    if (told.sort().join() !== names.sort().join())
      wrong.push(`${connection}: ${became} are ${names.join()}, and the audit trail tells ${told.join()}`);
  }
  return wrong;
}

/** Unneeded files. */
async function leftovers(scene: Scene): Promise<readonly string[]> {
  const needed = new Set([MARKER, ...scene.state.files, 'metrics.prom', 'index.html', 'latest.zip']);
  await scene.look(async (state) => {
    for (const connection of CONNECTIONS) {
      for (const { name, state: kept } of await state.bundles(connection, 'published', 'held')) {
        if (kept === 'held') needed.add(`${name ?? ''}-vanished.csv`);
        for (const end of ['.zip', '-exclusions.csv', '-full.zip', '-report.html', '-report.json'])
          needed.add(`${name ?? ''}${end}`);
      }
    }
  });
  const staging = join(scene.home, 'staging');
  return walk(scene.home)
    .filter(({ path, stats }) =>
      stats.isDirectory() ? path.startsWith(`${staging}/`) : !needed.has(basename(path)),
    )
    .map(({ path }) => `left over: ${path}`);
}
