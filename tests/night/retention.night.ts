/** Retention over 400 nights of a fake clock: what is kept, what never goes, and that the folders stay as large as they are. */
import { afterAll, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { DeliverySettings } from '../../src/model/settings.js';
import { moveBaseTo } from '../../src/home/base.js';
import { retain } from '../../src/home/retention.js';
import { KEPT, NIGHT, Nights, START } from '../settle/made-nights.js';
import { removeFolders } from '../support/cli.js';
import { aConnection } from '../support/connections.js';
import { auditTrail } from '../support/audit-trail.js';
import { turnsOf } from '../support/share.js';

afterAll(removeFolders);

const DELIVERED: DeliverySettings = {
  target: {
    kind: 'folder',
    path: '/in',
    readBack: true,
    upload: 'temporary',
    temporaryName: '.{name}.{id}.part',
  },
  files: 'zip',
  name: 'n.zip',
  retryMinutes: 0,
  maxMinutes: 120,
};
describe('over 400 nights', () => {
  it.each(turnsOf('400 nights', ['bulk', 'delta'] as const))(
    '%s: sizes stay flat, and what went is in the audit trail',
    async (mode) => {
      const nights = new Nights(aConnection({ mode }));
      const { home, settings } = nights;
      const state = await nights.open();
      const sizes: number[] = [];
      for (let night = 0; night < 400; night += 1) {
        await nights.live(night, night === 0 ? 'bulk' : mode);
        sizes.push(nights.size);
      }
      // Thirty days, and the night itself; each with its exclusions.
      expect(nights.files(home.bundles(settings.name).folder)).toHaveLength(31 * 2);
      const steady = sizes.slice(60);
      expect(Math.max(...steady) / Math.min(...steady)).toBeLessThan(1.05);
      // Of deltas only the content behind the last one is kept as a whole.
      expect(nights.files(home.full(settings.name).folder)).toHaveLength(mode === 'delta' ? 1 : 0);
      expect(readFileSync(home.bundles(settings.name).pathOf('latest.zip'), 'utf8')).toContain(' 399 ');
      const removed = (await auditTrail(state)).filter(({ what }) => what === 'removed');
      expect(removed).toHaveLength(400 - 31);
      expect(JSON.parse(removed[0]?.detail ?? '{}')).toMatchObject({
        name: '20260101T030000Z-1.1-bulk',
        sha256: expect.any(String) as unknown,
      });
      expect((await state.checkAudit()).firstBroken).toBeNull();
      await state.close();
    },
    300_000,
  );

  it('never takes the last good one, the held one or the base of a delta, however old', async () => {
    const nights = new Nights(aConnection({ mode: 'delta', delivery: DELIVERED }));
    const { home, settings } = nights;
    const state = await nights.open();
    const base = await nights.live(0, 'bulk');
    // It reached the receiver; nothing after it did.
    await moveBaseTo(state, settings, base);
    const baseFile = home.bundles(settings.name).pathOf(`${(await state.bundle(base))?.name ?? ''}.zip`);
    for (let night = 1; night < 60; night += 1) await nights.live(night, 'delta');
    expect(existsSync(baseFile)).toBe(true);
    const lastGood = await nights.live(60, 'delta');
    const held = await nights.live(61, 'delta', true);
    const heldFile = home.withheld(settings.name).pathOf(`${(await state.bundle(held))?.name ?? ''}.zip`);
    nights.now = START + 400 * NIGHT;
    await retain({ home, state }, settings.name, { days: 1, bundles: 1 }, new Date(nights.now));
    expect(existsSync(baseFile)).toBe(true);
    expect(existsSync(heldFile)).toBe(true);
    expect((await state.bundles(settings.name, 'published')).map(({ id }) => id)).toEqual([lastGood, base]);
    expect(
      readFileSync(
        home.full(settings.name).pathOf(`${(await state.bundle(lastGood))?.name ?? ''}.zip`),
        'utf8',
      ),
    ).toContain('full 60');
    // Once something newer reached the receiver, the old base may go.
    await moveBaseTo(state, settings, lastGood);
    await retain({ home, state }, settings.name, { days: 1, bundles: 1 }, new Date(nights.now));
    expect(existsSync(baseFile)).toBe(false);
    await state.close();
  }, 120_000);

  it('keeps the newest few regardless of age, and touches no other files', async () => {
    const nights = new Nights(aConnection());
    const { home, settings } = nights;
    const state = await nights.open();
    for (let night = 0; night < 8; night += 1) await nights.live(night, 'bulk');
    const foreign = home.bundles(settings.name).pathOf('notes-1.1-bulk.zip');
    writeFileSync(foreign, '');
    await retain({ home, state }, settings.name, KEPT, new Date(START + 1_000 * NIGHT));
    expect(await state.bundles(settings.name, 'published')).toHaveLength(5);
    expect(existsSync(foreign)).toBe(true);
    await state.close();
  });
});
