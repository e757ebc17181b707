import { expect, it } from '@jest/globals';
import { sqlServerNamed } from '../../../scripts/sqlserver-address.js';

const wanted = {
  client: 'mssql',
  schema: 'dbo',
  consistency: 'snapshot',
  retryMinutes: 0,
  connection: {
    server: 'localhost',
    port: 1434,
    database: 'campus',
    authentication: 'sql',
    user: 'sa',
    password: 'P@ss;phrase 1',
    encrypt: true,
    trustServerCertificate: true,
    readOnlyIntent: false,
    requestTimeoutMinutes: 5,
  },
};

it.each([
  [
    'a connection string',
    "Server=localhost,1434;Database=campus;User Id=sa;Password='P@ss;phrase 1';Encrypt=true;TrustServerCertificate=true",
  ],
  ['a URL', 'mssql://sa:P%40ss%3Bphrase%201@localhost:1434/campus?trustServerCertificate=true'],
  [
    'JSON',
    JSON.stringify({
      server: 'localhost',
      port: 1434,
      database: 'campus',
      user: 'sa',
      password: 'P@ss;phrase 1',
      trustServerCertificate: true,
    }),
  ],
])('a server is named by %s', (_form, text) => {
  expect(sqlServerNamed(text)).toEqual(wanted);
});

it('encryption is given up on request alone', () => {
  expect(sqlServerNamed('mssql://sa:x@db/campus').connection.encrypt).toBe(true);
  expect(sqlServerNamed('mssql://sa:x@db/campus?encrypt=false').connection.encrypt).toBe(false);
  expect(sqlServerNamed('Server=db;User Id=sa;Password=x;Encrypt=false').connection.encrypt).toBe(false);
});
