/** The other side of `sqlserver-thread.ts`: this thread holds the connection, asks the server, and packs what it answers. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ConnectionConfiguration } from 'tedious';
import { movablesOf, packRows, type PackedRows } from './packed-rows.js';
import { connectSqlServer, type SqlServerConnection, type Statement } from './sqlserver-connection.js';
import { causesOf, type Link } from './sqlserver-errors.js';

export interface WorkerSettings {
  readonly config: ConnectionConfiguration;
  readonly silenceMs: number;
}

/** One at a time: the next step waits for the end of the one before. `more` and `leave` belong to the rows under way. */
export type Ask =
  | { readonly step: 'connect' | 'snapshot' | 'close' | 'more' | 'leave' }
  | { readonly step: 'rows'; readonly statement: Statement; readonly ahead: number };

export type Answer =
  | { readonly kind: 'rows'; readonly rows: PackedRows }
  | { readonly kind: 'end'; readonly isEncrypted: boolean }
  | { readonly kind: 'fault'; readonly links: readonly Link[]; readonly stack: string };

const { config, silenceMs } = workerData as WorkerSettings;
let connection: SqlServerConnection | undefined;
/** Batches that may still be sent without being asked for. */
let wanted = 0;
let isLeft = false;
const hasLeft = (): boolean => isLeft;
const mayGoOn = (): boolean => wanted > 0 || isLeft;
let wake = (): void => undefined;

parentPort?.on('message', (ask: Ask) => {
  if (ask.step === 'more') wanted += 1;
  else if (ask.step === 'leave') isLeft = true;
  else {
    void answer(ask);
    return;
  }
  wake();
});

async function answer(ask: Ask): Promise<void> {
  try {
    await take(ask);
    send({ kind: 'end', isEncrypted: connection?.isEncrypted ?? false });
  } catch (error) {
    const { stack = '' } = error as Error;
    const links = causesOf(error).map(({ code, number, message }) => ({ code, number, message }));
    send({ kind: 'fault', links, stack });
  }
}

async function take(ask: Ask): Promise<void> {
  if (ask.step === 'connect') connection = await connectSqlServer(config, silenceMs);
  if (connection === undefined) throw new Error('not connected');
  if (ask.step === 'snapshot') await connection.beginSnapshot();
  if (ask.step === 'close') await connection.close();
  if (ask.step === 'rows') await sendRows(connection, ask.statement, ask.ahead);
}

/** Leaving ends the loop, and that ends the request. */
async function sendRows(from: SqlServerConnection, statement: Statement, ahead: number): Promise<void> {
  wanted = ahead;
  isLeft = false;
  for await (const batch of from.rows(statement)) {
    while (!mayGoOn()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (hasLeft()) return;
    wanted -= 1;
    const rows = packRows(batch);
    send({ kind: 'rows', rows }, movablesOf(rows));
  }
}

function send(message: Answer, moved: ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, moved);
}
