/** Tests that share a PostgreSQL server: it is started before the first of them, and none of their databases is left after the last. */
import { afterAll, beforeAll } from '@jest/globals';
import { removeFolders } from './cli.js';
import { describeWith } from './needs.js';
import { hasPostgres, PostgresServer } from './postgres.js';

type Tests = (server: PostgresServer) => void;

/** For all suites of a process: it ends with the process. */
const ofProcess = new PostgresServer();

export const describePostgres = (title: string, tests: Tests): void =>
  describeWithServer({ server: ofProcess, end: () => ofProcess.dropDatabases() }, title, tests);

/** A server of their own. What it has confirmed survives its crash, as on a real one. */
export function describeDurablePostgres(title: string, tests: Tests): void {
  const server = new PostgresServer({ isDurable: true });
  describeWithServer({ server, end: () => server.stop() }, title, tests);
}

interface Served {
  readonly server: PostgresServer;
  readonly end: () => Promise<void> | void;
}

function describeWithServer({ server, end }: Served, title: string, tests: Tests): void {
  describeWith(hasPostgres, 'postgresql')(title, () => {
    beforeAll(() => server.start(), 60_000);
    tests(server);
    afterAll(async () => {
      await end();
      removeFolders();
    });
  });
}
