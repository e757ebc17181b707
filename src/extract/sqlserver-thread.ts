/**
 * The connection to a SQL Server in a thread of its own: the driver takes apart what arrives on one core while the rows before
 * are decoded and stored on the other. Gives the same as `connectSqlServer`, faults included; a few batches are read ahead,
 * and then the server waits.
 */
import { Worker } from 'node:worker_threads';
import type { ConnectionConfiguration } from 'tedious';
import { unpackColumns, unpackRows, type PackedRows } from './packed-rows.js';
import type { SqlServerConnection, Statement } from './sqlserver-connection.js';
import type { Link } from './sqlserver-errors.js';
import type { Answer, Ask, WorkerSettings } from './sqlserver-worker.js';

const BATCHES_AHEAD = 3;

/** A fault of the other thread, with all that is known about it. */
class ConnectionFault extends Error {
  constructor(
    readonly errors: readonly Link[],
    stack: string,
  ) {
    super('The connection to the server failed.');
    if (stack !== '') this.stack = stack;
  }
}

export async function connectInThread(
  config: ConnectionConfiguration,
  silenceMs: number,
): Promise<SqlServerConnection> {
  const settings: WorkerSettings = { config, silenceMs };
  const thread = new ConnectionThread(
    new Worker(new URL('./sqlserver-worker.js', import.meta.url), { workerData: settings }),
  );
  try {
    const isEncrypted = await thread.run({ step: 'connect' });
    return {
      isEncrypted,
      beginSnapshot: async () => {
        await thread.run({ step: 'snapshot' });
      },
      rows: (statement) => batchesOf(thread, statement, unpackRows),
      columns: (statement) => batchesOf(thread, statement, unpackColumns),
      close: async () => {
        try {
          await thread.run({ step: 'close' });
        } finally {
          await thread.end();
        }
      },
    };
  } catch (error) {
    await thread.end();
    throw error;
  }
}

async function* batchesOf<Batch>(
  thread: ConnectionThread,
  statement: Statement,
  unpack: (rows: PackedRows) => Batch,
): AsyncGenerator<Batch, void, undefined> {
  thread.ask({ step: 'rows', statement, ahead: BATCHES_AHEAD });
  let isUnderWay = true;
  try {
    for (;;) {
      const answer = await thread.answer();
      isUnderWay = answer.kind === 'rows';
      if (answer.kind !== 'rows') {
        orThrow(answer);
        return;
      }
      thread.ask({ step: 'more' });
      yield unpack(answer.rows);
    }
  } finally {
    if (isUnderWay) {
      thread.ask({ step: 'leave' });
      while ((await thread.answer()).kind === 'rows'); // those that were on their way already
    }
  }
}

/** Asks go out at once; answers come in order. */
class ConnectionThread {
  readonly #answers: Answer[] = [];
  #wake = (): void => undefined;

  constructor(private readonly worker: Worker) {
    const note = (answer: Answer): void => {
      this.#answers.push(answer);
      this.#wake();
    };
    worker.on('message', note);
    worker.on('error', (error: Error) => {
      note({ kind: 'fault', links: [], stack: error.stack ?? '' });
    });
    // Whoever still waits when the thread is gone would wait for ever.
    worker.on('exit', () => {
      note({ kind: 'fault', links: [], stack: '' });
    });
  }

  ask(ask: Ask): void {
    this.worker.postMessage(ask);
  }

  async answer(): Promise<Answer> {
    for (;;) {
      const next = this.#answers.shift();
      if (next !== undefined) return next;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async run(ask: Ask): Promise<boolean> {
    this.ask(ask);
    return orThrow(await this.answer());
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }
}

/** Whether the connection is encrypted. */
function orThrow(answer: Answer): boolean {
  if (answer.kind === 'fault') throw new ConnectionFault(answer.links, answer.stack);
  return answer.kind === 'end' && answer.isEncrypted;
}
