/**
 * Links between the reports of a connection, from night to night. The pages that are there decide: a night without one is passed
 * over, and a link to a page that retention has removed is taken away.
 */
import { dirname, relative, sep } from 'node:path';
import { fileOf, shelfWith } from '../home/bundle-files.js';
import type { Home } from '../home/home.js';
import type { Shelf } from '../home/shelf.js';
import type { BundleRecord } from '../state/records.js';
import type { State } from '../state/state.js';
import { readReport, writeReport } from './files.js';
import type { NeighborNight } from './page/subject.js';

/** A night that has a page. */
export interface ReportedNight {
  readonly record: BundleRecord;
  readonly name: string;
  readonly asOf: string;
  readonly shelf: Shelf;
  readonly path: string;
}

const RECORDS = 150;

/** Newest first. */
export async function reportedNights(
  home: Home,
  state: State,
  connection: string,
): Promise<readonly ReportedNight[]> {
  const records = await state.newestBundles(connection, RECORDS);
  const days = await state.daysOf(records);
  return records.flatMap((record) => {
    const { name, refreshId } = record;
    const shelf = shelfWith(home, record, 'report');
    if (shelf === undefined || name === null) return [];
    const path = shelf.pathOf(fileOf(name, 'report'));
    return [{ record, name, asOf: days.get(refreshId) ?? '', shelf, path }];
  });
}

/** Renews the links of the newest pages and of the oldest, which are the only ones that a night or a decision can change. */
export async function linkNights(home: Home, state: State, connection: string): Promise<void> {
  const nights = await reportedNights(home, state, connection);
  for (const [at, night] of nights.entries()) {
    if (at >= NEWEST && at < nights.length - 1) continue;
    const subject = readReport(night.shelf, night.name);
    if (subject === undefined) continue;
    const { previous: before, next: after, ...own } = subject;
    const [previous, next] = [nights[at + 1], nights[at - 1]].map((other) => neighborOf(night, other));
    if (isSame(before, previous) && isSame(after, next)) continue;
    writeReport(night.shelf, { ...own, ...(previous && { previous }), ...(next && { next }) });
  }
}

const NEWEST = 3;

function neighborOf({ path }: ReportedNight, other: ReportedNight | undefined): NeighborNight | undefined {
  return other && { asOf: other.asOf, href: relative(dirname(path), other.path).split(sep).join('/') };
}

const isSame = (a: NeighborNight | undefined, b: NeighborNight | undefined): boolean =>
  a?.asOf === b?.asOf && a?.href === b?.href;
