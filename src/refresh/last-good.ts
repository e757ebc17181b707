/** The last good bundle of a connection, as far as tonight's can be compared with it. */
import { asLocalDate, type LocalDate } from '../model/values.js';
import type { SchoolCount } from '../model/result.js';
import type { ActiveTrials } from '../model/trials.js';
import type { Home } from '../home/home.js';
import { fullContent, isThere, newestOnDisk } from '../home/bundle-files.js';
import type { State } from '../state/state.js';
import { fingerprint } from '../model/fingerprint.js';

export interface LastGood {
  /** Path of a zip with everything in it. */
  readonly content?: string;
  readonly lastAsOf?: LocalDate;
  readonly lastSchools?: readonly SchoolCount[];
  readonly lastTrials?: ActiveTrials;
  /** Why there is nothing to compare with although there should be. */
  readonly incomparable?: string;
}

export async function lastGood(state: State | undefined, home: Home, connection: string): Promise<LastGood> {
  const last = await state?.newestBundle(connection, 'published');
  if (state === undefined || last === undefined) return latestOnDisk(home, connection);
  const lastAsOf = asLocalDate((await state.refresh(last.refreshId))?.asOf ?? '');
  const known = {
    lastSchools: await state.schoolsOf(last.id),
    ...(lastAsOf && { lastAsOf }),
    ...(last.trials && { lastTrials: last.trials }),
  };
  const content = fullContent(home, last);
  if (isThere(content) && (await fingerprint(content))?.sha256 === last.contentSha256)
    return { ...known, content };
  const incomparable = `the last good bundle (${last.name ?? ''}) is missing or damaged, so the number of vanished records is unknown`;
  return { ...known, incomparable };
}

/** A history that was lost, or never kept, must not make the thresholds forget what was sent. */
function latestOnDisk(home: Home, connection: string): LastGood {
  const newest = newestOnDisk(home, connection);
  if (newest === undefined) return {};
  return newest.mode === 'bulk'
    ? { content: newest.path }
    : {
        incomparable:
          'the history has no record of the last good bundle, and a delta lacks the records that did not change',
      };
}
