import { describe, expect, it } from '@jest/globals';
import { sisTable } from '../../../src/campus/tables.js';
import { explainSqlServer, type Whereabouts } from '../../../src/extract/sqlserver/errors.js';
import type { SourceFault } from '../../../src/extract/source-fault.js';

const where: Whereabouts = {
  server: 'sis-db:1433',
  database: 'campus',
  login: 'oneroster_ro',
  schema: 'dbo',
};
const PLACE = 'SQL Server sis-db:1433, database campus, login oneroster_ro: ';

/** The columns of `grants.sql` that every install has. */
const IDENTITY = `GRANT SELECT ON [dbo].[Identity] (${sisTable('Identity')
  .columns.filter((column) => !('without' in column))
  .map(({ name }) => `[${name}]`)
  .join(', ')}) TO [oneroster_ro]`;

function explained(error: unknown): SourceFault {
  const fault = explainSqlServer(error, where);
  if (fault === undefined) throw new Error('not explained');
  return fault;
}

const fromServer = (number: number, message = ''): Error =>
  Object.assign(new Error(message), { code: 'EREQUEST', number });
const fromNetwork = (code: string): Error =>
  Object.assign(new Error('x', { cause: Object.assign(new Error('y'), { code }) }), { code: 'ESOCKET' });

describe('the verdict on a number', () => {
  it.each([1204, 1205, 1222, 3961, 3958, 8645, 17197, 17809, 40501, 49918, 49919, 49920, 10928, 10929])(
    '%d: another attempt',
    (number) => {
      const fault = explained(fromServer(number));
      expect([fault.passing, fault.away]).toEqual([true, false]);
      expect(fault.exitCode).toBe(4);
      expect(fault.message).toContain(`(SQL error ${number})`);
    },
  );

  it.each([
    ['a start', [17187, 18401, 18451, 18461, 921, 922, 941]],
    ['a shutdown', [6005, 17142, 17188]],
    ['a restore', [927, 924, 952]],
    ['a failover', [955, 956, 982, 983, 988, 4221, 40197, 40613]],
  ])('during %s: wait for the server', (_when, numbers) => {
    for (const number of numbers)
      expect([number, explained(fromServer(number)).away]).toEqual([number, true]);
  });

  it.each([
    18456, 18452, 18470, 18487, 4060, 911, 916, 923, 926, 942, 945, 954, 976, 979, 229, 230, 262, 207, 208,
    3952, 3956, 978, 40615, 8134,
  ])('%d: never again', (number) => {
    expect(explained(fromServer(number)).passing).toBe(false);
  });

  it.each([
    ['RESTORING', true, /in the middle of a restore/],
    ['RECOVERING', true, /still recovering/],
    ['SINGLE_USER', true, /single-user mode/],
    ['RESTRICTED_USER', false, /restricted mode/],
    ['OFFLINE', false, /ALTER DATABASE \[campus\] SET ONLINE/],
    ['SUSPECT', false, /suspect/],
    ['RECOVERY_PENDING', false, /server error log/],
    ['ABSENT', false, /does not exist, or the server hides it/],
    ['ONLINE', false, /CREATE USER \[oneroster_ro\] FOR LOGIN/],
    ['SOMETHING_NEW', false, /The database does not exist, or the login has no user in it/],
  ])('4060 while the database is %s: waiting is worth it: %s', (state, away, says) => {
    const fault = explainSqlServer(new AggregateError([fromServer(4060), fromServer(18456)]), where, state);
    expect([fault?.away, fault?.passing]).toEqual([away, away]);
    expect(fault?.message).toMatch(says);
    expect(fault?.message).toContain('(SQL error 4060)');
  });

  it('says of a number without advice to run preflight', () => {
    expect(explained(fromServer(8134)).message).toMatch(/Run preflight; .*\(SQL error 8134\)$/);
  });

  it('advises in no message of a passing fault to run again: it will be repeated', () => {
    for (const number of [1205, 1222, 921, 40613, 701, 17809])
      expect(explained(fromServer(number)).message).not.toMatch(/again|later/i);
  });
});

describe('the verdict on a network error', () => {
  it.each(['ECONNRESET', 'EPIPE'])('%s: another attempt', (code) => {
    expect(explained(fromNetwork(code))).toMatchObject({ passing: true, away: false });
  });

  it.each(['ECONNREFUSED', 'ETIMEDOUT', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])(
    '%s: wait for the server',
    (code) => {
      expect(explained(fromNetwork(code))).toMatchObject({ passing: true, away: true });
    },
  );

  it('of a server that sends nothing names locks and the setting', () => {
    const fault = explained(Object.assign(new Error('x'), { code: 'ESILENT' }));
    expect(fault).toMatchObject({ passing: true, away: false });
    expect(fault.message).toMatch(/source\.connection\.requestTimeoutMinutes.*locks/);
  });

  it.each([
    ['ENOTFOUND', 'There is no host with this name. Check source.connection.server.'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', "The server's certificate is not trusted"],
    ['ERR_TLS_CERT_ALTNAME_INVALID', "The server's certificate is not trusted"],
    ['CERT_HAS_EXPIRED', "The server's certificate is not trusted"],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', "The server's certificate is not trusted"],
  ])('%s: never again', (code, says) => {
    const fault = explained(fromNetwork(code));
    expect(fault.passing).toBe(false);
    expect(fault.message).toContain(PLACE + says);
    expect(fault.message).toContain(code);
  });

  it.each([
    ['ETIMEOUT', true],
    ['ECLOSE', true],
    ['EINSTLOOKUP', true],
    ['ELOGIN', false],
    ['EENCRYPT', false],
    ['ENOENCRYPT', false],
  ])('%s of the driver itself', (code, passing) => {
    expect(explained(Object.assign(new Error('x'), { code })).passing).toBe(passing);
  });

  it('refuses for good where Entra gives no token', () => {
    const error = new AggregateError([Object.assign(new Error('x'), { code: 'EFEDAUTH' }), new Error('y')]);
    expect(explained(error).passing).toBe(false);
    expect(explained(error).message).toContain('Microsoft Entra gave no token');
  });
});

describe('the next step', () => {
  it.each([
    [
      229,
      "The SELECT permission was denied on the object 'Identity', database 'campus', schema 'dbo'.",
      `The login cannot read Identity. ${IDENTITY}; config/sqlserver/grants.sql grants all required permissions. (SQL error 229)`,
    ],
    [
      230,
      "The SELECT permission was denied on the column 'birthdate' of the object 'Identity', database 'campus', schema 'dbo'.",
      'The login cannot read Identity.birthdate. GRANT SELECT ON [dbo].[Identity] ([birthdate]) TO [oneroster_ro]; config/sqlserver/grants.sql grants all required permissions. (SQL error 230)',
    ],
    [
      208,
      "Invalid object name 'dbo.Roster'.",
      'Roster does not exist in this schema. Check source.schema, and run preflight for the whole list. (SQL error 208)',
    ],
    [
      207,
      "Invalid column name 'noShow'.",
      'A column noShow does not exist. Run preflight for the whole list. (SQL error 207)',
    ],
    [
      3952,
      "Snapshot isolation transaction failed accessing database 'campus'.",
      'The database does not allow snapshot isolation. Run ALTER DATABASE [campus] SET ALLOW_SNAPSHOT_ISOLATION ON, or choose source.consistency: statement. (SQL error 3952)',
    ],
    [
      4060,
      'Cannot open database "campus" requested by the login.',
      'The database does not exist, or the login has no user in it. Check source.connection.database, or run in [campus]: CREATE USER [oneroster_ro] FOR LOGIN [oneroster_ro]. (SQL error 4060)',
    ],
  ])('of %d', (number, message, says) => {
    expect(explained(fromServer(number, message)).message).toBe(PLACE + says);
  });

  it('is that of the first number that has one, of several', () => {
    const errors = [fromServer(50_000), fromServer(4060), fromServer(18456)];
    expect(explained(new AggregateError(errors)).message).toContain('(SQL error 4060)');
  });
});

it('repeats no value that the server names, only what is declared', () => {
  const message = "Conversion failed when converting the varchar value 'Maren Solheim' in 'Person' to int.";
  for (const number of [229, 230, 207, 208, 245, 8114]) {
    expect(explained(fromServer(number, message)).message).not.toMatch(/Maren|Solheim|converting/);
  }
});

it('leaves alone what did not come from the driver', () => {
  expect(explainSqlServer(new Error('ours'), where)).toBeUndefined();
  expect(explainSqlServer(undefined, where)).toBeUndefined();
});
