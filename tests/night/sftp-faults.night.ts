/** Faults at an exact place, by a server in this process. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeliveryFault } from '../../src/deliver/fault.js';
import type { DeliveryTarget, Receipt } from '../../src/deliver/target.js';
import type { SftpSettings } from '../../src/model/settings.js';
import { startFaultServer, type FaultServer, type Faults } from '../deliver/fault-server.js';
import { aFile, aParcel, namesIn, NAME, open, SERVER, shaOf, toTarget } from '../deliver/parcels.js';
import { makeKey, pinOf } from '../deliver/ssh-server.js';

const BYTES = 500_000;
let root = '';
let folder = '';
let server: FaultServer;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'faults-'));
  makeKey(join(root, 'host'), 'ed25519');
  folder = join(root, 'files/incoming');
  server = await startFaultServer({ folder: join(root, 'files'), hostKey: join(root, 'host') });
});
afterAll(async () => {
  await server.close();
  rmSync(root, { recursive: true });
});
beforeEach(() => {
  rmSync(join(root, 'files'), { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  server.setFaults({});
  server.asked.length = 0;
});

async function target(more: Partial<SftpSettings> = {}, port = server.port): Promise<DeliveryTarget> {
  const settings: SftpSettings = {
    kind: 'sftp',
    host: '127.0.0.1',
    port,
    user: 'u',
    password: server.password,
    hostKeys: [pinOf(join(root, 'host'))],
    path: 'incoming',
    ...SERVER,
    ...more,
  };
  return await open(toTarget(settings), root);
}

async function send(more: Partial<SftpSettings> = {}): Promise<Receipt | DeliveryFault> {
  const to = await target(more);
  return await to.send(aParcel(aFile(root, NAME, BYTES))).catch((error: unknown) => error as DeliveryFault);
}

describe('an upload', () => {
  const PLACES = [0, 32_768, BYTES - 1];
  test.each<[string, (bytes: number) => Faults, string, string]>([
    ['refused', (failAfter) => ({ failAfter }), 'passing', 'refuses without giving a reason'],
    ['cut', (dropAfter) => ({ dropAfter }), 'lost', 'the connection broke'],
    ['left without an answer', (hangAfter) => ({ hangAfter }), 'lost', 'no progress for 1.5 seconds'],
  ])('%s at any byte is a fault, and the old file stays', async (_how, faultAt, kind, says) => {
    writeFileSync(join(folder, NAME), 'the old file');
    for (const bytes of PLACES) {
      Object.assign(server.faults, faultAt(bytes));
      const fault = (await send({ stalledAfterSeconds: 1.5 })) as DeliveryFault;
      expect(fault.facts).toMatchObject({ step: 'upload', kind });
      expect(fault.facts.says).toContain(says);
      expect(fault.isOutcomeUnknown).toBe(false);
      expect(server.asked.some((each) => each.startsWith('RENAME'))).toBe(false);
    }
    expect(namesIn(folder)).toContain(NAME);
    // Only where the connection is there to do it can the part be removed.
    if (kind === 'passing') expect(namesIn(folder)).toEqual([NAME]);
  });

  it('whose closing fails is none', async () => {
    server.faults.closeFails = true;
    expect(await send()).toBeInstanceOf(DeliveryFault);
    expect(namesIn(folder)).toEqual([]);
  });

  it('of which other bytes are read back is none', async () => {
    server.faults.readsWrong = true;
    expect(((await send()) as DeliveryFault).facts).toMatchObject({ step: 'compare', kind: 'passing' });
    expect(namesIn(folder)).toEqual([]);
  });

  it('that cannot be read back is compared by its size', async () => {
    server.faults.readDenied = true;
    expect(await send()).toMatchObject({ compared: 'size' });
    expect((await (await target()).inspect()).remarks).toEqual([
      'Files cannot be read back, so a delivery is compared by its size only.',
    ]);
  });
});

describe('a rename', () => {
  it.each(['before', 'after'] as const)(
    'with the connection cut %s it leaves the outcome unknown',
    async (when) => {
      server.faults.dropAtRename = when;
      const file = aFile(root, NAME, BYTES);
      const to = await target();
      const fault = await to.send(aParcel(file)).catch((error: unknown) => error as DeliveryFault);
      expect(fault).toMatchObject({ isOutcomeUnknown: true, facts: { step: 'rename', kind: 'lost' } });
      const seen = { before: { seen: 'absent' }, after: { seen: 'there' } }[when];
      expect(await to.look(aParcel(file))).toMatchObject(seen);
    },
  );

  it('that was acknowledged is a success, although the look afterwards is cut', async () => {
    server.faults.dropAtStat = NAME;
    expect(await send()).toMatchObject({
      compared: 'hash',
      notices: [{ code: 'not-confirmed' }, { code: 'cannot-list' }],
    });
  });

  it('over a file that the server protects says what to set', async () => {
    server.faults.noOverwrite = true;
    const first = await send();
    expect(first).toMatchObject({ compared: 'hash' }); // nothing is in the way yet
    const before = shaOf(join(folder, NAME));
    const second = (await send()) as DeliveryFault;
    expect(second.message).toMatch(
      /cannot rename over an existing file: .+\. Set delivery\.sftp\.replace: delete-then-rename/,
    );
    expect(second.isWorthAnother).toBe(false);
    expect(shaOf(join(folder, NAME))).toBe(before);
    server.asked.length = 0;
    expect(await send({ replace: 'delete-then-rename' })).toMatchObject({ compared: 'hash' });
    expect(server.asked.filter((each) => /^(REMOVE|RENAME)/.test(each))).toEqual([
      expect.stringMatching(/^RENAME \.OneRoster\.zip\.[0-9a-f]{8}\.part OneRoster\.zip$/),
      'REMOVE OneRoster.zip',
      expect.stringMatching(/^RENAME \.OneRoster\.zip\.[0-9a-f]{8}\.part OneRoster\.zip$/),
    ]);
  });
});

describe('signing in', () => {
  it('asks nothing of a server whose key is not the pinned one', async () => {
    const fault = (await send({ hostKeys: [`SHA256:${'A'.repeat(43)}`] })) as DeliveryFault;
    expect(fault.facts.step).toBe('check the host key');
    expect(server.asked).toEqual([]);
    const { hostKeys, fault: why } = await (await target({ hostKeys: [] })).inspect();
    expect(hostKeys).toEqual([`ssh-ed25519 ${pinOf(join(root, 'host'))}`]);
    expect(why?.step).toBe('check the host key');
  });

  it('with a wrong password is refused for good', async () => {
    const fault = (await send({ password: 'wrong' })) as DeliveryFault;
    expect(fault.facts).toMatchObject({ step: 'sign in', kind: 'lasting' });
    expect(fault.message).not.toContain('wrong');
  });

  it('answers a server that asks for the password', async () => {
    const asking = await startFaultServer({
      folder: join(root, 'files'),
      hostKey: join(root, 'host'),
      asksForPassword: true,
    });
    try {
      const to = await target({}, asking.port);
      expect(await to.send(aParcel(aFile(root)))).toMatchObject({ compared: 'hash' });
    } finally {
      await asking.close();
    }
  });
});
