/** `state`: a file below the home folder, or a PostgreSQL database. */
import { z } from 'zod';
import { CONFIG_LIMITS } from '../../model/limits.js';
import { facts, flag, port, secret, text } from './fields.js';

const CLIENT = 'Where the history is kept: in a file below home, or in a PostgreSQL database (pg).';

const inFile = z.strictObject({ client: z.literal('better-sqlite3').describe(CLIENT) });

export const postgres = (says: string) =>
  z
    .strictObject({
      host: text('Host name of the PostgreSQL server, or the folder of its socket on this machine.'),
      port: port(5432),
      database: text('Name of the database.'),
      user: text('Login that owns the tables of the state.'),
      password: secret('Password of the login.')
        .register(facts, { default: 'none, for a server that requires none', secret: true })
        .optional(),
      encrypt: flag(true, 'Encrypt the connection and verify the server. Required for another machine.'),
      ca: text("PEM file of the authority that signed the server's certificate.").optional(),
    })
    .describe(says);

const inPostgres = z.strictObject({
  client: z.literal('pg').describe(CLIENT),
  district: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'may only have lowercase letters, digits and hyphens')
    .max(CONFIG_LIMITS.nameLetters.most, `may have at most ${CONFIG_LIMITS.nameLetters.most} characters`)
    .describe('Name of the district whose history it is; unique in the database.'),
  connection: postgres('How to reach the PostgreSQL server.'),
});

export const state = z
  .discriminatedUnion('client', [inFile, inPostgres])
  .prefault({ client: 'better-sqlite3' })
  .describe('Where the history of refreshes, bundles, deliveries and decisions is kept.');
