/** Nights of a district, one refresh each, at a chosen day and time: what the program does when cron starts it. */
import { join } from 'node:path';
import { discard, release } from '../../src/settle/decide.js';
import { sqliteSource } from '../../src/extract/sqlite.js';
import type { BundleMode, ConnectionSettings, RetentionSettings } from '../../src/model/settings.js';
import type { ConnectionResult } from '../../src/model/result.js';
import type { RefreshResult } from '../../src/refresh/refresh.js';
import { aConfig, day } from './connections.js';
import { refreshHere } from './in-process.js';

export interface Night {
  /** The day on which the rules judge. */
  readonly asOf: string;
  /** An instant; by default three in the morning of that day, UTC. */
  readonly at?: string;
  readonly mode?: BundleMode;
  readonly release?: string;
  readonly isAsOfAsked?: boolean;
  readonly only?: readonly string[];
  /** By default nothing is sent, whatever the connections say. */
  readonly delivers?: boolean;
}

export interface District {
  readonly home: string;
  /** An SQLite file with the Campus tables. */
  readonly file: string;
  readonly connections: readonly ConnectionSettings[];
  readonly retention?: RetentionSettings;
}

const startOf = ({ asOf, at }: Night): Date => new Date(at ?? `${asOf}T03:00:00Z`);

function configOf({ home, file, connections, retention }: District): ReturnType<typeof aConfig> {
  const config = aConfig(home, file, connections);
  return retention === undefined ? config : { ...config, retention };
}

export async function runNight(district: District, night: Night): Promise<RefreshResult> {
  return await refreshHere({
    config: configOf(district),
    source: sqliteSource({ client: 'better-sqlite3', filename: district.file }),
    only: night.only ?? [],
    asOf: day(night.asOf),
    isAsOfAsked: night.isAsOfAsked ?? false,
    startedAt: startOf(night),
    ...(night.mode !== undefined && { mode: night.mode }),
    ...(night.release !== undefined && { release: night.release }),
    program: '0.0.0',
    noDeliver: night.delivers !== true,
  });
}

/** A decision at noon of that day. */
export async function decideAtNoon(
  district: District,
  what: 'release' | 'discard',
  connection: string,
  asOf: string,
  reason = 'a reason',
): Promise<void> {
  const decide = what === 'release' ? release : discard;
  await decide({ config: configOf(district), connection, reason, now: new Date(`${asOf}T12:00:00Z`) });
}

/** The result of one connection. */
export function resultOf({ connections }: RefreshResult, name: string): ConnectionResult {
  const found = connections.find(({ settings }) => settings.name === name);
  if (found === undefined) throw new Error(`the refresh was not about ${name}`);
  return found;
}

export const latestOf = ({ home }: Pick<District, 'home'>, connection: string): string =>
  join(home, 'bundles', connection, 'latest.zip');
