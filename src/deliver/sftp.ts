/** An SFTP server as target, by the SSH library: what each step of a delivery means there. */
import { promisify } from 'node:util';
import { addressOf, joinRemote } from '../model/address.js';
import type { DeliverySettings, SftpSettings } from '../model/settings.js';
import { DeliveryFault, type DeliveryStep } from './fault.js';
import { isStatus, sftpFault } from './sftp-faults.js';
import { signIn, type Login } from './sftp-login.js';
import { hashFile } from './sftp-read.js';
import { untilStalled } from './stall.js';
import { targetOver } from './target-over.js';
import type { DeliveryTarget, RemoteFolder } from './target.js';
import { inWords } from './host-keys.js';

/** 200 MB on loopback go at 0.77 of the sftp program’s speed, and at 0.62 with the library’s 32 KiB; it cuts pieces to what the server takes. */
const CHUNK = 255 * 1024;

export function sftpTarget(delivery: DeliverySettings, settings: SftpSettings): DeliveryTarget {
  const address = addressOf(delivery);
  return targetOver(delivery, {
    host: settings.host.toLowerCase(),
    open: () => SftpFolder.open(address, settings, false),
    openToInspect: () => SftpFolder.open(address, settings, true),
  });
}

type Offers = { readonly 'posix-rename': boolean; readonly fsync: boolean; readonly statvfs: boolean };

class SftpFolder implements RemoteFolder {
  readonly offers: Offers;
  readonly hostKey: string;

  private constructor(
    private readonly address: string,
    private readonly settings: SftpSettings,
    private readonly login: Login,
  ) {
    // Not part of the library's interface; it would throw at the call, when half of the work is done.
    const { _extensions: known = {} } = login.sftp as { _extensions?: Readonly<Record<string, unknown>> };
    const has = (name: string): boolean => `${name}@openssh.com` in known;
    this.offers = { 'posix-rename': has('posix-rename'), fsync: has('fsync'), statvfs: has('statvfs') };
    this.hostKey = inWords(login.hostKey);
  }

  static async open(address: string, settings: SftpSettings, isInspection: boolean): Promise<SftpFolder> {
    const login = await signIn(address, settings, isInspection);
    const folder = new SftpFolder(address, settings, login);
    try {
      await folder.#step('open the folder', async () => {
        const stats = await promisify(login.sftp.stat.bind(login.sftp))(settings.path);
        if (!stats.isDirectory()) throw Object.assign(new Error('not a folder'), { code: 2 });
      });
      return folder;
    } catch (error) {
      await folder.close();
      throw error;
    }
  }

  async put(local: string, name: string): Promise<void> {
    const { client } = this.login;
    try {
      await this.#step('upload', async (moved) => {
        // Never `put`, which reports success for a file that a full disk cut short.
        await client.fastPut(local, this.#at(name), { mode: 0o600, chunkSize: CHUNK, step: moved });
      });
    } catch (error) {
      throw (await this.#diskFull(error)) ?? error;
    }
    if (this.offers.fsync) await this.#step('upload', () => this.#sync(name));
  }

  async setMode(name: string, mode: string): Promise<void> {
    await this.#step('set the rights', () =>
      this.login.client.chmod(this.#at(name), Number.parseInt(mode, 8)),
    );
  }

  async size(name: string): Promise<number | undefined> {
    const { sftp } = this.login;
    return await this.#step('compare', async () => {
      try {
        return (await promisify(sftp.stat.bind(sftp))(this.#at(name))).size;
      } catch (error) {
        if (isStatus.absent(error)) return undefined;
        throw error;
      }
    });
  }

  async hash(name: string): Promise<string | undefined> {
    return await this.#step('compare', (moved) => hashFile(this.login.sftp, this.#at(name), moved));
  }

  async replace(from: string, to: string): Promise<void> {
    const { client } = this.login;
    if (this.offers['posix-rename']) {
      await this.#step('rename', () => client.posixRename(this.#at(from), this.#at(to)));
      return;
    }
    try {
      await this.#step('rename', () => client.rename(this.#at(from), this.#at(to)));
    } catch (error) {
      if (!(error instanceof DeliveryFault) || error.facts.kind === 'lost') throw error;
      if ((await this.size(to)) === undefined) throw error;
      if (this.settings.replace !== 'delete-then-rename') throw this.#cannotReplace(error);
      await this.remove(to);
      await this.#step('rename', () => client.rename(this.#at(from), this.#at(to)));
    }
  }

  async remove(name: string): Promise<void> {
    const { sftp } = this.login;
    await this.#step('rename', async () => {
      try {
        await promisify(sftp.unlink.bind(sftp))(this.#at(name));
      } catch (error) {
        if (!isStatus.absent(error)) throw error;
      }
    });
  }

  async listParts(): ReturnType<RemoteFolder['listParts']> {
    const { sftp } = this.login;
    return await this.#step('open the folder', async () => {
      try {
        const listed = await promisify<string, { filename: string; attrs: { mtime: number } }[]>(
          sftp.readdir.bind(sftp),
        )(this.settings.path);
        return listed
          .filter(({ filename }) => filename.endsWith('.part'))
          .map(({ filename, attrs }) => ({ name: filename, changedAt: attrs.mtime * 1_000 }));
      } catch (error) {
        if (isStatus.denied(error)) return [];
        throw error;
      }
    });
  }

  async freeBytes(): Promise<number | undefined> {
    if (!this.offers.statvfs) return undefined;
    const { sftp } = this.login;
    const found = await this.#step('open the folder', () =>
      promisify<string, { f_bavail: number | bigint; f_frsize: number | bigint }>(
        sftp.ext_openssh_statvfs.bind(sftp),
      )(this.settings.path),
    );
    return Number(found.f_bavail) * Number(found.f_frsize);
  }

  async close(): Promise<void> {
    await this.login.end();
  }

  #at(name: string): string {
    return joinRemote(this.settings.path, name);
  }

  /** Errors in words; a server that stops answering is cut off. */
  async #step<T>(step: DeliveryStep, work: (moved: () => void) => Promise<T>): Promise<T> {
    const { stalledAfterSeconds } = this.settings;
    try {
      return await untilStalled(stalledAfterSeconds * 1_000, work);
    } catch (error) {
      const facts = sftpFault(step, error, stalledAfterSeconds);
      if (facts.kind === 'lost') this.login.cut();
      throw new DeliveryFault(this.address, facts);
    }
  }

  async #sync(name: string): Promise<void> {
    const { sftp } = this.login;
    const handle = await promisify<string, 'r+', Buffer>(sftp.open.bind(sftp))(this.#at(name), 'r+');
    try {
      await promisify<Buffer, unknown>(sftp.ext_openssh_fsync.bind(sftp))(handle);
    } finally {
      await promisify(sftp.close.bind(sftp))(handle);
    }
  }

  /** Servers say only that they failed; how much room there is tells why. */
  async #diskFull(error: unknown): Promise<DeliveryFault | undefined> {
    if (!(error instanceof DeliveryFault) || !isStatus.failure(error.facts.cause)) return undefined;
    const free = await this.freeBytes().catch(() => undefined);
    if (free === undefined || free > 1_000_000) return undefined;
    return new DeliveryFault(this.address, {
      ...error.facts,
      says: `the disk of the server is full (${free} bytes are free)`,
      cure: 'Ask the receiver to free some space. It will be sent with the next refresh, or by deliver.',
    });
  }

  #cannotReplace({ facts }: DeliveryFault): DeliveryFault {
    return new DeliveryFault(this.address, {
      ...facts,
      kind: 'lasting',
      says: 'the server cannot rename over a file that is there',
      cure: 'Set replace: delete-then-rename, which leaves a moment without any file, or a name with a date.',
    });
  }
}
