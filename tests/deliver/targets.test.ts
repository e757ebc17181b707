import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { hasTool } from '../support/needs.js';
import { startFaultServer } from './fault-server.js';
import { byOpenssh, bySftp, PLACE, SERVER, toTarget } from './parcels.js';
import { hasSshd, makeKey, pinOf, startSshServer, type SshServer } from './ssh-server.js';
import { describeTarget, type Site } from './target-contract.js';

const withMode = (mode?: string) => (mode === undefined ? {} : { mode });

describeTarget('a folder of this machine', () => {
  const root = mkdtempSync(join(tmpdir(), 'folder-'));
  const folder = join(root, 'incoming');
  return Promise.resolve({
    folder,
    delivery: (path = 'incoming', mode) =>
      toTarget({ kind: 'folder', path: join(root, path), ...PLACE, ...withMode(mode) }),
    close: () => rmSync(root, { recursive: true }),
  });
});

describeTarget(
  'a server without posix-rename',
  async (): Promise<Site> => {
    const root = mkdtempSync(join(tmpdir(), 'fault-server-'));
    makeKey(join(root, 'host'), 'ed25519');
    const folder = join(root, 'files', 'incoming');
    mkdirSync(folder, { recursive: true });
    const server = await startFaultServer({ folder: join(root, 'files'), hostKey: join(root, 'host') });
    server.faults.noOverwrite = true;
    return {
      folder,
      delivery: (path = 'incoming', mode) =>
        toTarget({
          kind: 'sftp',
          host: '127.0.0.1',
          port: server.port,
          user: 'u',
          password: server.password,
          hostKeys: [pinOf(join(root, 'host'))],
          ...SERVER,
          replace: 'delete-then-rename',
          path,
          ...withMode(mode),
        }),
      close: async () => {
        await server.close();
        rmSync(root, { recursive: true });
      },
    };
  },
  { hasGap: true, isServer: true },
);

if (hasTool(hasSshd, 'sshd')) {
  let server: SshServer;
  beforeAll(async () => {
    server = await startSshServer();
  });
  afterAll(() => server.stop());

  const describeServer = (name: string, settings: typeof bySftp | typeof byOpenssh): void =>
    describeTarget(
      name,
      () =>
        Promise.resolve({
          folder: server.incoming,
          delivery: (path = 'incoming', mode) => toTarget(settings(server, { path, ...withMode(mode) })),
          close: () => undefined,
        }),
      { isServer: true },
    );
  describeServer('SFTP to OpenSSH', bySftp);
  describeServer('the sftp program', byOpenssh);
}
