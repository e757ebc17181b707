/** An SFTP server as target, by the system's own program: for jump hosts, host certificates and hardware keys. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { addressOf } from '../model/address.js';
import type { DeliverySettings, OpensshSettings } from '../model/settings.js';
import { DeliveryFault, type DeliveryStep } from './fault.js';
import { opensshFault } from './openssh-faults.js';
import { OpensshProgram, ProgramEnded, quoted, quotedLocal, type Answer } from './openssh-program.js';
import { targetOver } from './target-over.js';
import type { DeliveryTarget, RemoteFolder } from './target.js';

export function opensshTarget(
  delivery: DeliverySettings,
  settings: OpensshSettings,
  scratch: string,
): DeliveryTarget {
  const address = addressOf(delivery);
  return targetOver(delivery, {
    host: settings.host.toLowerCase(),
    open: () => OpensshFolder.open(address, settings, scratch),
  });
}

const ANSWER_MS = 60_000;
/** The program tells no progress, so an upload has a limit: ten minutes, or what a slow line needs. */
const SLOWEST_BYTES_PER_MS = 50;
const transferMs = (bytes: number): number => Math.max(10 * ANSWER_MS, bytes / SLOWEST_BYTES_PER_MS);

class OpensshFolder implements RemoteFolder {
  /** The program uses what the server offers and does not tell what that is. */
  readonly offers = {};

  private constructor(
    private readonly address: string,
    private readonly program: OpensshProgram,
    private readonly scratch: string,
  ) {}

  static async open(address: string, settings: OpensshSettings, scratch: string): Promise<OpensshFolder> {
    const folder = new OpensshFolder(address, new OpensshProgram(settings), scratch);
    try {
      await folder.#ask('connect', 'pwd', 2 * ANSWER_MS); // a banner is no complaint
      await folder.#must('open the folder', `cd ${quoted(settings.path)}`);
      return folder;
    } catch (error) {
      await folder.close();
      throw error;
    }
  }

  get hostKey(): string {
    return this.program.hostKey ?? '';
  }

  async put(local: string, name: string): Promise<void> {
    const { size } = await stat(local);
    // The rights of the local file go along, and that is its owner's only.
    await this.#must('upload', `put -f ${quotedLocal(local)} ${quoted(name)}`, transferMs(size));
  }

  async setMode(name: string, mode: string): Promise<void> {
    await this.#must('set the rights', `chmod ${mode} ${quoted(name)}`);
  }

  async size(name: string): Promise<number | undefined> {
    const { lines, complaints } = await this.#ask('compare', `ls -lan ${quoted(name)}`);
    const [file] = lines.flatMap(readListing);
    if (file !== undefined) return file.size;
    if (complaints.some((line) => /not found|No such file/.test(line))) return undefined;
    throw this.#fault('compare', complaints);
  }

  async hash(name: string): Promise<string | undefined> {
    const scratch = await mkdtemp(join(this.scratch, 'read-back-'));
    try {
      const copy = join(scratch, 'copy');
      const size = (await this.size(name)) ?? 0;
      const { complaints } = await this.#ask(
        'compare',
        `get ${quoted(name)} ${quotedLocal(copy)}`,
        transferMs(size),
      );
      if (complaints.some((line) => /Permission denied|Failure/.test(line))) return undefined;
      if (complaints.length > 0) throw this.#fault('compare', complaints);
      const hash = createHash('sha256');
      await pipeline(createReadStream(copy), hash);
      return hash.digest('hex');
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }

  async replace(from: string, to: string): Promise<void> {
    await this.#must('rename', `rename ${quoted(from)} ${quoted(to)}`);
  }

  async remove(name: string): Promise<void> {
    if ((await this.size(name)) !== undefined) await this.#must('rename', `rm ${quoted(name)}`);
  }

  async listParts(): ReturnType<RemoteFolder['listParts']> {
    const { lines } = await this.#ask('open the folder', 'ls -lan');
    return lines.flatMap(readListing).filter(({ name }) => name.endsWith('.part'));
  }

  async freeBytes(): Promise<number | undefined> {
    const { lines } = await this.#ask('open the folder', 'df');
    const [, , free] = (lines.at(-1) ?? '').trim().split(/\s+/).map(Number);
    return free === undefined || Number.isNaN(free) ? undefined : free * 1_024;
  }

  async close(): Promise<void> {
    await this.program.end();
  }

  async #ask(step: DeliveryStep, command: string, limitMs = ANSWER_MS): Promise<Answer> {
    try {
      return await this.program.run(command, limitMs);
    } catch (error) {
      throw new DeliveryFault(this.address, opensshFault(step, error, this.program.hostKey));
    }
  }

  async #must(step: DeliveryStep, command: string, limitMs?: number): Promise<void> {
    const { complaints } = await this.#ask(step, command, limitMs);
    if (complaints.length > 0) throw this.#fault(step, complaints);
  }

  #fault(step: DeliveryStep, complaints: readonly string[]): DeliveryFault {
    const ended = new ProgramEnded(null, complaints.join('\n'));
    return new DeliveryFault(this.address, opensshFault(step, ended, this.program.hostKey));
  }
}

interface Listing {
  readonly name: string;
  readonly size: number;
  readonly changedAt: number;
}

const LISTING =
  /^-\S+\s+\S+\s+\S+\s+\S+\s+(\d+)\s+([A-Z][a-z]{2})\s+(\d{1,2})\s+(?:(\d{4})|(\d\d:\d\d))\s+(.+)$/;

/** Of the last half year the listing tells the time and not the year. */
export function readListing(line: string): readonly Listing[] {
  const [, size, month, day, year, time = '00:00', path = ''] = LISTING.exec(line) ?? [];
  if (size === undefined) return [];
  const now = new Date();
  const at = (ofYear: number): number => Date.parse(`${month ?? ''} ${day ?? ''} ${ofYear} ${time} UTC`);
  const thisYear = at(now.getUTCFullYear());
  const recent = thisYear > now.getTime() + 86_400_000 ? at(now.getUTCFullYear() - 1) : thisYear;
  const name = path.slice(path.lastIndexOf('/') + 1);
  return [{ name, size: Number(size), changedAt: year === undefined ? recent : at(Number(year)) }];
}
