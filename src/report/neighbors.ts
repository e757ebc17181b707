/**
 * Links between the reports of a connection, from night to night. The pages that are there decide: a night without one is passed
 * over, and a link to a page that retention has removed is taken away.
 */
import { join, relative, sep } from 'node:path';
import type { Home } from '../home/home.js';
import type { BundleRecord } from '../state/records.js';
import type { State } from '../state/state.js';
import { readReport, reportPath, writeReport } from './files.js';
import type { NeighborNight } from './page/subject.js';

/** A night that has a page. */
export interface ReportedNight {
  readonly record: BundleRecord;
  readonly name: string;
  readonly asOf: string;
  readonly folder: string;
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
    const folders = [home.bundles(connection), home.withheld(connection)];
    const folder = folders.find((each) => reportPath(each, name) !== undefined);
    if (folder === undefined || name === null) return [];
    const path = join(folder, `${name}-report.html`);
    return [{ record, name, asOf: days.get(refreshId) ?? '', folder, path }];
  });
}

/** Renews the links of the newest pages and of the oldest, which are the only ones that a night or a decision can change. */
export async function linkNights(home: Home, state: State, connection: string): Promise<void> {
  const nights = await reportedNights(home, state, connection);
  for (const [at, night] of nights.entries()) {
    if (at >= NEWEST && at < nights.length - 1) continue;
    const subject = readReport(night.folder, night.name);
    if (subject === undefined) continue;
    const { previous: before, next: after, ...own } = subject;
    const [previous, next] = [nights[at + 1], nights[at - 1]].map((other) => neighborOf(night, other));
    if (isSame(before, previous) && isSame(after, next)) continue;
    writeReport(home, night.folder, { ...own, ...(previous && { previous }), ...(next && { next }) });
  }
}

const NEWEST = 3;

function neighborOf({ folder }: ReportedNight, other: ReportedNight | undefined): NeighborNight | undefined {
  return other && { asOf: other.asOf, href: relative(folder, other.path).split(sep).join('/') };
}

const isSame = (a: NeighborNight | undefined, b: NeighborNight | undefined): boolean =>
  a?.asOf === b?.asOf && a?.href === b?.href;
