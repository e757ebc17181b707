/** Why a server opens no database for a login that it accepts: the error does not include the reason, but `master` has the state. */
import { inMs, SOURCE_LIMITS } from '../../model/limits.js';
import type { ConnectionConfiguration } from 'tedious';
import { connectSqlServer } from './connection.js';

const SILENCE_MS = inMs(SOURCE_LIMITS.connect);

/**
 * `ABSENT`, a state as `sys.databases` has it, or the restricted access that keeps the login out; undefined where the login
 * may not look.
 */
export async function databaseState(
  config: ConnectionConfiguration,
  database: string,
): Promise<string | undefined> {
  const options = { ...config.options, database: 'master', readOnlyIntent: false };
  try {
    const connection = await connectSqlServer({ ...config, options }, SILENCE_MS);
    try {
      const statement = {
        sql: `select state_desc, user_access_desc from [sys].[databases] where name = @p0`,
        bindings: [database],
      };
      for await (const [row] of connection.rows(statement)) {
        const [state, access] = (row ?? []) as readonly (string | undefined)[];
        return state === 'ONLINE' && access !== 'MULTI_USER' ? access : state;
      }
      return 'ABSENT';
    } finally {
      await connection.close();
    }
  } catch {
    return undefined;
  }
}
