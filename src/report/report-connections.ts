/**
 * The reports of a refresh: a page beside each bundle, and the page of all connections. A page that cannot be written never fails anything: what
 * was published stays published, and a notice tells.
 */
import type { Notice } from '../model/notices.js';
import type { Config } from '../model/settings.js';
import type { ConnectionResult } from '../model/result.js';
import { attempt, type ReportDesk } from './after-decision.js';
import { writeReport } from './files.js';
import { homePagePath, writeHomePage } from './home.js';
import { linkNights } from './neighbors.js';
import { subjectOf, type ReportedRefresh } from './gather.js';

/** After deliveries, so that receipts are in it. Gives the results with the path of each page, or with a notice. */
export async function reportConnections(
  desk: ReportDesk & { readonly config: Config; readonly now: Date },
  refresh: ReportedRefresh,
  results: readonly ConnectionResult[],
): Promise<readonly ConnectionResult[]> {
  const { home, state, config, now } = desk;
  const reported: ConnectionResult[] = [];
  for (const result of results) reported.push(await reportConnection(desk, refresh, result));
  const notice = await attempt(homePagePath(home), () => writeHomePage(home, state, config, now));
  return notice === undefined ? reported : reported.map((result) => noted(result, notice));
}

async function reportConnection(
  { home, state }: ReportDesk,
  refresh: ReportedRefresh,
  result: ConnectionResult,
): Promise<ConnectionResult> {
  const { bundle } = result;
  if (bundle === undefined) return result;
  const { connection } = bundle;
  const shelf = result.outcome === 'withheld' ? home.withheld(connection) : home.bundles(connection);
  let report: string | undefined;
  const notice = await attempt(`the report in ${shelf.folder}`, async () => {
    const subject = await subjectOf(state, refresh, result);
    if (subject !== undefined) report = writeReport(shelf, subject);
    await linkNights(home, state, result.settings.name);
  });
  const told = report === undefined ? result : { ...result, report };
  return notice === undefined ? told : noted(told, notice);
}

const noted = (result: ConnectionResult, notice: Notice): ConnectionResult => ({
  ...result,
  notices: [...result.notices, notice],
});
