/** The SFTP part of the fault server: answers requests over a folder, with the quirks that are set at that moment. */
import {
  chmodSync,
  closeSync,
  existsSync,
  fchmodSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import ssh2, { type Connection, type SFTPWrapper } from 'ssh2';
import type { Faults, Refusal, Request } from './fault-server.js';

const { STATUS_CODE, OPEN_MODE } = ssh2.utils.sftp;

const CODES: Readonly<Record<Refusal, number>> = {
  absent: STATUS_CODE.NO_SUCH_FILE,
  denied: STATUS_CODE.PERMISSION_DENIED,
  failure: STATUS_CODE.FAILURE,
  unsupported: STATUS_CODE.OP_UNSUPPORTED,
};

interface Desk {
  readonly client: Connection;
  readonly folder: string;
  readonly faults: Faults;
  readonly asked: string[];
}

interface OpenFile {
  readonly fd: number;
  readonly path: string;
  readonly isWritten: boolean;
}

export function serve(sftp: SFTPWrapper, desk: Desk): void {
  const { faults, asked, client } = desk;
  const handles = new Map<number, OpenFile>();
  const listings = new Map<number, string | undefined>();
  /** Names that a look is refused for, because the file was taken. */
  const taken = new Map<string, Refusal>();
  let next = 0;
  let received = 0;
  const at = (path: string): string => join(desk.folder, path);
  const drop = (): void => (client as unknown as { _sock: { destroy: () => void } })._sock.destroy();
  const refuse = (id: number, refusal: Refusal): void => sftp.status(id, CODES[refusal], faults.says);
  /** Answers with what the work gives, or with the status of its error. */
  const answer = (id: number, kind: Request | 'OTHER', work: () => void): void => {
    if (faults.silentAt === kind) {
      asked.push('unanswered');
      return;
    }
    try {
      work();
    } catch (error) {
      refuse(id, (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'absent' : 'failure');
    }
  };
  const done = (id: number): void => sftp.status(id, STATUS_CODE.OK);
  const fileOf = (handle: Buffer): OpenFile | undefined => handles.get(handle.readUInt32BE());
  const fd = (handle: Buffer): number => fileOf(handle)?.fd ?? -1;
  /** The file is no longer where it was sent to. */
  const take = (path: string): void => {
    const store = join(desk.folder, 'taken');
    mkdirSync(store, { recursive: true });
    renameSync(at(path), join(store, basename(path)));
    taken.set(basename(path), faults.takesAt?.then ?? 'absent');
  };
  const takesAt = (moment: 'close' | 'rename' | 'read'): boolean => faults.takesAt?.moment === moment;

  announce(sftp, faults);
  sftp.on('end', () => sftp.end());
  sftp.on('REALPATH', (id, path) => {
    const whole = join('/', path);
    sftp.name(id, [{ filename: whole, longname: whole, attrs: attrsOf(desk.folder) }]);
  });
  sftp.on('OPEN', (id, path, flags) =>
    answer(id, 'OPEN', () => {
      asked.push(`OPEN ${basename(path)}`);
      const isWritten = (flags & OPEN_MODE.WRITE) !== 0;
      if (isWritten ? faults.refusesNames?.test(basename(path)) === true : faults.readDenied === true) {
        refuse(id, 'denied');
        return;
      }
      const opened = openSync(at(path), isWritten ? 'w+' : 'r', 0o600);
      handles.set(++next, { fd: opened, path, isWritten });
      sftp.handle(id, handleFor(next));
    }),
  );
  sftp.on('WRITE', (id, handle, offset, bytes) =>
    answer(id, 'WRITE', () => {
      received += bytes.length;
      if (faults.hangAfter !== undefined && received > faults.hangAfter) return;
      if (faults.dropAfter !== undefined && received > faults.dropAfter) {
        drop();
      } else if (bytes.length > (faults.packetLimit ?? Infinity)) {
        refuse(id, 'failure');
      } else if (faults.failAfter !== undefined && received > faults.failAfter) {
        refuse(id, 'failure');
      } else {
        writeSync(fd(handle), bytes, 0, bytes.length, offset);
        done(id);
      }
    }),
  );
  sftp.on('READ', (id, handle, offset, length) =>
    answer(id, 'READ', () => {
      const bytes = Buffer.alloc(length);
      const count = readSync(fd(handle), bytes, 0, length, offset);
      asked.push(`READ ${offset + length}`);
      if (count === 0 && faults.readsOn !== true) {
        sftp.status(id, STATUS_CODE.EOF);
        return;
      }
      if (faults.readsWrong === true) bytes[0] = (bytes[0] ?? 0) ^ 1;
      // Half of the requested bytes: servers may do that.
      sftp.data(id, bytes.subarray(0, Math.ceil((count || length) / 2)));
    }),
  );
  sftp.on('CLOSE', (id, handle) =>
    answer(id, 'CLOSE', () => {
      const number = handle.readUInt32BE();
      const known = handles.get(number);
      listings.delete(number);
      handles.delete(number);
      if (known !== undefined) closeSync(known.fd);
      if (known !== undefined && takesAt(known.isWritten ? 'close' : 'read')) take(known.path);
      if (known?.isWritten === true && faults.closeFails === true) refuse(id, 'failure');
      else done(id);
    }),
  );
  const look = (id: number, path: string): void =>
    answer(id, 'STAT', () => {
      const name = basename(path);
      asked.push(`STAT ${name}`);
      const refusal = taken.get(name) ?? faults.statRefused;
      if (name === faults.dropAtStat) drop();
      else if (refusal !== undefined) refuse(id, refusal);
      else sftp.attrs(id, attrsOf(at(path), faults.statWithout));
    });
  sftp.on('STAT', look);
  sftp.on('LSTAT', look);
  sftp.on('FSTAT', (id, handle) => {
    if (faults.statRefused !== undefined) refuse(id, faults.statRefused);
    else answer(id, 'STAT', () => sftp.attrs(id, attrsOf(`/proc/self/fd/${fd(handle)}`)));
  });
  const setRights = (id: number, work: () => void): void => {
    if (faults.setstatRefused !== undefined) {
      refuse(id, faults.setstatRefused);
      return;
    }
    answer(id, 'OTHER', () => {
      work();
      done(id);
    });
  };
  sftp.on('FSETSTAT', (id, handle, { mode }) => setRights(id, () => fchmodSync(fd(handle), mode)));
  sftp.on('SETSTAT', (id, path, { mode }) => setRights(id, () => chmodSync(at(path), mode)));
  sftp.on('REMOVE', (id, path) =>
    answer(id, 'REMOVE', () => {
      asked.push(`REMOVE ${basename(path)}`);
      if (faults.removeRefused !== undefined) {
        statSync(at(path));
        refuse(id, faults.removeRefused);
        return;
      }
      unlinkSync(at(path));
      done(id);
    }),
  );
  const rename = (id: number, from: string, to: string): void => {
    renameSync(at(from), at(to));
    if (takesAt('rename')) take(to);
    if (faults.dropAtRename === 'after') drop();
    else done(id);
  };
  sftp.on('RENAME', (id, from, to) =>
    answer(id, 'RENAME', () => {
      asked.push(`RENAME ${basename(from)} ${basename(to)}`);
      if (faults.dropAtRename === 'before') drop();
      else if (faults.renameRefused !== undefined) refuse(id, faults.renameRefused);
      else if (faults.noOverwrite === true && existsSync(at(to))) refuse(id, 'failure');
      else rename(id, from, to);
    }),
  );
  (sftp as unknown as Extended).on('EXTENDED', (id, name, data) =>
    answer(id, 'OTHER', () => {
      asked.push(`EXTENDED ${name}`);
      const [from = '', to = ''] = textsIn(data);
      if (name.startsWith('fsync')) refuse(id, faults.fsyncRefused ?? 'unsupported');
      else if (!name.startsWith('posix-rename')) refuse(id, 'unsupported');
      else if (existsSync(at(to))) refuse(id, faults.posixRenameRefused ?? 'failure');
      else rename(id, from, to);
    }),
  );
  sftp.on('OPENDIR', (id, path) =>
    answer(id, 'OPENDIR', () => {
      statSync(at(path));
      if (faults.listRefused !== undefined) {
        refuse(id, faults.listRefused);
        return;
      }
      listings.set(++next, at(path));
      sftp.handle(id, handleFor(next));
    }),
  );
  sftp.on('READDIR', (id, handle) =>
    answer(id, 'OPENDIR', () => {
      const number = handle.readUInt32BE();
      const listed = listings.get(number);
      listings.set(number, undefined);
      if (listed === undefined) sftp.status(id, STATUS_CODE.EOF);
      else sftp.name(id, namesIn(listed));
    }),
  );
}

interface Extended {
  readonly on: (event: 'EXTENDED', listener: (id: number, name: string, data: Buffer) => void) => void;
}

function namesIn(
  folder: string,
): { filename: string; longname: string; attrs: ReturnType<typeof attrsOf> }[] {
  return readdirSync(folder)
    .filter((filename) => existsSync(join(folder, filename)))
    .map((filename) => ({ filename, longname: filename, attrs: attrsOf(join(folder, filename)) }));
}

function attrsOf(path: string, without?: Faults['statWithout']) {
  const { mode, uid, gid, size, atimeMs, mtimeMs } = statSync(path);
  const rights = without === 'type' ? mode & 0o777 : mode;
  const attrs = { uid, gid, size, atime: Math.floor(atimeMs / 1_000), mtime: Math.floor(mtimeMs / 1_000) };
  return { ...attrs, mode: without === 'permissions' ? (undefined as unknown as number) : rights };
}

function handleFor(number: number): Buffer {
  const handle = Buffer.alloc(4);
  handle.writeUInt32BE(number);
  return handle;
}

/** The texts of a request, each behind its length. */
function textsIn(data: Buffer): readonly string[] {
  const texts: string[] = [];
  for (let at = 0; at + 4 <= data.length;) {
    const length = data.readUInt32BE(at);
    texts.push(data.toString('utf8', at + 4, at + 4 + length));
    at += 4 + length;
  }
  return texts;
}

/** The library's server offers no extensions, so its answer to the start is replaced by one with those that are wanted. */
function announce(sftp: SFTPWrapper, faults: Faults): void {
  const offered = [
    ...(faults.posixRenameRefused === undefined ? [] : ['posix-rename@openssh.com']),
    ...(faults.fsyncRefused === undefined ? [] : ['fsync@openssh.com']),
  ];
  if (offered.length === 0) return;
  const { _protocol: protocol } = sftp as unknown as {
    readonly _protocol: { channelData: (id: number, data: Buffer) => void };
  };
  const send = protocol.channelData.bind(protocol);
  const text = (value: string): Buffer => Buffer.concat([uint32(value.length), Buffer.from(value)]);
  const body = Buffer.concat([
    Buffer.from([2]),
    uint32(3),
    ...offered.flatMap((name) => [text(name), text('1')]),
  ]);
  protocol.channelData = (id, data) => {
    const isVersion = data.length === 9 && data[4] === 2;
    send(id, isVersion ? Buffer.concat([uint32(body.length), body]) : data);
  };
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
