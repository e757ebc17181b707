/**
 * Servers that vendors really run, each quirk played by a server in this process, for the SSH library and for the sftp program.
 * Once the bytes have arrived and the rename was acknowledged, the delivery is a success; what cannot succeed names the setting
 * that copes, and with that setting it does succeed.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from '@jest/globals';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeliveryFault } from '../../src/deliver/fault.js';
import type { DeliveryTarget, Receipt } from '../../src/deliver/target.js';
import type { SftpSettings } from '../../src/model/settings.js';
import { startFaultServer, type FaultServer, type Faults, type Refusal } from '../deliver/fault-server.js';
import {
  aFile,
  aParcel,
  DAY_MS,
  leave,
  namesIn,
  NAME,
  open,
  SERVER,
  shaOf,
  toTarget,
} from '../deliver/parcels.js';
import { makeKey, pinOf } from '../deliver/ssh-server.js';
import { groupInTurn, turnsOf } from '../support/share.js';
import { inTurns } from '../support/turns.js';

const BYTES = 300_000;
/** Longer than an answer takes on a busy machine. */
const STALL = 1.5;
const OLD_PART = '.OneRoster.zip.0a1b2c3d.part';

let root = '';
let folder = '';
let server: FaultServer;

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'quirks-'));
  for (const key of ['host', 'user']) makeKey(join(root, key), 'ed25519');
  folder = join(root, 'files/incoming');
  server = await startFaultServer({ folder: join(root, 'files'), hostKey: join(root, 'host') });
  const key = readFileSync(join(root, 'host.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
  writeFileSync(join(root, 'known_hosts'), `[127.0.0.1]:${server.port} ${key}\n`);
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

type Kind = 'sftp' | 'openssh';
type Settings = Partial<
  Pick<
    SftpSettings,
    'replace' | 'readBack' | 'upload' | 'temporaryName' | 'mode' | 'chunkBytes' | 'stalledAfterSeconds'
  >
>;

async function targetBy(kind: Kind, more: Settings = {}): Promise<DeliveryTarget> {
  const shared = { ...SERVER, host: '127.0.0.1', port: server.port, user: 'u', path: 'incoming', ...more };
  return await open(
    toTarget(
      kind === 'sftp'
        ? { kind, ...shared, password: server.password, hostKeys: [pinOf(join(root, 'host'))] }
        : { kind, ...shared, identityFile: join(root, 'user'), knownHosts: join(root, 'known_hosts') },
    ),
    root,
  );
}

async function send(kind: Kind, more: Settings = {}): Promise<Receipt | DeliveryFault> {
  const target = await targetBy(kind, more);
  return await target.send(aParcel(aFile(root, NAME, BYTES))).catch((error: unknown) => {
    if (error instanceof DeliveryFault) return error;
    throw error;
  });
}

async function untilUnanswered(): Promise<void> {
  const until = Date.now() + 20_000;
  while (Date.now() < until && !server.asked.includes('unanswered'))
    await new Promise((resolve) => setTimeout(resolve, 20));
}

interface Row {
  readonly quirk: string;
  readonly faults: Faults;
  readonly settings?: Settings;
  readonly given?: () => void;
  /** Delivered; the codes of its notices. */
  readonly notices?: readonly string[];
  readonly compared?: Receipt['compared'];
  /** Not delivered: what the message says. */
  readonly says?: RegExp;
  /** Worth another attempt. */
  readonly isPassing?: boolean;
  /** Settings with which it is delivered. */
  readonly copes?: Settings;
  readonly compares?: Receipt['compared'];
  /** Names that stay in the folder; by default the file where it was delivered, else none. */
  readonly left?: readonly RegExp[];
  readonly only?: Kind;
}

const oldFile = (): void => writeFileSync(join(folder, NAME), 'the old file');
const REFUSALS: readonly Refusal[] = ['denied', 'failure', 'unsupported'];
/** One row for each way to refuse; one is enough for the program, which takes its time to start. */
const forRefusals = (rowsOf: (refusal: Refusal) => readonly Row[]): readonly Row[] =>
  REFUSALS.flatMap((refusal): readonly Row[] =>
    rowsOf(refusal).map((row): Row => (refusal === 'failure' ? row : { ...row, only: 'sftp' })),
  );
const PART = /^\.OneRoster\.zip\.[0-9a-f]{8}\.part$/;

const QUIRKS: readonly Row[] = [
  ...forRefusals((listRefused) => [
    { quirk: `cannot list (${listRefused})`, faults: { listRefused }, notices: ['cannot-list'] },
  ]),
  {
    quirk: 'an old part that may not be deleted',
    faults: { removeRefused: 'denied' as const },
    given: () => leave(folder, OLD_PART, 2 * DAY_MS),
    notices: ['old-parts-stay'],
    left: [/0a1b2c3d/, /^OneRoster\.zip$/],
  },
  ...forRefusals((posixRenameRefused) => [
    {
      quirk: `posix-rename fails over a file (${posixRenameRefused}), with the setting`,
      faults: { posixRenameRefused, noOverwrite: true },
      given: oldFile,
      settings: { replace: 'delete-then-rename' as const },
    },
    {
      quirk: `posix-rename fails over a file (${posixRenameRefused}), without the setting`,
      faults: { posixRenameRefused, noOverwrite: true },
      given: oldFile,
      says: /could not rename: .+\. Set delivery\.\w+\.replace: delete-then-rename/,
      copes: { replace: 'delete-then-rename' as const },
      left: [/^OneRoster\.zip$/],
    },
    {
      quirk: `fsync is offered and refused (${posixRenameRefused})`,
      faults: { fsyncRefused: posixRenameRefused },
    },
  ]),
  { quirk: 'a look answers without permissions', faults: { statWithout: 'permissions' } },
  { quirk: 'a look answers without a type', faults: { statWithout: 'type' }, only: 'sftp' },
  {
    quirk: 'a look answers without a type, for the program, which then reads nothing',
    faults: { statWithout: 'type' },
    compared: 'size',
    only: 'openssh',
  },
  ...forRefusals((statRefused) => [
    {
      quirk: `no look (${statRefused}), reading allowed`,
      faults: { statRefused },
      // The program looks before it reads.
      notices: ['not-confirmed'],
      only: 'sftp' as const,
    },
    {
      quirk: `no look (${statRefused}), no reading`,
      faults: { statRefused, readDenied: true },
      compared: 'none' as const,
      notices: ['not-compared', 'not-confirmed'],
    },
  ]),
  {
    quirk: 'takes the file at the rename, then denies it',
    faults: { takesAt: { moment: 'rename', then: 'denied' } },
    notices: ['not-confirmed'],
    left: [],
  },
  {
    quirk: 'takes the file at the rename',
    faults: { takesAt: { moment: 'rename', then: 'absent' } },
    left: [],
  },
  {
    quirk: 'takes the file when it is closed',
    faults: { takesAt: { moment: 'close', then: 'absent' } },
    says: /the server collects files on arrival\. Set delivery\.\w+\.upload: direct/,
    copes: { upload: 'direct' },
    compares: 'none',
    left: [],
  },
  {
    quirk: 'no rename at all',
    faults: { renameRefused: 'unsupported' },
    says: /could not rename: the server cannot do this.* set delivery\.\w+\.upload: direct/,
    copes: { upload: 'direct' },
  },
  {
    quirk: 'refuses a leading dot',
    faults: { refusesNames: /^\./ },
    says: /could not upload: .+temporaryName: "\{name\}\.part"/,
    copes: { temporaryName: '{name}.part' },
  },
  {
    quirk: 'refuses foreign endings',
    faults: { refusesNames: /\.part$/ },
    says: /could not upload: .+upload: direct/,
    copes: { upload: 'direct' },
  },
  {
    quirk: 'removes what was read',
    faults: { takesAt: { moment: 'read', then: 'absent' } },
    says: /after it was read back.+ Set delivery\.\w+\.readBack: false/,
    copes: { readBack: false },
    compares: 'size',
  },
  ...forRefusals((setstatRefused) => [
    {
      quirk: `rights cannot be set (${setstatRefused})`,
      faults: { setstatRefused },
      settings: { mode: '640' },
      says: /could not set the permissions: .+ Remove mode from delivery\.\w+/,
    },
  ]),
  {
    quirk: 'limits one packet to 4 KiB',
    faults: { packetLimit: 4_096, says: 'packet too large: 4096 bytes at most' },
    says: /packet too large: 4096 bytes at most\)\. .+chunkBytes: 4096/,
    isPassing: true,
    copes: { chunkBytes: 4_096 },
    only: 'sftp',
  },
  {
    quirk: 'limits one packet to 4 KiB, for the program',
    faults: { packetLimit: 4_096 },
    says: /could not upload: .+chunkBytes: 4096/,
    isPassing: true,
    copes: { chunkBytes: 4_096 },
    only: 'openssh',
  },
  {
    quirk: 'disk full, and no removal',
    faults: { failAfter: 100_000, removeRefused: 'denied' },
    says: /The temporary file \.OneRoster\.zip\.[0-9a-f]{8}\.part could not be removed/,
    isPassing: true,
    left: [PART],
  },
];

const { groups: kinds, share } = groupInTurn('programs for servers with quirks', [
  'sftp',
  'openssh',
] as const);
for (const kind of kinds) {
  describe(`by ${kind}, a server that`, () => {
    const quirks = QUIRKS.filter(({ only }) => only === undefined || only === kind);
    const tried = turnsOf(`quirks of servers by ${kind}`, quirks, ({ faults }) => Object.keys(faults), share);
    test.each(tried)('$quirk', async (row) => {
      server.setFaults(row.faults);
      row.given?.();
      const end = await send(kind, row.settings);
      if (row.says === undefined) {
        expect(end).not.toBeInstanceOf(DeliveryFault);
        expect(end).toMatchObject({ compared: row.compared ?? 'hash' });
        expect(((end as Receipt).notices ?? []).map(({ code }) => code)).toEqual(row.notices ?? []);
      } else {
        expect((end as DeliveryFault).message).toMatch(row.says);
        expect((end as DeliveryFault).isWorthAnother).toBe(row.isPassing === true);
      }
      const left = row.left ?? (row.says === undefined ? [/^OneRoster\.zip$/] : []);
      const names = namesIn(folder);
      expect(names).toHaveLength(left.length);
      for (const [at, name] of names.entries()) expect(name).toMatch(left[at] ?? /^$/);
      if (row.copes === undefined) return;
      const second = await send(kind, { ...row.settings, ...row.copes });
      expect(second).toMatchObject({ compared: row.compares ?? 'hash' });
    });

    const { it: itInTurn } = inTurns(`other faults of servers by ${kind}`, 3, share);
    itInTurn('is full and allows no removal has one part, however often it is tried', async () => {
      server.setFaults({ failAfter: 100_000, removeRefused: 'denied' });
      const target = await targetBy(kind);
      const parcel = aParcel(aFile(root, NAME, BYTES));
      for (let attempt = 0; attempt < 4; attempt += 1) await target.send(parcel).catch(() => undefined);
      expect(namesIn(folder)).toHaveLength(1);
    });

    itInTurn('says why it refuses is quoted, without control characters and not at length', async () => {
      server.setFaults({ says: `quota\u001b[31m of\u202e district 7\r\n${'x'.repeat(400)}`, failAfter: 10 });
      const { message } = (await send(kind)) as DeliveryFault;
      expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      if (kind === 'sftp') {
        expect(message).toContain('(the server reports: quota [31m of district 7 xxx');
        expect(message).not.toContain('x'.repeat(200));
      }
    });

    itInTurn('gives more than was sent is not read to its end', async () => {
      server.setFaults({ readsOn: true });
      const target = await targetBy(kind);
      const end = await target.send(aParcel(aFile(root, NAME, BYTES))).catch((error: unknown) => error);
      const most = Math.max(...server.asked.map((each) => Number(/^READ (\d+)$/.exec(each)?.[1] ?? 0)));
      if (kind === 'sftp') {
        expect(end).toMatchObject({ compared: 'hash' });
        expect(most).toBeLessThanOrEqual(BYTES);
      } else {
        // The program itself stops at the size that it was told.
        expect(most).toBeLessThan(BYTES + 5_000_000);
      }
    });

    const steps: readonly [string, Faults, string][] = [
      ['starts no SFTP', { neverStarts: true }, 'start the SFTP session'],
      ['does not answer a look at the folder', { silentAt: 'STAT' }, 'open the folder'],
      ['does not answer an opening', { silentAt: 'OPEN' }, 'upload'],
      ['does not answer a write', { silentAt: 'WRITE' }, 'upload'],
      ['does not answer a closing', { silentAt: 'CLOSE' }, 'upload'],
      ['does not answer a reading', { silentAt: 'READ' }, 'compare'],
      ['does not answer a rename', { silentAt: 'RENAME' }, 'rename'],
    ];
    const silent = turnsOf(`silent servers by ${kind}`, steps, undefined, share);
    test.each(silent)('%s is given up, and a signal ends the wait at once', async (_how, faults, step) => {
      server.setFaults(faults);
      const fault = (await send(kind, { stalledAfterSeconds: STALL })) as DeliveryFault;
      expect(fault.facts).toMatchObject({ step, kind: 'lost' });
      expect(fault.isOutcomeUnknown).toBe(step === 'rename');

      server.asked.length = 0;
      const target = await targetBy(kind, { stalledAfterSeconds: 60 });
      const stop = new AbortController();
      const sending = target
        .send(aParcel(aFile(root, NAME, BYTES)), stop.signal)
        .catch((error: unknown) => error);
      await Promise.race([sending, untilUnanswered()]);
      const since = performance.now();
      stop.abort(new Error('enough'));
      expect(((await sending) as DeliveryFault).facts).toMatchObject({ step, kind: 'stopped' });
      expect(performance.now() - since).toBeLessThan(1_900);
    });

    itInTurn('does not answer the listing afterwards has delivered', async () => {
      server.setFaults({ silentAt: 'OPENDIR' });
      const end = await send(kind, { stalledAfterSeconds: STALL });
      expect(end).toMatchObject({ compared: 'hash', notices: [{ code: 'cannot-list' }] });
    });

    itInTurn('is filled directly keeps the earlier file when nothing was begun', async () => {
      oldFile();
      server.setFaults({ refusesNames: /./ });
      expect(await send(kind, { upload: 'direct' })).toBeInstanceOf(DeliveryFault);
      expect(readFileSync(join(folder, NAME), 'utf8')).toBe('the old file');
    });

    itInTurn('is filled directly has no cut file after a failure', async () => {
      server.setFaults({ failAfter: 100_000 });
      expect(await send(kind, { upload: 'direct' })).toBeInstanceOf(DeliveryFault);
      expect(namesIn(folder)).toEqual([]);
    });

    itInTurn('loses the file that was there to a refused removal says so', async () => {
      oldFile();
      server.setFaults({ noOverwrite: true, removeRefused: 'denied' });
      const fault = (await send(kind, { replace: 'delete-then-rename' })) as DeliveryFault;
      expect(fault.message).toMatch(/could not remove: .+permission to remove files/);
      expect(existsSync(join(folder, NAME))).toBe(true);
    });
  });
}

describe('preflight at a server that', () => {
  const looked: readonly (readonly [string, Faults, Settings, string | undefined, RegExp])[] = [
    ['cannot rename', { renameRefused: 'unsupported' }, {}, 'rename', /upload: direct/],
    ['cannot rename over a file', { noOverwrite: true }, {}, 'rename', /replace: delete-then-rename/],
    ['refuses the temporary name', { refusesNames: /^\./ }, {}, 'upload', /temporaryName/],
    ['collects', { takesAt: { moment: 'close', then: 'absent' } }, {}, 'compare', /upload: direct/],
    [
      'removes what was read',
      { takesAt: { moment: 'read', then: 'absent' } },
      {},
      'compare',
      /readBack: false/,
    ],
    [
      'cannot set rights',
      { setstatRefused: 'unsupported' },
      { mode: '640' },
      'set the permissions',
      /Remove mode/,
    ],
    ['limits packets', { packetLimit: 4_096 }, {}, 'upload', /chunkBytes/],
    ['cannot remove', { removeRefused: 'denied' }, {}, undefined, /permission to remove files/],
    ['cannot list', { listRefused: 'denied' }, {}, undefined, /could not open the folder/],
    ['cannot be looked at', { statRefused: 'denied' }, {}, undefined, /does not allow listing/],
    ['is filled directly', {}, { upload: 'direct' }, undefined, /a reader may see a partial file/],
  ];
  test.each(turnsOf('preflights at servers with quirks', looked))(
    '%s names the setting',
    async (_how, faults, settings, step, says) => {
      server.setFaults(faults);
      const { fault, remarks } = await (await targetBy('sftp', settings)).inspect();
      expect(fault?.step).toBe(step);
      expect(fault?.message ?? remarks.join('\n')).toMatch(says);
    },
  );

  it('has no quirk finds nothing, and leaves nothing', async () => {
    const { fault, remarks, capabilities } = await (await targetBy('sftp')).inspect();
    expect([fault, remarks]).toEqual([undefined, []]);
    expect(capabilities.map(({ name, works }) => [name, works])).toEqual(
      ['upload', 'check the file', 'read back', 'rename', 'upload', 'replace', 'list', 'remove'].map(
        (name) => [name, true],
      ),
    );
    expect(namesIn(folder)).toEqual([]);
  });
});

it('a file that was delivered is whole', async () => {
  const file = aFile(root, NAME, BYTES);
  await (await targetBy('sftp', { chunkBytes: 1_000 })).send(aParcel(file));
  expect(shaOf(join(folder, NAME))).toBe(file.sha256);
});
