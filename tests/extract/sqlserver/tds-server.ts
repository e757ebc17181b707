/**
 * A stand-in for SQL Server that speaks TDS on loopback, so that the driver itself, its back-pressure and its faults are part
 * of the tests. It understands what the export says and no more; what a real server does is for a real server to show.
 */
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MssqlConnectionSettings, MssqlSourceSettings } from '../../../src/model/settings.js';
import { Session, type DatabaseState, type ResultSet } from './tds-database.js';
import { encryptedBehindPrelogin, type Certificate } from './tds-tls.js';
import * as wire from './tds-wire.js';

/** What befalls a statement instead of its whole answer. */
export interface Fault {
  /** Rows that still get through. */
  readonly afterRows?: number;
  readonly then: 'reset' | 'silence' | 'end' | { readonly number: number; readonly message: string };
}

export interface SeenStatement {
  readonly connection: number;
  readonly sql: string;
  /** Undefined outside of any transaction. */
  readonly isolation: 'snapshot' | 'other' | undefined;
}

export interface SeenLogin {
  readonly user: string;
  readonly database: string;
  readonly application: string;
  readonly readOnlyIntent: boolean;
}

export interface TdsServerOptions {
  /** Where the SQLite files are, one per schema. */
  readonly folder: string;
  readonly schemas?: readonly string[];
  readonly allowsSnapshots?: boolean;
  readonly tls?: Certificate;
  /** Tables, and columns as `Table.column`, that the login may not read: a server does not list them. */
  readonly hides?: readonly string[];
  readonly mayWrite?: boolean;
  /** At the n-th login; while it is not ONLINE for everybody, the database refuses logins without giving the reason. */
  readonly databaseState?: (nth: number) => DatabaseState;
  /** Sends nothing more from here on. */
  readonly mute?: 'connection' | 'login' | 'transaction';
  /** Called for each message of a client, before the answer. */
  readonly onMessage?: () => void;
  /** What the n-th login, from 1 on, is refused with, although its password is right. */
  readonly refusal?: (nth: number) => { readonly number: number; readonly message: string } | undefined;
  /**
   * Answers a statement that was asked before with the packets of that answer, ready made: reading once costs what it costs,
   * and from then on it is the client whose speed is seen. For databases that do not change.
   */
  readonly keepsAnswers?: boolean;
  /** Asked before each statement is answered. */
  readonly fault?: (statement: SeenStatement) => Fault | undefined;
}

export interface TdsServer {
  readonly port: number;
  readonly statements: readonly SeenStatement[];
  readonly logins: readonly SeenLogin[];
  /** Rows handed to the network so far, and requests that the client took back. */
  readonly counts: { readonly rows: number; readonly canceled: number };
  readonly close: () => Promise<void>;
}

/** The one database and login of the stand-in. */
export const STAND_IN = { database: 'campus', user: 'reader', password: 'S3cret-phrase' } as const;

const ONLINE: DatabaseState = { state: 'ONLINE' };

const isOnline = ({ state, access = 'MULTI_USER' }: DatabaseState): boolean =>
  state === 'ONLINE' && access === 'MULTI_USER';

interface Shared {
  readonly options: TdsServerOptions;
  readonly schemas: Set<string>;
  readonly statements: SeenStatement[];
  readonly logins: SeenLogin[];
  readonly counts: { rows: number; canceled: number };
  /** By statement, bindings and size of packets. */
  readonly answers: Map<string, readonly Buffer[]>;
  connections: number;
}

export async function startTdsServer(options: TdsServerOptions): Promise<TdsServer> {
  mkdirSync(options.folder, { recursive: true });
  const shared: Shared = {
    options,
    schemas: new Set(options.schemas ?? []),
    statements: [],
    logins: [],
    counts: { rows: 0, canceled: 0 },
    answers: new Map(),
    connections: 0,
  };
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    new Conversation(shared, socket).listen();
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    statements: shared.statements,
    logins: shared.logins,
    counts: shared.counts,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      listener.close();
      await once(listener, 'close');
    },
  };
}

class Conversation {
  readonly #number: number;
  #wire: Duplex;
  #session: Session | undefined;
  #waiting: Buffer = Buffer.alloc(0);
  readonly #message: Buffer[] = [];
  readonly #closed: Promise<unknown>;
  #isolation: SeenStatement['isolation'];
  #attention = false;
  #busy: Promise<void> = Promise.resolve();
  #isAnswering = false;
  /** What a packet holds beside its head; the client says how large it wants them. */
  #room = 4_088;
  #bulk: { readonly table: string; readonly columns: readonly string[] } = { table: '', columns: [] };

  constructor(
    private readonly shared: Shared,
    private readonly socket: Socket,
  ) {
    this.#number = shared.connections += 1;
    this.#wire = socket;
    this.#closed = new Promise((resolve) => socket.on('close', resolve));
  }

  listen(): void {
    this.#wire.on('data', (chunk: Buffer) => {
      this.#receive(chunk);
    });
    this.#wire.on('error', () => undefined);
    this.socket.on('close', () => {
      void this.#busy.then(() => this.#session?.close());
    });
  }

  #receive(chunk: Buffer): void {
    this.#waiting = Buffer.concat([this.#waiting, chunk]);
    while (this.#waiting.length >= 8 && this.#waiting.length >= this.#waiting.readUInt16BE(2)) {
      const length = this.#waiting.readUInt16BE(2);
      const [type = 0, status = 0] = this.#waiting;
      this.#message.push(this.#waiting.subarray(8, length));
      this.#waiting = this.#waiting.subarray(length);
      if ((status & 1) === 0) continue;
      const message = Buffer.concat(this.#message.splice(0));
      if (type === wire.PACKET.attention) {
        this.shared.counts.canceled += 1;
        this.#attention = true;
        if (this.#isAnswering) continue;
      }
      this.#isAnswering = true;
      this.#busy = this.#busy.then(() => this.#answer(type, message));
    }
  }

  async #answer(type: number, message: Buffer): Promise<void> {
    try {
      await this.#respond(type, message);
    } catch (error) {
      const text = error instanceof Error ? error.message : 'unknown';
      await this.#send(
        Buffer.concat([wire.errorToken(50_000, text), wire.done(wire.DONE, wire.STATUS.error)]),
        true,
      );
    }
    this.#isAnswering = false;
    if (!this.#attention) return;
    this.#attention = false;
    await this.#send(wire.done(wire.DONE, wire.STATUS.attention), true);
  }

  async #respond(type: number, message: Buffer): Promise<void> {
    const { mute, onMessage = () => undefined } = this.shared.options;
    onMessage();
    if (mute !== undefined && (mute === 'connection' || type === wire.PACKET[mute])) return;
    const reader = new wire.Reader(message);
    switch (type) {
      case wire.PACKET.prelogin:
        return this.#prelogin();
      case wire.PACKET.login:
        return this.#login(message);
      case wire.PACKET.transaction:
        return this.#transaction(reader);
      case wire.PACKET.batch:
        reader.skipHeaders();
        return this.#statement(reader.take(reader.left).toString('utf16le'), {}, wire.DONE);
      case wire.PACKET.rpc:
        return this.#call(reader);
      case wire.PACKET.bulk:
        return this.#bulkLoad(reader);
      default:
    }
  }

  async #prelogin(): Promise<void> {
    const { tls } = this.shared.options;
    await this.#send(wire.prelogin(tls ? 1 : 2), true);
    if (!tls) return;
    this.socket.removeAllListeners('data');
    this.#wire = encryptedBehindPrelogin(this.socket, tls);
    this.#wire.on('data', (chunk: Buffer) => {
      this.#receive(chunk);
    });
    this.#wire.on('error', () => undefined);
  }

  async #login(message: Buffer): Promise<void> {
    const bytesAt = (at: number): Buffer => {
      const from = message.readUInt16LE(at);
      return message.subarray(from, from + message.readUInt16LE(at + 2) * 2);
    };
    const textAt = (at: number): string => bytesAt(at).toString('utf16le');
    const password = Buffer.from(
      bytesAt(44).map((byte) => ((byte ^ 0xa5) >> 4) | (((byte ^ 0xa5) & 15) << 4)),
    );
    const login: SeenLogin = {
      user: textAt(40),
      application: textAt(48),
      database: textAt(68),
      readOnlyIntent: ((message[26] ?? 0) & 0x20) !== 0,
    };
    this.shared.logins.push(login);
    const failed = wire.errorToken(18456, `Login failed for user '${login.user}'.`);
    if (login.user !== STAND_IN.user || password.toString('utf16le') !== STAND_IN.password)
      return this.#refuse(failed);
    const {
      folder,
      hides = [],
      mayWrite = false,
      refusal,
      databaseState = () => ONLINE,
    } = this.shared.options;
    const state = databaseState(this.shared.logins.length);
    const isOpen = login.database === 'master' || (login.database === STAND_IN.database && isOnline(state));
    if (!isOpen)
      return this.#refuse(wire.errorToken(4060, `Cannot open database "${login.database}".`), failed);
    const refused = refusal?.(this.shared.logins.length);
    if (refused !== undefined) return this.#refuse(wire.errorToken(refused.number, refused.message), failed);
    this.#session = new Session({
      folder,
      schemas: this.shared.schemas,
      hides: new Set(hides),
      mayWrite,
      state,
    });
    const packetSize = Math.min(message.readUInt32LE(8), 32_767);
    await this.#send(wire.loginAccepted(login.database, packetSize), true);
    this.#room = packetSize - 8;
  }

  async #refuse(...errors: readonly Buffer[]): Promise<void> {
    await this.#send(Buffer.concat([...errors, wire.done(wire.DONE, wire.STATUS.error)]), true);
    this.#wire.end();
  }

  async #transaction(reader: wire.Reader): Promise<void> {
    reader.skipHeaders();
    const begins = reader.u16() === 5;
    if (begins) {
      this.#isolation = reader.u8() === 5 ? 'snapshot' : 'other';
      this.#session?.begin();
    } else {
      this.#isolation = undefined;
      this.#session?.rollback();
    }
    const change = begins ? wire.TRANSACTION_BEGUN : wire.TRANSACTION_ENDED;
    await this.#send(Buffer.concat([change, wire.done(wire.DONE, 0)]), true);
  }

  /** sp_executesql: the statement, the declaration of its parameters, the parameters. */
  async #call(reader: wire.Reader): Promise<void> {
    reader.skipHeaders();
    reader.take(6);
    const given: (readonly [name: string, value: unknown])[] = [];
    while (reader.left > 0) {
      const name = reader.bText();
      reader.u8();
      given.push([name, wire.readType(reader)(reader)]);
    }
    const bindings = given.slice(2).map(([name, value]) => [name.slice(1), value] as const);
    await this.#statement(given[0]?.[1] as string, Object.fromEntries(bindings), wire.DONE_STATEMENT);
  }

  async #statement(sql: string, bindings: Readonly<Record<string, unknown>>, token: number): Promise<void> {
    const seen: SeenStatement = { connection: this.#number, sql, isolation: this.#isolation };
    this.shared.statements.push(seen);
    const bulk = /^insert bulk (\S+)\s*\((.*)\)/is.exec(sql);
    if (bulk !== null) {
      const [, table = '', columns = ''] = bulk;
      this.#bulk = { table, columns: [...columns.matchAll(/\[(\w+)\]/g)].map(([, name = '']) => name) };
      return this.#end(token, 0);
    }
    const fault = this.#refusesSnapshot(seen) ?? this.shared.options.fault?.(seen);
    if (fault !== undefined && (fault.afterRows ?? 0) === 0) return this.#fail(fault, token, 0);
    const key = JSON.stringify([sql, bindings, token, this.#room]);
    const kept = this.shared.answers.get(key);
    if (kept !== undefined) return this.#replay(kept, token);
    const result = this.#session?.run(sql, bindings);
    if (result === undefined) return this.#end(token, 0);
    if (this.shared.options.keepsAnswers !== true) return this.#rows(result, token, fault);
    const answer = answerPackets(result, token, this.#room);
    this.shared.answers.set(key, answer);
    await this.#replay(answer, token);
  }

  async #replay(writes: readonly Buffer[], token: number): Promise<void> {
    for (const write of writes) {
      if (!this.#wire.write(write))
        await Promise.race([once(this.#wire, 'drain').catch(() => undefined), this.#closed]);
      await nextTurn();
      if (this.#attention && write !== writes.at(-1)) return this.#end(token, 0);
      if (this.socket.destroyed) return;
    }
  }

  #refusesSnapshot({ sql, isolation }: SeenStatement): Fault | undefined {
    if (this.shared.options.allowsSnapshots !== false || isolation !== 'snapshot') return undefined;
    if (!sql.startsWith('select') || sql.includes('INFORMATION_SCHEMA')) return undefined;
    return { then: { number: 3952, message: "Snapshot isolation transaction failed in database 'campus'." } };
  }

  async #rows({ columns, types, rows }: ResultSet, token: number, fault: Fault | undefined): Promise<void> {
    const waiting: Buffer[] = [columns];
    let bytes = 0;
    let sent = 0;
    for (const row of rows) {
      for (const part of [wire.u8(0xd1), ...types.map(({ encode }, at) => encode(row[at] ?? null))]) {
        waiting.push(part);
        bytes += part.length;
      }
      sent += 1;
      this.shared.counts.rows += 1;
      if (bytes < 16_000 && sent !== fault?.afterRows) continue;
      bytes = 0;
      await this.#send(Buffer.concat(waiting.splice(0)), false);
      await nextTurn();
      if (this.#attention) return this.#end(token, sent);
      if (this.socket.destroyed) return;
      if (fault !== undefined && sent === fault.afterRows) return this.#fail(fault, token, sent);
    }
    await this.#send(Buffer.concat(waiting), false);
    await this.#end(token, sent);
  }

  async #fail({ then }: Fault, token: number, sent: number): Promise<void> {
    if (then === 'silence') return;
    if (then === 'end') return this.#end(token, sent);
    if (then === 'reset') {
      this.socket.resetAndDestroy();
      return;
    }
    const end = token === wire.DONE ? wire.DONE : wire.DONE_PROCEDURE;
    await this.#send(
      Buffer.concat([wire.errorToken(then.number, then.message), wire.done(end, wire.STATUS.error)]),
      true,
    );
  }

  async #end(token: number, rows: number): Promise<void> {
    await this.#send(endOf(token, rows), true);
  }

  async #bulkLoad(reader: wire.Reader): Promise<void> {
    const { table, columns } = this.#bulk;
    const rows: unknown[][] = [];
    let types: readonly ((from: wire.Reader) => unknown)[] = [];
    for (let token = reader.u8(); token !== wire.DONE; token = reader.u8()) {
      if (token === 0x81) {
        types = Array.from({ length: reader.u16() }, () => {
          reader.take(6);
          const type = wire.readType(reader);
          reader.bText();
          return type;
        });
      } else {
        rows.push(types.map((type) => type(reader)));
      }
    }
    this.#session?.insert(table, columns, rows);
    await this.#end(wire.DONE, rows.length);
  }

  /** Waits until the client has taken what was sent before: this is where a slow reader is felt. */
  async #send(data: Buffer, isLast: boolean): Promise<void> {
    if (this.socket.destroyed) return;
    let isFree = true;
    for (let at = 0; at < data.length; at += this.#room) {
      const part = data.subarray(at, at + this.#room);
      isFree = this.#wire.write(
        wire.packet(wire.PACKET.response, part, isLast && at + this.#room >= data.length),
      );
    }
    if (!isFree) await Promise.race([once(this.#wire, 'drain').catch(() => undefined), this.#closed]);
  }
}

function endOf(token: number, rows: number): Buffer {
  return token === wire.DONE
    ? wire.done(wire.DONE, wire.STATUS.count, rows)
    : Buffer.concat([
        wire.done(token, wire.STATUS.count | wire.STATUS.more, rows),
        wire.RETURN_STATUS,
        wire.done(wire.DONE_PROCEDURE, 0),
      ]);
}

/** A whole answer in full packets, some 64 KiB of them to a write. */
function answerPackets({ columns, types, rows }: ResultSet, token: number, room: number): readonly Buffer[] {
  const writes: Buffer[] = [];
  const perWrite = Math.ceil(65_536 / room) * room;
  let waiting = [columns];
  let bytes = columns.length;
  let count = 0;
  const flush = (isLast: boolean): void => {
    const data = Buffer.concat(waiting);
    const until = isLast ? data.length : data.length - (data.length % room);
    const packets: Buffer[] = [];
    for (let at = 0; at < until; at += room)
      packets.push(
        wire.packet(
          wire.PACKET.response,
          data.subarray(at, Math.min(at + room, until)),
          isLast && at + room >= until,
        ),
      );
    writes.push(Buffer.concat(packets));
    waiting = [data.subarray(until)];
    bytes = data.length - until;
  };
  for (const row of rows) {
    count += 1;
    for (const part of [wire.u8(0xd1), ...types.map(({ encode }, at) => encode(row[at] ?? null))]) {
      waiting.push(part);
      bytes += part.length;
    }
    if (bytes >= perWrite) flush(false);
  }
  waiting.push(endOf(token, count));
  flush(true);
  return writes;
}

/** The settings of a source that asks the stand-in. */
export function standInSettings(
  server: TdsServer,
  connection: Partial<MssqlConnectionSettings> = {},
): MssqlSourceSettings {
  return {
    client: 'mssql',
    schema: 'dbo',
    consistency: 'snapshot',
    retryMinutes: 0,
    connection: {
      server: '127.0.0.1',
      port: server.port,
      ...STAND_IN,
      authentication: 'sql',
      encrypt: false,
      trustServerCertificate: false,
      readOnlyIntent: false,
      requestTimeoutMinutes: 1,
      ...connection,
    },
  };
}
