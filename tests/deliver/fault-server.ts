/**
 * An SFTP server in this process over a folder, for faults at an exact place that a real one cannot show. It knows no
 * extension, so it also stands for servers without posix-rename.
 */
import {
  chmodSync,
  closeSync,
  existsSync,
  fchmodSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import ssh2, { type Connection, type SFTPWrapper } from 'ssh2';

const { STATUS_CODE, OPEN_MODE } = ssh2.utils.sftp;

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
  /** Nobody may read. */
  readDenied?: boolean;
  /** A file that is there keeps others from taking its name. */
  noOverwrite?: boolean;
  /** The connection breaks at a rename, before or after it was done. */
  dropAtRename?: 'before' | 'after';
  /** The connection breaks at a look at a file of this name. */
  dropAtStat?: string;
}

export interface FaultServer {
  readonly port: number;
  readonly password: string;
  /** May be changed at any time. */
  readonly faults: Faults;
  /** What was asked: `OPEN name`, `RENAME from to` … */
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
}

const PASSWORD = 'Pa55-of-the-fault-server';

export async function startFaultServer(options: FaultServerOptions): Promise<FaultServer> {
  const faults: Faults = {};
  const asked: string[] = [];
  const connections = { now: 0, most: 0, all: 0 };
  const open = new Set<Connection>();
  const server = new ssh2.Server({ hostKeys: [readFileSync(options.hostKey)] }, (client) => {
    open.add(client);
    connections.all += 1;
    connections.now += 1;
    connections.most = Math.max(connections.most, connections.now);
    client.on('error', () => undefined);
    client.on('close', () => {
      connections.now -= 1;
      open.delete(client);
    });
    client.on('authentication', (context) => {
      const wanted = options.asksForPassword === true ? 'keyboard-interactive' : 'password';
      if (context.method === 'keyboard-interactive' && wanted === context.method) {
        context.prompt([{ prompt: 'Password: ', echo: false }], (answers) => {
          if (answers[0] === PASSWORD) context.accept();
          else context.reject([wanted]);
        });
      } else if (context.method === 'password' && wanted === 'password' && context.password === PASSWORD) {
        context.accept();
      } else {
        context.reject([wanted]);
      }
    });
    client.on('ready', () => {
      client.on('session', (accept) => {
        accept().on('sftp', (acceptSftp) => serve(acceptSftp(), client, options.folder, faults, asked));
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
    asked,
    connections,
    close: async () => {
      for (const client of open) client.end();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function serve(sftp: SFTPWrapper, client: Connection, folder: string, faults: Faults, asked: string[]): void {
  const handles = new Map<number, { readonly fd: number; readonly isWritten: boolean }>();
  const listings = new Map<number, string | undefined>();
  let next = 0;
  let received = 0;
  const at = (path: string): string => join(folder, path);
  const drop = (): void => {
    (client as unknown as { _sock: { destroy: () => void } })._sock.destroy();
  };
  const handleFor = (number: number): Buffer => {
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(number);
    return handle;
  };
  const statusOf = (error: unknown): number =>
    (error as NodeJS.ErrnoException).code === 'ENOENT' ? STATUS_CODE.NO_SUCH_FILE : STATUS_CODE.FAILURE;
  /** Answers with what the work gives, or with the status of its error. */
  const answer = (id: number, work: () => void): void => {
    try {
      work();
    } catch (error) {
      sftp.status(id, statusOf(error));
    }
  };
  const fd = (handle: Buffer): number => handles.get(handle.readUInt32BE())?.fd ?? -1;
  const attrs = (path: string | number) => {
    const { mode, uid, gid, size, atimeMs, mtimeMs } = statSync(
      typeof path === 'number' ? `/proc/self/fd/${path}` : path,
    );
    return { mode, uid, gid, size, atime: Math.floor(atimeMs / 1_000), mtime: Math.floor(mtimeMs / 1_000) };
  };
  sftp.on('OPEN', (id, path, flags) =>
    answer(id, () => {
      asked.push(`OPEN ${basename(path)}`);
      const isWritten = (flags & OPEN_MODE.WRITE) !== 0;
      if (!isWritten && faults.readDenied === true) {
        sftp.status(id, STATUS_CODE.PERMISSION_DENIED);
        return;
      }
      const opened = openSync(at(path), isWritten ? 'w+' : 'r');
      if (isWritten) ftruncateSync(opened);
      handles.set(++next, { fd: opened, isWritten });
      sftp.handle(id, handleFor(next));
    }),
  );
  sftp.on('WRITE', (id, handle, offset, bytes) =>
    answer(id, () => {
      received += bytes.length;
      if (faults.hangAfter !== undefined && received > faults.hangAfter) return;
      if (faults.dropAfter !== undefined && received > faults.dropAfter) {
        drop();
        return;
      }
      if (faults.failAfter !== undefined && received > faults.failAfter) {
        sftp.status(id, STATUS_CODE.FAILURE);
        return;
      }
      writeSync(fd(handle), bytes, 0, bytes.length, offset);
      sftp.status(id, STATUS_CODE.OK);
    }),
  );
  sftp.on('READ', (id, handle, offset, length) =>
    answer(id, () => {
      const bytes = Buffer.alloc(length);
      const count = readSync(fd(handle), bytes, 0, length, offset);
      if (count === 0) {
        sftp.status(id, STATUS_CODE.EOF);
        return;
      }
      if (faults.readsWrong === true) bytes[0] = (bytes[0] ?? 0) ^ 1;
      // Half of what was asked for: servers may.
      sftp.data(id, bytes.subarray(0, Math.ceil(count / 2)));
    }),
  );
  sftp.on('CLOSE', (id, handle) =>
    answer(id, () => {
      const number = handle.readUInt32BE();
      const known = handles.get(number);
      listings.delete(number);
      handles.delete(number);
      if (known !== undefined) closeSync(known.fd);
      const fails = known?.isWritten === true && faults.closeFails === true;
      sftp.status(id, fails ? STATUS_CODE.FAILURE : STATUS_CODE.OK);
    }),
  );
  const look = (id: number, path: string): void =>
    answer(id, () => {
      asked.push(`STAT ${basename(path)}`);
      if (basename(path) === faults.dropAtStat) {
        drop();
        return;
      }
      sftp.attrs(id, attrs(at(path)));
    });
  sftp.on('STAT', look);
  sftp.on('LSTAT', look);
  sftp.on('FSTAT', (id, handle) => answer(id, () => sftp.attrs(id, attrs(fd(handle)))));
  sftp.on('FSETSTAT', (id, handle, { mode }) =>
    answer(id, () => {
      fchmodSync(fd(handle), mode);
      sftp.status(id, STATUS_CODE.OK);
    }),
  );
  sftp.on('SETSTAT', (id, path, { mode }) => {
    answer(id, () => {
      chmodSync(at(path), mode);
      sftp.status(id, STATUS_CODE.OK);
    });
  });
  sftp.on('REMOVE', (id, path) =>
    answer(id, () => {
      asked.push(`REMOVE ${basename(path)}`);
      unlinkSync(at(path));
      sftp.status(id, STATUS_CODE.OK);
    }),
  );
  sftp.on('RENAME', (id, from, to) =>
    answer(id, () => {
      asked.push(`RENAME ${basename(from)} ${basename(to)}`);
      if (faults.dropAtRename === 'before') {
        drop();
        return;
      }
      if (faults.noOverwrite === true && existsSync(at(to))) {
        sftp.status(id, STATUS_CODE.FAILURE);
        return;
      }
      renameSync(at(from), at(to));
      if (faults.dropAtRename === 'after') {
        drop();
        return;
      }
      sftp.status(id, STATUS_CODE.OK);
    }),
  );
  sftp.on('OPENDIR', (id, path) =>
    answer(id, () => {
      statSync(at(path));
      listings.set(++next, at(path));
      sftp.handle(id, handleFor(next));
    }),
  );
  sftp.on('READDIR', (id, handle) =>
    answer(id, () => {
      const number = handle.readUInt32BE();
      const listed = listings.get(number);
      listings.set(number, undefined);
      if (listed === undefined) {
        sftp.status(id, STATUS_CODE.EOF);
        return;
      }
      sftp.name(
        id,
        readdirSync(listed)
          .filter((filename) => existsSync(join(listed, filename)))
          .map((filename) => ({ filename, longname: filename, attrs: attrs(join(listed, filename)) })),
      );
    }),
  );
}
