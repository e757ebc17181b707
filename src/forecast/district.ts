/** The forecast of all connections from one read of the SIS. */
import { loadDistrict } from '../filter/context.js';
import { extract } from '../extract/extract.js';
import type { SisSource } from '../extract/source.js';
import { Notices } from '../model/notices.js';
import { connectionsNamed } from '../model/connections.js';
import type { Config } from '../model/settings.js';
import type { LocalDate } from '../model/values.js';
import { UNNAMED } from '../snapshot/snapshot.js';
import { daysAfter } from './boundaries.js';
import { forecastConnection, type ForecastRequest } from './forecast.js';
import type { Forecast } from './model.js';

export interface DistrictRequest {
  readonly config: Config;
  readonly source: SisSource;
  /** Names of connections; empty for all. */
  readonly only: readonly string[];
  readonly asOf: LocalDate;
  readonly days: number;
  readonly onProgress: (step: string) => void;
  readonly onMove?: (
    connection: string,
    ...moved: Parameters<NonNullable<ForecastRequest['onMove']>>
  ) => void;
}

export async function forecastDistrict(request: DistrictRequest): Promise<Forecast> {
  const { config, source, only, asOf, days, onProgress, onMove } = request;
  const settings = connectionsNamed(config, only);
  const notices = new Notices();
  onProgress('reading the SIS');
  const { snapshot, nextYear } = await extract(source, UNNAMED, { notices, withNextYear: true });
  try {
    const known = { snapshot, district: loadDistrict(snapshot) };
    const next = nextYear && { snapshot: nextYear, district: loadDistrict(nextYear) };
    const connections = settings.map((each) =>
      forecastConnection(known, {
        ...{ settings: each, grades: config.grades, asOf, days, withYearEnd: true },
        ...(next && { nextYear: next }),
        onDay: (day) => onProgress(`${each.name}: judging ${day}`),
        ...(onMove && { onMove: (day, moved) => onMove(each.name, day, moved) }),
      }),
    );
    return { asOf, until: daysAfter(asOf, days).at(-1) ?? asOf, connections };
  } finally {
    nextYear?.close();
    snapshot.close();
  }
}
