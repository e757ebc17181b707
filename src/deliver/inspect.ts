/** Tries what a delivery needs, with a small file that is removed afterward, and reports which setting helps with what is missing. */
import { createHash, randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryNameOf } from '../model/temporary-name.js';
import { makeScratchFolder } from '../home/scratch.js';
import { DeliveryFault, isCutOff } from './fault.js';
import type { Place } from './place.js';
import type { Capability, Inspection, RemoteFolder } from './target.js';

/** More than one packet of a server that states no limits. */
const BYTES = 65_536;

/** `name`: of the file that is delivered there. */
export async function inspectFolder(
  place: Place,
  name: string,
  open: () => Promise<RemoteFolder>,
): Promise<Inspection> {
  let found: Inspection = { address: place.address, hostKeys: [], offers: {}, capabilities: [], remarks: [] };
  try {
    const remote = await open();
    try {
      const { hostKey, offers, notices = [] } = remote;
      const freeBytes = await remote.freeBytes();
      found = {
        ...found,
        hostKeys: hostKey === undefined ? [] : [hostKey],
        offers,
        remarks: [...notices.map(({ message }) => message), ...remarksOn(place)],
        ...(freeBytes !== undefined && { freeBytes }),
      };
      return withCapabilities(found, await new Trial(remote, place, name).run());
    } finally {
      await remote.close();
    }
  } catch (error) {
    if (!(error instanceof DeliveryFault)) throw error;
    const { step, shown = found.hostKeys } = error.facts;
    return { ...found, hostKeys: shown, fault: { step, message: error.message } };
  }
}

const remarksOn = ({ upload }: Place): readonly string[] =>
  upload === 'direct' ? ['upload: direct writes under the final name: a reader may see a partial file.'] : [];

interface Tried extends Capability {
  readonly fault?: DeliveryFault;
}

function withCapabilities(found: Inspection, tried: readonly Tried[]): Inspection {
  const first = tried.find(({ works, isNeeded }) => !works && isNeeded);
  const remarks = tried.filter((each) => !each.works && each !== first).map(({ message }) => message);
  return {
    ...found,
    capabilities: tried.map(({ name, works, isNeeded, message }) => ({ name, works, isNeeded, message })),
    remarks: [...found.remarks, ...remarks],
    ...(first && { fault: { step: first.fault?.facts.step ?? 'compare', message: first.message } }),
  };
}

/** One pass through everything; a capability that another one builds on ends it when it is missing. */
class Trial {
  readonly #tried: Tried[] = [];
  readonly #mayExist = new Set<string>();
  readonly #isDirect: boolean;

  constructor(
    private readonly remote: RemoteFolder,
    private readonly place: Place,
    private readonly name: string,
  ) {
    this.#isDirect = place.upload === 'direct';
  }

  async run(): Promise<readonly Tried[]> {
    const scratch = makeScratchFolder();
    const [first, second, third] = [this.#testName(), this.#testName(), this.#testName()];
    try {
      const local = join(scratch, 'small');
      const content = randomBytes(BYTES);
      await writeFile(local, content, { mode: 0o600 });
      const put = (name: string): Promise<boolean> =>
        this.#try('upload', !this.#isDirect, () =>
          this.remote.put(local, name, () => void this.#mayExist.add(name)),
        );
      if (!(await put(first))) return this.#tried;
      const sha256 = createHash('sha256').update(content).digest('hex');
      if (!(await this.#compare(first, sha256))) return this.#tried;
      await this.#setMode(first);
      if (!(await this.#rename('rename', first, third))) return this.#tried;
      // Over one that is there already: the second night is not like the first.
      if ((await put(second)) && !(await this.#rename('replace', second, third))) return this.#tried;
      await this.#try('list', false, () => this.remote.list(/^$/));
      // Without it a delivery arrives, and leaves what it could not clear.
      await this.#try('remove', false, () => this.remote.remove(third));
      return this.#tried;
    } finally {
      for (const name of this.#mayExist) await this.remote.remove(name).catch(() => undefined);
      await rm(scratch, { recursive: true, force: true });
    }
  }

  /** Unlike any that a receiver looks for, and with the ending that deliveries have. */
  #testName(): string {
    const id = randomBytes(4).toString('hex');
    const { temporaryName } = this.place;
    return temporaryNameOf(
      temporaryName,
      temporaryName.includes('{id}') ? this.name : `check-${id}-${this.name}`,
      id,
    );
  }

  async #compare(name: string, sha256: string): Promise<boolean> {
    const { readBack, settings } = this.place;
    const look = await this.remote.look(name);
    if (look.is === 'absent') {
      const message = `The server collects files as soon as they are closed. Set ${settings}.upload: direct.`;
      this.#note('check the file', { works: this.#isDirect, isNeeded: !this.#isDirect, message });
      return false;
    }
    const works = look.is === 'there' && look.bytes !== undefined;
    const message = 'The server does not allow listing files, so the size of a delivery is not compared.';
    this.#note('check the file', { works, isNeeded: false, message });
    if (look.is === 'there' && look.bytes !== undefined && look.bytes !== BYTES) {
      const cut = `The server has ${look.bytes} of ${BYTES} bytes. Ask the receiver whether its disk or a quota is full.`;
      this.#note('keep the file whole', { works: false, isNeeded: true, message: cut });
    }
    return !readBack || (await this.#readBack(name, sha256));
  }

  async #readBack(name: string, sha256: string): Promise<boolean> {
    const hash = await this.remote.hash(name, BYTES);
    if (hash !== undefined && hash !== sha256) {
      const message = 'The file read back is not the file that was sent. Ask the receiver to check its disk.';
      this.#note('read back', { works: false, isNeeded: true, message });
      return true;
    }
    const message = 'Files cannot be read back, so a delivery is compared by its size only.';
    this.#note('read back', { works: hash !== undefined, isNeeded: false, message });
    if (hash === undefined || (await this.remote.look(name)).is !== 'absent') return true;
    const once = `The server removes files that were read. Set ${this.place.settings}.readBack: false.`;
    this.#note('keep the file after reading', { works: false, isNeeded: !this.#isDirect, message: once });
    return false;
  }

  async #setMode(name: string): Promise<void> {
    const { mode } = this.place;
    if (mode !== undefined)
      await this.#try('set the permissions', true, () => this.remote.setMode(name, mode));
  }

  async #rename(capability: string, from: string, to: string): Promise<boolean> {
    this.#mayExist.add(to);
    return await this.#try(capability, !this.#isDirect, () => this.remote.replace(from, to));
  }

  /** True: it works. A closed connection allows no further tests. */
  async #try(name: string, isNeeded: boolean, work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      this.#note(name, { works: true, isNeeded, message: '' });
      return true;
    } catch (error) {
      if (!(error instanceof DeliveryFault) || isCutOff(error)) throw error;
      this.#note(name, { works: false, isNeeded, message: error.message, fault: error });
      return false;
    }
  }

  #note(name: string, tried: Omit<Tried, 'name'>): void {
    this.#tried.push({ ...tried, name, message: tried.works ? '' : tried.message });
  }
}
