/** An SFTP server as target, by the system's own program: for jump hosts, host certificates and hardware keys. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { joinRemote } from '../../model/address.js';
import { fingerprint } from '../../model/fingerprint.js';
import type { DeliverySettings, OpensshSettings } from '../../model/settings.js';
import { DeliveryFault, type DeliveryStep } from '../fault.js';
import { complaintFault, isAbsent, isRefusal, opensshFault } from './faults.js';
import { readListing } from './listing.js';
import { OpensshProgram, quoted, quotedLocal, type Answer, type RunLimits } from './program.js';
import { replaceFile } from '../replace-file.js';
import { targetOver } from '../target-over.js';
import type { DeliveryNotice, DeliveryTarget, Look, RemoteFolder } from '../target.js';

export interface OpensshOptions {
  readonly label: string;
  /** A folder of this run alone, for what is read back. */
  readonly scratch: string;
}

export function opensshTarget(
  delivery: DeliverySettings,
  settings: OpensshSettings,
  { label, scratch }: OpensshOptions,
): DeliveryTarget {
  return targetOver(delivery, {
    host: settings.host.toLowerCase(),
    label,
    open: (signal) => OpensshFolder.open({ address: label, settings, scratch, signal }),
  });
}

interface Opened {
  readonly address: string;
  readonly settings: OpensshSettings;
  readonly scratch: string;
  readonly signal: AbortSignal | undefined;
}

/** Where the system does not count what a program writes, an upload has a limit: ten minutes, or what a slow line needs. */
const LEAST_TRANSFER_MS = 600_000;
const SLOWEST_BYTES_PER_MS = 50;

class ReadTooMuch extends Error {}

class OpensshFolder implements RemoteFolder {
  /** The program uses what the server offers and does not report what that is. */
  readonly offers = {};
  /** False: the program could not enter the folder, although it may be there; then names go with their path. */
  #isInside = true;

  private constructor(
    private readonly opened: Opened,
    private readonly program: OpensshProgram,
  ) {}

  static async open(opened: Opened): Promise<OpensshFolder> {
    const folder = new OpensshFolder(opened, new OpensshProgram(opened.settings, opened.signal));
    try {
      await folder.#run('connect', 'pwd'); // a banner is no complaint
      await folder.#enter();
      return folder;
    } catch (error) {
      await folder.close();
      throw error;
    }
  }

  get hostKey(): string {
    return this.program.hostKey ?? '';
  }

  get notices(): readonly DeliveryNotice[] {
    if (!this.program.isLegacy) return [];
    const message = `The connection relies on SHA-1 signatures (allowLegacyAlgorithms), with the host key ${this.hostKey}: ask the receiver to update its server.`;
    return [{ code: 'legacy-algorithms', message }];
  }

  async put(local: string, name: string, begun: () => void): Promise<void> {
    const { size } = await stat(local);
    const isCounted = (await this.program.traffic()) !== '';
    const limits = isCounted
      ? { stallMs: this.#stallMs, progress: () => this.program.traffic() }
      : { stallMs: Math.max(LEAST_TRANSFER_MS, size / SLOWEST_BYTES_PER_MS) };
    // The rights of the local file go along, and that is its owner's only.
    const command = `put -f ${quotedLocal(local)} ${this.#at(name)}`;
    const { complaints } = await this.#run('upload', command, limits);
    const real = complaints.filter((line) => !/fsync|sync file/i.test(line));
    if (!real.some((line) => /\bopen\b/.test(line))) begun();
    if (real.length > 0) throw this.#fault('upload', real);
  }

  async setMode(name: string, mode: string): Promise<void> {
    await this.#must('set the permissions', `chmod ${mode} ${this.#at(name)}`);
  }

  async look(name: string): Promise<Look> {
    const { lines, complaints } = await this.#run('compare', `ls -lan ${this.#at(name)}`);
    const [file] = lines.flatMap(readListing);
    if (file !== undefined) return { is: 'there', bytes: file.size, changedAt: file.changedAt };
    if (complaints.length === 0) return { is: 'unclear' };
    return await this.#lookCloser(name);
  }

  async hash(name: string, bytes: number): Promise<string | undefined> {
    const scratch = await mkdtemp(join(this.opened.scratch, 'read-back-'));
    const copy = join(scratch, 'copy');
    // The program reads as much as the server gives.
    const progress = async (): Promise<string> => {
      const { size } = await stat(copy).catch(() => ({ size: 0 }));
      if (size > bytes) throw new ReadTooMuch();
      return String(size);
    };
    try {
      const command = `get ${this.#at(name)} ${quotedLocal(copy)}`;
      const { complaints } = await this.#run('compare', command, { stallMs: this.#stallMs, progress });
      if (complaints.some(isRefusal)) return undefined;
      if (complaints.length > 0) throw this.#fault('compare', complaints);
      return (await fingerprint(copy))?.sha256;
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }

  async replace(from: string, to: string): Promise<void> {
    const names = `${this.#at(from)} ${this.#at(to)}`;
    // First as the server offers it, which may be in one step over a file that is there; then the plain way.
    const { complaints } = await this.#run('rename', `rename ${names}`);
    if (complaints.length === 0) return;
    const { replace } = this.opened.settings;
    await replaceFile(this, { from, to, replace, settings: 'delivery.openssh' }, () =>
      this.#must('rename', `rename -l ${names}`),
    );
  }

  async remove(name: string): Promise<void> {
    const { complaints } = await this.#run('remove', `rm ${this.#at(name)}`);
    if (complaints.length > 0 && !complaints.some(isAbsent)) throw this.#fault('remove', complaints);
  }

  async list(like: RegExp): ReturnType<RemoteFolder['list']> {
    const folder = this.#isInside ? '' : ` ${quoted(this.opened.settings.path)}`;
    const { lines, complaints } = await this.#run('open the folder', `ls -lan${folder}`);
    if (complaints.length > 0) throw this.#fault('open the folder', complaints);
    return lines.flatMap(readListing).filter(({ name }) => like.test(name));
  }

  async freeBytes(): Promise<number | undefined> {
    const { lines } = await this.#run('open the folder', 'df');
    const [, , free] = (lines.at(-1) ?? '').trim().split(/\s+/).map(Number);
    return free === undefined || Number.isNaN(free) ? undefined : free * 1_024;
  }

  async close(): Promise<void> {
    await this.program.end();
  }

  get #stallMs(): number {
    return this.opened.settings.stalledAfterSeconds * 1_000;
  }

  #at(name: string): string {
    return quoted(this.#isInside ? name : joinRemote(this.opened.settings.path, name));
  }

  /** A folder is missing only if the server reports so; one that it does not describe may exist. */
  async #enter(): Promise<void> {
    const { complaints } = await this.#run('open the folder', `cd ${quoted(this.opened.settings.path)}`);
    if (complaints.length === 0) return;
    const isOther = complaints.some((line) => /is not a directory/.test(line)) && !(await this.#isOfNoType());
    if (isOther || complaints.some(isAbsent)) throw this.#fault('open the folder', complaints);
    this.#isInside = false;
  }

  /** To the program, what a server describes without a type is no folder; the listing has a question mark in its place. */
  async #isOfNoType(): Promise<boolean> {
    const { lines } = await this.#run('open the folder', `ls -lan ${quoted(this.opened.settings.path)}`);
    return lines.some((line) => line.startsWith('?'));
  }

  /** The listing reports every refusal as a missing file; entering the folder shows the reason. */
  async #lookCloser(name: string): Promise<Look> {
    const { complaints } = await this.#run('compare', `cd ${this.#at(name)}`);
    if (complaints.length === 0) await this.#enter();
    return complaints.some(isAbsent) ? { is: 'absent' } : { is: 'unclear' };
  }

  async #run(
    step: DeliveryStep,
    command: string,
    limits: RunLimits = { stallMs: this.#stallMs },
  ): Promise<Answer> {
    const { program, opened } = this;
    try {
      return await program.run(command, limits);
    } catch (error) {
      if (error instanceof ReadTooMuch) throw new DeliveryFault(opened.address, TOO_MUCH);
      const at = step === 'connect' && program.isSignedIn ? 'start the SFTP session' : step;
      throw new DeliveryFault(
        opened.address,
        opensshFault(at, error, { shown: program.hostKey, rsaKey: program.refusedRsaKey }),
      );
    }
  }

  async #must(step: DeliveryStep, command: string): Promise<void> {
    const { complaints } = await this.#run(step, command);
    if (complaints.length > 0) throw this.#fault(step, complaints);
  }

  #fault(step: DeliveryStep, complaints: readonly string[]): DeliveryFault {
    return new DeliveryFault(this.opened.address, complaintFault(step, complaints.join('\n')));
  }
}

const TOO_MUCH = {
  step: 'compare',
  kind: 'lasting',
  says: 'the server returned more bytes than were sent',
  hint: 'Ask the receiver what has that name, or set delivery.openssh.readBack: false.',
} as const;
