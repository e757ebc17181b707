/** An SFTP server as target, by the SSH library: what each step of a delivery means there. */
import { promisify } from 'node:util';
import type { Stats } from 'ssh2';
import { joinRemote } from '../../model/address.js';
import type { DeliverySettings, SftpSettings } from '../../model/settings.js';
import { DeliveryFault, isCutOff, type DeliveryStep } from '../fault.js';
import { inWords } from './host-keys.js';
import {
  FIRST_WRITE_HINTS,
  isStatus,
  MODE_HINTS,
  OPEN_HINTS,
  REMOVE_HINTS,
  RENAME_HINTS,
  sftpFault,
  WRITE_HINTS,
  type StepHints,
} from './faults.js';
import { replaceFile } from '../replace-file.js';
import { signIn, type Login } from './login.js';
import { hashFile } from './read.js';
import { chunkOf, writeFile } from './write.js';
import { within } from './stall.js';
import { targetOver } from '../target-over.js';
import type { DeliveryNotice, DeliveryTarget, Look, RemoteFolder } from '../target.js';

export function sftpTarget(
  delivery: DeliverySettings,
  settings: SftpSettings,
  label: string,
): DeliveryTarget {
  const open = (signal: AbortSignal | undefined, isInspection: boolean): Promise<SftpFolder> =>
    SftpFolder.open({ address: label, settings, signal, isInspection });
  return targetOver(delivery, {
    host: settings.host.toLowerCase(),
    label,
    open: (signal) => open(signal, false),
    openToInspect: (signal) => open(signal, true),
  });
}

interface Opened {
  readonly address: string;
  readonly settings: SftpSettings;
  readonly signal: AbortSignal | undefined;
  readonly isInspection: boolean;
}

type Offers = { readonly 'posix-rename': boolean; readonly fsync: boolean; readonly statvfs: boolean };

const S_IFMT = 0o170_000;
const S_IFDIR = 0o040_000;
/** Less free space than this explains a refusal. */
const FULL_BYTES = 1_000_000;

class SftpFolder implements RemoteFolder {
  readonly offers: Offers;
  readonly hostKey: string;
  readonly notices: readonly DeliveryNotice[];

  private constructor(
    private readonly opened: Opened,
    private readonly login: Login,
  ) {
    // Not part of the library's interface; it would throw at the call, when half of the work is done.
    const { _extensions: known = {} } = login.sftp as { _extensions?: Readonly<Record<string, unknown>> };
    const has = (name: string): boolean => `${name}@openssh.com` in known;
    this.offers = { 'posix-rename': has('posix-rename'), fsync: has('fsync'), statvfs: has('statvfs') };
    this.hostKey = inWords(login.hostKey);
    const message = `The connection relies on SHA-1 signatures (allowLegacyAlgorithms), with the host key ${this.hostKey}: ask the receiver to update its server.`;
    this.notices = login.isLegacy ? [{ code: 'legacy-algorithms', message }] : [];
  }

  static async open(opened: Opened): Promise<SftpFolder> {
    const folder = new SftpFolder(opened, await signIn(opened));
    try {
      await folder.#step('open the folder', () => folder.#checkFolder());
      return folder;
    } catch (error) {
      await folder.close();
      throw error;
    }
  }

  async put(local: string, name: string, begun: () => void): Promise<void> {
    const { sftp } = this.login;
    const path = this.#at(name);
    const open = promisify<string, 'w', object, Buffer>(sftp.open.bind(sftp));
    const handle = await this.#step('upload', () => open(path, 'w', { mode: 0o600 }), OPEN_HINTS).catch(
      async (error: unknown) => {
        throw (await this.#heldByAnother(error, name)) ?? error;
      },
    );
    begun();
    try {
      // For servers that ignore the rights at the opening; those that refuse both keep their own.
      await this.#ignoringRefusal(() => promisify(sftp.fchmod.bind(sftp))(handle, 0o600));
      await this.#write(local, handle);
      if (this.offers.fsync)
        await this.#ignoringRefusal(() =>
          promisify<Buffer, unknown>(sftp.ext_openssh_fsync.bind(sftp))(handle),
        );
    } catch (error) {
      if (!isCutOff(error))
        await this.#step('upload', () => this.#closeHandle(handle)).catch(() => undefined);
      throw error;
    }
    await this.#step('upload', () => this.#closeHandle(handle), WRITE_HINTS);
  }

  async setMode(name: string, mode: string): Promise<void> {
    const { sftp } = this.login;
    await this.#step(
      'set the permissions',
      () => promisify(sftp.chmod.bind(sftp))(this.#at(name), Number.parseInt(mode, 8)),
      MODE_HINTS,
    );
  }

  async look(name: string): Promise<Look> {
    return await this.#step('compare', async () => {
      try {
        const { size, mtime } = await this.#stat(this.#at(name));
        return { is: 'there', bytes: size, changedAt: mtime === undefined ? undefined : mtime * 1_000 };
      } catch (error) {
        if (isStatus.absent(error)) return { is: 'absent' };
        if (isStatus.refused(error)) return { is: 'unclear' };
        throw error;
      }
    });
  }

  async hash(name: string, bytes: number): Promise<string | undefined> {
    const path = this.#at(name);
    return await this.#step('compare', (moved) => hashFile(this.login.sftp, { path, bytes, moved }));
  }

  async replace(from: string, to: string): Promise<void> {
    if (this.offers['posix-rename'] && (await this.#renamePosix(from, to))) return;
    const { replace } = this.opened.settings;
    await replaceFile(this, { from, to, replace, settings: 'delivery.sftp' }, () => this.#rename(from, to));
  }

  async remove(name: string): Promise<void> {
    const { sftp } = this.login;
    await this.#step(
      'remove',
      async () => {
        try {
          await promisify(sftp.unlink.bind(sftp))(this.#at(name));
        } catch (error) {
          if (!isStatus.absent(error)) throw error;
        }
      },
      REMOVE_HINTS,
    );
  }

  async list(like: RegExp): ReturnType<RemoteFolder['list']> {
    const { sftp } = this.login;
    const list = promisify<string, { filename: string; attrs?: { mtime?: number } }[]>(
      sftp.readdir.bind(sftp),
    );
    const listed = await this.#step('open the folder', () => list(this.opened.settings.path));
    return listed.flatMap(({ filename: name, attrs: { mtime } = {} }) =>
      mtime !== undefined && like.test(name) ? [{ name, changedAt: mtime * 1_000 }] : [],
    );
  }

  async freeBytes(): Promise<number | undefined> {
    if (!this.offers.statvfs) return undefined;
    const { sftp } = this.login;
    const look = promisify<string, { f_bavail: number | bigint; f_frsize: number | bigint }>(
      sftp.ext_openssh_statvfs.bind(sftp),
    );
    return await this.#step('open the folder', async () => {
      try {
        const { f_bavail, f_frsize } = await look(this.opened.settings.path);
        return Number(f_bavail) * Number(f_frsize);
      } catch (error) {
        if (isStatus.refused(error) || isStatus.absent(error)) return undefined;
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    await this.login.end();
  }

  #at(name: string): string {
    return joinRemote(this.opened.settings.path, name);
  }

  /** Errors in words; a server that stops answering is cut off. */
  async #step<T>(step: DeliveryStep, work: (moved: () => void) => Promise<T>, hints?: StepHints): Promise<T> {
    const { settings, signal, address } = this.opened;
    const stallMs = settings.stalledAfterSeconds * 1_000;
    try {
      return await within({ stallMs, signal, gone: this.login.gone }, work);
    } catch (error) {
      const fault = new DeliveryFault(address, sftpFault(step, error, { stallMs, ...(hints && { hints }) }));
      if (isCutOff(fault)) this.login.cut();
      throw fault;
    }
  }

  /** For what may be missing without harm. */
  async #ignoringRefusal(work: () => Promise<unknown>): Promise<void> {
    await this.#step('upload', async () => {
      try {
        await work();
      } catch (error) {
        if (!isStatus.refused(error) && !isStatus.absent(error)) throw error;
      }
    });
  }

  async #stat(path: string): Promise<Partial<Stats>> {
    const { sftp } = this.login;
    return await promisify<string, Partial<Stats>>(sftp.stat.bind(sftp))(path);
  }

  /** A folder that answers exists, unless its type is another one; a refusal leaves that open. */
  async #checkFolder(): Promise<void> {
    try {
      const { mode = 0 } = await this.#stat(this.opened.settings.path);
      const kind = mode & S_IFMT;
      if (kind !== 0 && kind !== S_IFDIR) throw Object.assign(new Error('not a folder'), { code: 2 });
    } catch (error) {
      if (!isStatus.refused(error)) throw error;
    }
  }

  async #closeHandle(handle: Buffer): Promise<void> {
    await promisify(this.login.sftp.close.bind(this.login.sftp))(handle);
  }

  async #write(local: string, handle: Buffer): Promise<void> {
    const { sftp } = this.login;
    const chunkBytes = chunkOf(sftp, this.opened.settings.chunkBytes);
    let hasMoved = false;
    try {
      await this.#step(
        'upload',
        (moved) =>
          writeFile(sftp, {
            ...{ local, handle, chunkBytes },
            moved: (isFull) => {
              hasMoved ||= isFull;
              moved();
            },
          }),
        { ...FIRST_WRITE_HINTS },
      );
    } catch (error) {
      throw (await this.#diskFull(error)) ?? withoutPacketHint(error, hasMoved);
    }
  }

  /** False: the server offers it and cannot do it, at least here. */
  async #renamePosix(from: string, to: string): Promise<boolean> {
    const { sftp } = this.login;
    const rename = promisify(sftp.ext_openssh_rename.bind(sftp));
    return await this.#step('rename', async () => {
      try {
        await rename(this.#at(from), this.#at(to));
        return true;
      } catch (error) {
        if (isStatus.refused(error)) return false;
        throw error;
      }
    });
  }

  async #rename(from: string, to: string): Promise<void> {
    const { sftp } = this.login;
    await this.#step(
      'rename',
      () => promisify(sftp.rename.bind(sftp))(this.#at(from), this.#at(to)),
      RENAME_HINTS,
    );
  }

  /** After a broken connection some servers keep the file of the attempt before open for a while. */
  async #heldByAnother(error: unknown, name: string): Promise<DeliveryFault | undefined> {
    if (!(error instanceof DeliveryFault) || !isStatus.refused(error.facts.cause)) return undefined;
    if ((await this.look(name)).is !== 'there') return undefined;
    const hint = `${name} already exists: if an interrupted upload still has it open, a later attempt succeeds. ${error.facts.hint}`;
    return error.withFacts({ kind: 'passing', hint });
  }

  /** Servers only report a failure; the free space shows why. */
  async #diskFull(error: unknown): Promise<DeliveryFault | undefined> {
    if (!(error instanceof DeliveryFault) || !isStatus.failure(error.facts.cause)) return undefined;
    const free = await this.freeBytes().catch(() => undefined);
    if (free === undefined || free > FULL_BYTES) return undefined;
    return error.withFacts({
      says: `the disk of the server is full (${free} bytes are free)`,
      hint: 'Ask the receiver to free some space. The next refresh sends it, or run deliver.',
    });
  }
}

/** Once a packet of the full size was taken, the size is not what is wrong. */
function withoutPacketHint(error: unknown, hasMoved: boolean): unknown {
  if (!hasMoved || !(error instanceof DeliveryFault)) return error;
  const hint = error.facts.hint.replace(/ If the server limits the size of a packet.*$/, '');
  return error.withFacts({ hint });
}
