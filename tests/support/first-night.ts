/** A night before the one that a test is about, in the test's own process: a process of its own takes four times as long. */
import { loadConfig } from '../../src/config/load.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import { exitCodeOf } from '../../src/refresh/refresh.js';
import { AS_OF, type Site } from '../refresh/small-district.js';
import { day } from './connections.js';
import { refreshHere } from './in-process.js';

export async function firstNight({ config, district }: Pick<Site, 'config' | 'district'>): Promise<void> {
  const result = await refreshHere({
    config: await loadConfig(config, {}),
    source: sqliteSource({ client: 'better-sqlite3', filename: district }),
    asOf: day(AS_OF),
  });
  if (exitCodeOf(result) !== 0) throw new Error('the first night failed');
}
