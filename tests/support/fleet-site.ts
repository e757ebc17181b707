/** The folder of a fleet whose database is on a server of a test. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aConnection } from '../config/given-config.js';
import { makeFolder } from './cli.js';
import type { PostgresServer } from './postgres.js';

export interface FleetSite {
  readonly folder: string;
  /** Writes `fleet.yaml` anew. */
  write(more: string): void;
  /** Adds a district, or replaces its config. */
  add(name: string, config?: string): void;
  remove(name: string): void;
}

/** `model`: a database that is copied. */
export function makeFleetSite(server: PostgresServer, database: string, model?: string): FleetSite {
  const folder = makeFolder();
  const { host, port, user } = server.state(database, undefined, model).connection;
  const write = (more: string): void =>
    writeFileSync(
      join(folder, 'fleet.yaml'),
      `database: { host: "${host}", port: ${port}, database: ${database}, user: ${user}, encrypt: false }\n${more}`,
    );
  write('');
  return {
    folder,
    write,
    add: (name, config = aConnection()) => {
      mkdirSync(join(folder, name), { recursive: true });
      writeFileSync(join(folder, name, 'oneroster.yaml'), config);
    },
    remove: (name) => rmSync(join(folder, name), { recursive: true }),
  };
}
