/** Tests that share a PostgreSQL server: it is started before the first of them and stopped after all that they clean up. */
import { afterAll, beforeAll } from '@jest/globals';
import { removeFolders } from './cli.js';
import { describeWith } from './needs.js';
import { hasPostgres, PostgresServer, type ServerOptions } from './postgres.js';

type Tests = (server: PostgresServer) => void;

export const describePostgres = (title: string, tests: Tests): void => describeWithServer({}, title, tests);

/** What the server has confirmed survives its crash, as on a real one. */
export const describeDurablePostgres = (title: string, tests: Tests): void =>
  describeWithServer({ isDurable: true }, title, tests);

function describeWithServer(options: ServerOptions, title: string, tests: Tests): void {
  describeWith(hasPostgres, 'postgresql')(title, () => {
    const server = new PostgresServer(options);
    beforeAll(() => server.start(), 60_000);
    tests(server);
    afterAll(async () => {
      await server.stop();
      removeFolders();
    });
  });
}
