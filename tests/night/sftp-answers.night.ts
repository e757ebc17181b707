/** SFTP servers that answer in any way: the delivery is whole, or it fails with its step, and it never hangs. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DeliveryFault } from '../../src/deliver/fault.js';
import type { SftpSettings } from '../../src/model/settings.js';
import { startFaultServer, type Faults, type FaultServer } from '../deliver/fault-server.js';
import { aFile, aParcel, NAME, open, SERVER, shaOf, toTarget } from '../deliver/parcels.js';
import { makeKey, pinOf } from '../deliver/ssh-server.js';
import { anyCharacter } from '../support/any-character.js';
import { makeFolder, removeFolders } from '../support/cli.js';
import { fuzz } from './bounds.js';

let root = '';
let server: FaultServer;
beforeAll(async () => {
  root = makeFolder();
  makeKey(join(root, 'host'), 'ed25519');
  server = await startFaultServer({ folder: join(root, 'files'), hostKey: join(root, 'host') });
});
afterAll(async () => {
  await server.close();
  removeFolders();
});

const refusal = fc.constantFrom('absent', 'denied', 'failure', 'unsupported');
const bytes = fc.nat({ max: 120_000 });
/** A few of them at a time, as broken servers have. */
const faults: fc.Arbitrary<Partial<Faults>> = fc
  .record(
    {
      failAfter: bytes,
      dropAfter: bytes,
      hangAfter: bytes,
      closeFails: fc.boolean(),
      readsWrong: fc.boolean(),
      readsOn: fc.boolean(),
      readDenied: fc.boolean(),
      noOverwrite: fc.boolean(),
      dropAtRename: fc.constantFrom('before', 'after'),
      dropAtStat: fc.constant(NAME),
      silentAt: fc.constantFrom('OPEN', 'WRITE', 'CLOSE', 'RENAME', 'STAT', 'READ', 'REMOVE', 'OPENDIR'),
      neverStarts: fc.boolean(),
      says: fc.string({ unit: anyCharacter, maxLength: 2_000 }),
      listRefused: refusal,
      removeRefused: refusal,
      statRefused: refusal,
      statWithout: fc.constantFrom('type', 'permissions'),
      posixRenameRefused: refusal,
      fsyncRefused: refusal,
      renameRefused: refusal,
      setstatRefused: refusal,
      takesAt: fc.record({ moment: fc.constantFrom('close', 'rename', 'read'), then: refusal }),
      packetLimit: fc.constantFrom(1, 4_096, 32_768),
    },
    { requiredKeys: [] },
  )
  .chain((all) => fc.subarray(Object.entries(all), { maxLength: 3 }).map((some) => Object.fromEntries(some)));

const settings = fc.record({
  upload: fc.constantFrom('temporary', 'direct'),
  replace: fc.constantFrom('rename', 'delete-then-rename'),
  readBack: fc.boolean(),
});

const BOUNDS = { runs: 50, cpuSeconds: 5, growsMb: 400 };
const STALL_SECONDS = 0.3;
/** Each step may stall once; a delivery has about twenty. */
const MOST_MS = 20_000;

function sftp(port: number, more: Partial<SftpSettings>): SftpSettings {
  return {
    kind: 'sftp',
    ...{ host: '127.0.0.1', port, user: 'u', password: server.password, path: 'incoming' },
    hostKeys: [pinOf(join(root, 'host'))],
    ...SERVER,
    stalledAfterSeconds: STALL_SECONDS,
    ...more,
  };
}

it('a server with any faults gets the whole file, or the delivery fails', async () => {
  const input = fc.record({ faults, settings });
  await fuzz(
    input,
    { ...BOUNDS, list: 'SFTP servers with random faults' },
    async ({ faults: wanted, settings: more }) => {
      rmSync(join(root, 'files'), { recursive: true, force: true });
      mkdirSync(join(root, 'files/incoming'), { recursive: true });
      server.setFaults(wanted);
      const file = aFile(root);
      const target = await open(toTarget(sftp(server.port, more)), root);
      const began = performance.now();
      const end: unknown = await target.send(aParcel(file)).catch((error: unknown) => error);
      expect(performance.now() - began).toBeLessThan(MOST_MS);
      rmSync(file.local);
      if (end instanceof Error) {
        if (!(end instanceof DeliveryFault)) throw end;
        expect(end.message).not.toMatch(/[\0-\x08\x0e-\x1f]/);
        return;
      }
      // A receiver may take the file away at once.
      const path = join(root, 'files/incoming', NAME);
      if (existsSync(path)) expect(shaOf(path)).toBe(file.sha256);
      else expect(wanted.takesAt).toBeDefined();
    },
  );
});

it('a server that sends any bytes is no SFTP server, and is left', async () => {
  const sockets = new Set<Socket>();
  let answers: readonly Uint8Array[] = [];
  const listener = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    for (const each of answers) socket.write(each);
    socket.on('data', () => socket.end(answers[0] ?? Buffer.from('\0')));
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  const banner = fc.constantFrom(
    '',
    'SSH-2.0-x\r\n',
    'SSH-1.5-x\r\n',
    'HTTP/1.1 400 Bad\r\n\r\n',
    '220 ftp\r\n',
  );
  const input = fc.tuple(banner, fc.array(fc.uint8Array({ minLength: 1, maxLength: 400 }), { maxLength: 3 }));
  try {
    await fuzz(input, { ...BOUNDS, list: 'servers that send random bytes' }, async ([first, rest]) => {
      answers = [Buffer.from(first || '\0'), ...rest];
      const file = aFile(root);
      const target = await open(toTarget(sftp(port, {})), root);
      await expect(target.send(aParcel(file))).rejects.toBeInstanceOf(DeliveryFault);
      rmSync(file.local);
    });
  } finally {
    for (const socket of sockets) socket.destroy();
    listener.close();
  }
});
