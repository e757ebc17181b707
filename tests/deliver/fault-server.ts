/**
 * An SFTP server in this process over a folder, for faults and quirks at an exact place that a real one cannot show. Without
 * quirks it knows no extension, so it also stands for servers without posix-rename.
 */
import { readFileSync } from 'node:fs';
import ssh2, { type AuthContext, type Connection } from 'ssh2';
import { serve } from './fault-sftp.js';

/** A status with which a request is refused. */
export type Refusal = 'absent' | 'denied' | 'failure' | 'unsupported';

export type Request = 'OPEN' | 'WRITE' | 'CLOSE' | 'RENAME' | 'STAT' | 'READ' | 'REMOVE' | 'OPENDIR';

export interface Faults {
  /** Writes are refused once so many bytes have come. */
  failAfter?: number;
  /** The connection breaks once so many bytes have come. */
  dropAfter?: number;
  /** No write is answered once so many bytes have come; keepalives are. */
  hangAfter?: number;
  /** Closing a file that was written to is refused. */
  closeFails?: boolean;
  /** Reading is answered with other bytes. */
  readsWrong?: boolean;
  /** Reading never comes to an end. */
  readsOn?: boolean;
  /** Reading is not allowed. */
  readDenied?: boolean;
  /** A file that is there keeps others from taking its name. */
  noOverwrite?: boolean;
  /** The connection breaks at a rename, before or after it was done. */
  dropAtRename?: 'before' | 'after';
  /** The connection breaks at a look at a file of this name. */
  dropAtStat?: string;
  /** Requests of this kind are never answered. */
  silentAt?: Request;
  /** The login is accepted, and the start of SFTP never answered. */
  neverStarts?: boolean;
  /** The text that comes with every refusal. */
  says?: string;
  /** The folder cannot be listed. */
  listRefused?: Refusal;
  /** Files cannot be removed. */
  removeRefused?: Refusal;
  /** No look at a file or folder. */
  statRefused?: Refusal;
  /** What a look leaves out: the type bits, or all permissions. */
  statWithout?: 'type' | 'permissions';
  /** posix-rename is offered, and refused where the name is taken. */
  posixRenameRefused?: Refusal;
  /** fsync is offered, and refused. */
  fsyncRefused?: Refusal;
  renameRefused?: Refusal;
  setstatRefused?: Refusal;
  /** A file is taken away at this moment, and a look at its name is answered with this. */
  takesAt?: { readonly moment: 'close' | 'rename' | 'read'; readonly then: Refusal };
  /** Files with such names cannot be created. */
  refusesNames?: RegExp;
  /** Larger packets are refused. */
  packetLimit?: number;
}

export interface FaultServer {
  readonly port: number;
  readonly password: string;
  /** May be changed at any time. */
  readonly faults: Faults;
  /** These faults and no others from here on. */
  readonly setFaults: (wanted: Faults) => void;
  /** What was asked: `OPEN name`, `RENAME from to` …; `unanswered` for what gets no answer. */
  readonly asked: string[];
  /** Connections that are open now, and the most there ever were. */
  readonly connections: { now: number; most: number; all: number };
  readonly close: () => Promise<void>;
}

export interface FaultServerOptions {
  readonly folder: string;
  /** Path of a private host key. */
  readonly hostKey: string;
  /** Passwords only by question and answer. */
  readonly asksForPassword?: boolean;
  /** Signatures with which it shows its host key. */
  readonly hostKeyAlgorithms?: readonly ('ssh-rsa' | 'rsa-sha2-256')[];
}

const PASSWORD = 'Pa55-of-the-fault-server';

/** The types of ssh2 leave it out. */
type SettableConnection = Connection & { setNoDelay(isOn: boolean): void };

export async function startFaultServer(options: FaultServerOptions): Promise<FaultServer> {
  const faults: Faults = {};
  const asked: string[] = [];
  const connections = { now: 0, most: 0, all: 0 };
  const open = new Set<Connection>();
  const { hostKeyAlgorithms: algorithms } = options;
  const config = {
    hostKeys: [readFileSync(options.hostKey)],
    ...(algorithms && { algorithms: { serverHostKey: [...algorithms] } }),
  };
  const server = new ssh2.Server(config, (client) => {
    open.add(client);
    // Without this each answer waits 40 ms for an acknowledgment, as small packets do.
    (client as SettableConnection).setNoDelay(true);
    connections.all += 1;
    connections.now += 1;
    connections.most = Math.max(connections.most, connections.now);
    client.on('error', () => undefined);
    client.on('close', () => {
      connections.now -= 1;
      open.delete(client);
    });
    client.on('authentication', (context) => authenticate(context, options.asksForPassword === true));
    client.on('ready', () => {
      client.on('session', (accept) => {
        accept().on('sftp', (acceptSftp) => {
          if (faults.neverStarts === true) {
            asked.push('unanswered');
            return;
          }
          serve(acceptSftp(), { client, folder: options.folder, faults, asked });
        });
      });
    });
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  return {
    port,
    password: PASSWORD,
    faults,
    setFaults: (wanted) => {
      for (const name of Object.keys(faults)) Reflect.deleteProperty(faults, name);
      Object.assign(faults, wanted);
    },
    asked,
    connections,
    close: async () => {
      for (const client of open) client.end();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** Any key is welcome: the sftp program has no password. */
function authenticate(context: AuthContext, asksForPassword: boolean): void {
  const wanted = asksForPassword ? 'keyboard-interactive' : 'password';
  if (context.method === 'publickey') {
    context.accept();
  } else if (context.method === 'keyboard-interactive' && asksForPassword) {
    context.prompt([{ prompt: 'Password: ', echo: false }], (answers) => {
      if (answers[0] === PASSWORD) context.accept();
      else context.reject([wanted]);
    });
  } else if (context.method === 'password' && !asksForPassword && context.password === PASSWORD) {
    context.accept();
  } else {
    context.reject([wanted, 'publickey']);
  }
}
