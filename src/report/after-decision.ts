/** Reports after decisions and later deliveries, which change the page. A failure here never fails the decision or delivery. */
import type { KeptBundle } from '../model/bundle.js';
import type { ComingUp } from '../model/coming-up.js';
import type { Notice } from '../model/notices.js';
import type { Config, ConnectionSettings } from '../model/settings.js';
import { deliveryOf } from './delivery.js';
import { readReport, writeReport } from './files.js';
import { homePagePath, writeHomePage } from './home.js';
import { linkNights } from './neighbors.js';
import { shelfWith } from '../home/bundle-files.js';
import type { Home } from '../home/home.js';
import { diskFault } from '../faults/disk.js';
import type { BundleRecord } from '../state/records.js';
import type { State } from '../state/state.js';

export interface ReportDesk {
  readonly home: Home;
  readonly state: State;
}

/** A released bundle keeps its report, which then shows the release. May be called again after a kill. */
export async function releaseReport(
  { home }: Pick<ReportDesk, 'home'>,
  { connection, name, reason }: BundleRecord,
  { who: releasedBy, at: releasedAt }: { readonly who: string; readonly at: string },
): Promise<void> {
  const [from, to] = [home.withheld(connection), home.bundles(connection)];
  await attempt('the report', () => {
    const subject = readReport(to, name) ?? readReport(from, name);
    if (subject === undefined) return;
    const nights = subject.nights.map((night, at, all) =>
      at === all.length - 1 ? { ...night, isGood: true } : night,
    );
    const release = { ...(reason !== null && { reason }), releasedBy, releasedAt };
    writeReport(to, { ...subject, outcome: 'released', nights, ...release });
  });
}

/** When a published bundle was delivered outside its own refresh: the page shows the newest delivery. */
export async function renewDelivery(
  { home, state }: ReportDesk,
  settings: Pick<ConnectionSettings, 'delivery'>,
  bundle: BundleRecord,
): Promise<void> {
  await attempt('the report', async () => {
    const shelf = home.bundles(bundle.connection);
    const subject = readReport(shelf, bundle.name);
    if (subject === undefined) return;
    const { timezone } = subject;
    const isWanted = settings.delivery !== undefined;
    writeReport(shelf, {
      ...subject,
      delivery: await deliveryOf(state, bundle, { timezone, isWanted }),
    });
  });
}

/** The coming days are judged when the page is there already: a refresh that is killed meanwhile keeps the page without them. */
export async function addComing(
  home: Home,
  bundle: Pick<KeptBundle, 'connection' | 'name'>,
  coming: ComingUp,
  notices: readonly Notice[],
): Promise<void> {
  await attempt('the report', () => {
    const shelf = shelfWith(home, bundle, 'subject');
    const subject = shelf && readReport(shelf, bundle.name);
    if (shelf === undefined || subject === undefined) return;
    writeReport(shelf, { ...subject, coming, notices: [...subject.notices, ...notices] });
  });
}

/** For decisions: the page of all connections is renewed where it can be. */
export async function renewHomePage({ home, state }: ReportDesk, config: Config, now: Date): Promise<void> {
  for (const { name } of config.connections)
    await attempt('the reports', () => linkNights(home, state, name));
  await attempt(homePagePath(home), () => writeHomePage(home, state, config, now));
}

/** The notice that a page could not be written, or undefined when it was. */
export async function attempt(path: string, write: () => Promise<void> | void): Promise<Notice | undefined> {
  try {
    await write();
    return undefined;
  } catch (error) {
    const { name = 'Error' } = (error ?? {}) as { name?: string };
    const why = diskFault(path, error)?.message ?? `unexpected error (${name})`;
    return {
      code: 'report-not-written',
      severity: 'warning',
      message: `${path} could not be written: ${why}`,
      count: 1,
    };
  }
}
