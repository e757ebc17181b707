/** What every target promises, whatever carries the files. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeliveryFault } from '../../src/deliver/fault.js';
import type { DeliveryTarget } from '../../src/deliver/target.js';
import type { DeliverySettings } from '../../src/model/settings.js';
import { aFile, aParcel, DAY_MS, leave, modeOf, namesIn, NAME, open, shaOf } from './parcels.js';
import { watchName } from './watcher.js';

/** Where a target leads to in a test. */
export interface Site {
  /** The receiver's folder, as this machine sees it. */
  readonly folder: string;
  readonly delivery: (path?: string, mode?: string) => DeliverySettings;
  readonly close: () => Promise<void> | void;
}

export interface Abilities {
  /** Whether a name with something under it is without it for a moment. */
  readonly hasGap?: true;
  /** What it carries takes its time on the way. */
  readonly isServer?: true;
}

export function describeTarget(
  name: string,
  openSite: () => Promise<Site>,
  { hasGap, isServer }: Abilities = {},
): void {
  describe(`a target by ${name}`, () => {
    let site: Site;
    let local = '';
    let target: DeliveryTarget;
    const at = (file = NAME): string => join(site.folder, file);

    beforeAll(async () => {
      site = await openSite();
      local = mkdtempSync(join(tmpdir(), 'contract-'));
    });
    afterAll(async () => {
      await site.close();
      rmSync(local, { recursive: true, force: true });
    });
    beforeEach(async () => {
      rmSync(site.folder, { recursive: true, force: true });
      mkdirSync(site.folder);
      target = await open(site.delivery(), local);
    });

    it('sends a file whole, for its owner only, and leaves nothing else', async () => {
      const file = aFile(local);
      const receipt = await target.send(aParcel(file));
      expect(receipt).toMatchObject({
        files: [{ path: expect.stringMatching(/OneRoster\.zip$/), bytes: file.bytes, sha256: file.sha256 }],
        compared: 'hash',
      });
      expect(shaOf(at())).toBe(file.sha256);
      expect(modeOf(at())).toBe('600');
      expect(namesIn(site.folder)).toEqual([NAME]);
    });

    it('replaces an earlier file, and takes the same bytes twice', async () => {
      await target.send(aParcel(aFile(local)));
      const file = aFile(local, NAME, 70_000);
      await target.send(aParcel(file));
      await target.send(aParcel(file));
      expect(shaOf(at())).toBe(file.sha256);
      expect(namesIn(site.folder)).toEqual([NAME]);
    });

    it('gives nothing its final name where the sender may no longer send', async () => {
      const earlier = aFile(local);
      await target.send(aParcel(earlier));
      const confirm = (): Promise<void> => Promise.reject(new Error('the lease is lost'));
      await expect(target.send({ ...aParcel(aFile(local, NAME, 70_000)), confirm })).rejects.toThrow(
        'the lease is lost',
      );
      expect(shaOf(at())).toBe(earlier.sha256);
    });

    it('gives the file the rights that are asked for', async () => {
      await (await open(site.delivery(undefined, '640'), local)).send(aParcel(aFile(local)));
      expect(modeOf(at())).toBe('640');
    });

    it('tells what stands there', async () => {
      const file = aFile(local);
      expect(await target.look(aParcel(file))).toEqual({ seen: 'absent' });
      await target.send(aParcel(file));
      expect(await target.look(aParcel(file))).toMatchObject({
        seen: 'there',
        receipt: { compared: 'hash' },
      });
      expect(await target.look(aParcel(aFile(local)))).toEqual({ seen: 'absent' });
    });

    it('sends loose files, the last one last, and none of an earlier night stays beside them', async () => {
      leave(site.folder, 'demographics.csv');
      leave(site.folder, 'notes.txt');
      const files = [aFile(local, 'users.csv'), aFile(local, 'orgs.csv'), aFile(local, 'manifest.csv')];
      const parcel = { ...aParcel(...files), stale: ['demographics.csv', 'roles.csv'] };
      const receipt = await target.send(parcel);
      expect(receipt.files.map(({ path }) => path.split('/').at(-1))).toEqual(files.map((each) => each.name));
      expect(namesIn(site.folder)).toEqual(['manifest.csv', 'notes.txt', 'orgs.csv', 'users.csv']);
      expect(await target.look(parcel)).toMatchObject({ seen: 'there' });
    });

    it('clears only its own parts after a day', async () => {
      const kept = [
        '.OneRoster.zip.0a1b2c3e.part',
        '.Other.zip.0a1b2c3d.part',
        '.OneRoster.zip.part',
        'x.part',
      ];
      leave(site.folder, '.OneRoster.zip.0a1b2c3d.part', 1.1 * DAY_MS);
      leave(site.folder, '.OneRoster.zip.0a1b2c3e.part', 0.9 * DAY_MS);
      for (const name of kept.slice(1)) leave(site.folder, name, 9 * DAY_MS);
      await target.send(aParcel(aFile(local)));
      expect(namesIn(site.folder)).toEqual([...kept, NAME].sort());
    });

    it('says which folder is missing, and that trying again is no use', async () => {
      const lost = await open(site.delivery('nowhere'), local);
      const error = await lost.send(aParcel(aFile(local))).catch((cause: unknown) => cause);
      expect(error).toBeInstanceOf(DeliveryFault);
      expect((error as DeliveryFault).message).toMatch(
        /nowhere\/OneRoster\.zip: could not open the folder: .+\. .+\.$/,
      );
      expect((error as DeliveryFault).isWorthAnother).toBe(false);
      expect((await lost.inspect()).fault).toMatchObject({ step: 'open the folder' });
    });

    it('a folder in the way of the file is a fault, and the part goes', async () => {
      mkdirSync(at());
      leave(at(), 'inside');
      const error = await target.send(aParcel(aFile(local))).catch((cause: unknown) => cause);
      // What makes room for the file first cannot remove the folder.
      expect((error as DeliveryFault).facts.step).toBe(hasGap === true ? 'remove' : 'rename');
      expect(namesIn(site.folder)).toEqual([NAME]);
    });

    it('never shows a partial file', async () => {
      leave(site.folder, NAME, 0, 'the old one');
      const files = Array.from({ length: 5 }, () => aFile(local, NAME, 1_000_000));
      const whole = [shaOf(at()), ...files.map(({ sha256 }) => sha256)];
      const watcher = watchName(at(), whole, isServer === true ? 1 : 0);
      for (const file of files) await target.send(aParcel(file));
      const seen = await watcher.stop();
      expect(seen).toMatchObject({ broken: 0, ...(hasGap !== true && { absent: 0 }) });
      expect(seen.whole).toBeGreaterThan(0);
    });

    it('inspects: everything that a delivery needs, and nothing stays', async () => {
      symlinkSync('elsewhere', at('link'));
      const inspection = await target.inspect();
      expect(inspection).toMatchObject({ address: target.label, remarks: [] });
      expect(inspection.capabilities.filter(({ works }) => !works)).toEqual([]);
      expect(inspection.fault).toBeUndefined();
      expect(namesIn(site.folder)).toEqual(['link']);
    });
  });
}
