/**
 * One reading of a district on SQL Server, as a process of its own that is measured: `node build/scripts/sqlserver-reading.js
 * WAY STATEMENTS [PART]`, the settings of the source as JSON in BENCH_SOURCE; PART is what a statement has to hold to be run. Prints the rows and the seconds of reading, without
 * those of starting up. `extract` is what a refresh does and writes the statements that it ran; all other ways run these
 * statements and throw the rows away.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import knexModule from 'knex';
import mssql from 'mssql';
import tediousModule from 'tedious';
import { extract } from '../src/extract/extract.js';
import type { SisSource } from '../src/extract/source.js';
import { connectSqlServer, type Statement } from '../src/extract/sqlserver/connection.js';
import { silenceMs, tediousConfig } from '../src/extract/sqlserver/login.js';
import { sqlServerSource } from '../src/extract/sqlserver/sqlserver.js';
import type { MssqlSourceSettings } from '../src/model/settings.js';
import { Notices } from '../src/model/notices.js';
import { openPool } from './sqlserver-district.js';

const { Connection, Request, TYPES } = tediousModule;
const PAGE = 5_000;

export interface Reading {
  readonly rows: number;
  /** Told by `extract` alone. */
  readonly rosterRows?: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

type Timed = (work: () => Promise<number>, more?: () => Partial<Reading>) => Promise<void>;
type Way = (settings: MssqlSourceSettings, statements: readonly Statement[], timed: Timed) => Promise<void>;

const typeOf = (value: unknown): typeof TYPES.Int => (typeof value === 'number' ? TYPES.Int : TYPES.NVarChar);

/** The driver as its documentation shows it. */
const driver: Way = async ({ connection: login }, statements, timed) => {
  const { options, ...rest } = await tediousConfig(login);
  const connection = new Connection({ ...rest, ...(options && { options }) });
  await new Promise<void>((resolve, reject) => {
    connection.connect((error) => {
      if (error) reject(error);
      else resolve();
    });
  });
  await timed(async () => {
    let rows = 0;
    for (const { sql, bindings } of statements) {
      await new Promise<void>((resolve, reject) => {
        const request = new Request(sql, (error) => {
          if (error) reject(error);
          else resolve();
        });
        bindings.forEach((value, at) => {
          request.addParameter(`p${at}`, typeOf(value), value);
        });
        request.on('row', () => {
          rows += 1;
        });
        connection.execSql(request);
      });
    }
    return rows;
  });
  connection.close();
};

/** Ours up to the rows: no cell is decoded, none is kept. */
const rowsOnly: Way = async ({ connection: login }, statements, timed) => {
  const connection = await connectSqlServer(await tediousConfig(login), silenceMs(login));
  await timed(async () => {
    let rows = 0;
    for (const statement of statements)
      for await (const batch of connection.rows(statement)) rows += batch.length;
    return rows;
  });
  await connection.close();
};

const mssqlStream: Way = async ({ connection: login }, statements, timed) => {
  const pool = await openPool(login);
  await timed(async () => {
    let rows = 0;
    for (const { sql, bindings } of statements) {
      const request = pool.request();
      request.arrayRowMode = true;
      bindings.forEach((value, at) => {
        request.input(`p${at}`, typeof value === 'number' ? mssql.Int : mssql.NVarChar, value);
      });
      const stream = request.toReadableStream();
      void request.query(sql);
      for await (const row of stream) rows += Array.isArray(row) ? 1 : 0;
    }
    return rows;
  });
  await pool.close();
};

/** Pages by key through Knex itself, of statements that are ordered by one whole number that no two rows share. */
const pages: Way = async ({ connection: login }, statements, timed) => {
  const knex = knexModule.knex({
    client: 'mssql',
    connection: {
      server: login.server,
      port: login.port,
      user: login.user ?? '',
      password: login.password ?? '',
      database: login.database,
      options: { encrypt: login.encrypt, trustServerCertificate: login.trustServerCertificate },
    },
    pool: { min: 0, max: 1 },
    compileSqlOnError: false,
  });
  await knex.raw('select 1 as [one]');
  await timed(async () => {
    let rows = 0;
    for (const { sql, bindings } of statements) {
      const key = /order by \[t\]\.\[(\w+)\] asc$/.exec(sql)?.[1];
      if (key === undefined) continue;
      const whole = sql.replace(/ order by .*$/, '').replace(/@p\d+/g, '?');
      for (let last = -1; ;) {
        const page: readonly Readonly<Record<string, unknown>>[] = await knex
          .from(knex.raw(`(${whole}) as [page]`, [...bindings] as never))
          .where(key, '>', last)
          .orderBy(key)
          .limit(PAGE)
          .select('*');
        rows += page.length;
        if (page.length < PAGE) break;
        last = Number(page.at(-1)?.[key]);
      }
    }
    return rows;
  });
  await knex.destroy();
};

const ways: Readonly<Record<string, Way>> = { driver, rows: rowsOnly, mssql: mssqlStream, pages };

/** Notes the statements that read tables. */
function noting(source: SisSource, statements: Statement[]): SisSource {
  return {
    ...source,
    withView: (work) =>
      source.withView((view) =>
        work({
          ...view,
          readColumns: (query) => {
            const { sql, bindings } = query.toSQL().toNative();
            statements.push({ sql, bindings });
            return view.readColumns(query);
          },
        }),
      ),
  };
}

async function extraction(settings: MssqlSourceSettings, file: string, timed: Timed): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'reading-'));
  const statements: Statement[] = [];
  let rosterRows = 0;
  const reading = async (): Promise<number> => {
    let rows = 0;
    const { snapshot } = await extract(
      noting(sqlServerSource(settings), statements),
      join(folder, 'snapshot.sqlite'),
      {
        notices: new Notices(),
        onTable: (table, count) => {
          rows += count;
          if (table === 'Roster') rosterRows = count;
        },
      },
    );
    snapshot.close();
    return rows;
  };
  try {
    await timed(reading, () => ({ rosterRows }));
    writeFileSync(file, JSON.stringify(statements));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const [way = '', file = '', only = ''] = process.argv.slice(2);
const settings = JSON.parse(process.env['BENCH_SOURCE'] ?? '') as MssqlSourceSettings;
const timed: Timed = async (work, more = () => ({})) => {
  const cpu = process.cpuUsage();
  const since = performance.now();
  const rows = await work();
  const seconds = (performance.now() - since) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  const reading: Reading = { rows, seconds, cpuSeconds: (user + system) / 1e6, ...more() };
  process.stdout.write(`${JSON.stringify(reading)}\n`);
};
if (way === 'extract') await extraction(settings, file, timed);
else {
  const statements = (JSON.parse(readFileSync(file, 'utf8')) as Statement[]).filter(({ sql }) =>
    sql.includes(only),
  );
  await ways[way]?.(settings, statements, timed);
}
