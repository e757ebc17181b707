/** What `preflight` says of delivery targets: the built program against real servers. */
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { removeFolders } from '../support/cli.js';
import { describeWith } from '../support/needs.js';
import { deliveringSite, sftpText } from './delivering-site.js';
import { namesIn } from './parcels.js';
import { freePort, hasSshd, startSshServer, type SshServer } from './ssh-server.js';

let server: SshServer;
beforeAll(async () => {
  if (hasSshd) server = await startSshServer();
});
afterAll(() => {
  if (hasSshd) server.stop();
  removeFolders();
});

interface Told {
  readonly targets: readonly Record<string, unknown>[];
}

const real = describeWith(hasSshd, 'sshd');

real('preflight', () => {
  it('tries the target, says what the server offers, and leaves nothing there', async () => {
    const site = deliveringSite(sftpText(server));
    const { code, stdout } = await site.run('preflight', '--schema-only', '--json');
    const { targets } = JSON.parse(stdout) as Told;
    expect(targets).toMatchObject([
      {
        connection: 'library',
        ready: true,
        hostKeys: [`ssh-ed25519 ${server.pins.ed25519}`],
        offers: { 'posix-rename': true, fsync: true, statvfs: true },
        freeBytes: expect.any(Number) as unknown,
        fault: null,
      },
    ]);
    expect(code).toBe(0);
    expect(namesIn(server.incoming)).toEqual([]);
  });

  it('shows the key of a server that is not known, to compare it by another channel, and exits with code 5', async () => {
    for (const more of [', hostKey: x', `, hostKey: "SHA256:${'A'.repeat(43)}"`]) {
      const site = deliveringSite(sftpText(server, more).replace(', hostKey: x', ''));
      const { code, stdout } = await site.run('preflight', '--schema-only');
      expect(stdout).toContain(`host key  ssh-ed25519 ${server.pins.ed25519}`);
      expect(stdout).toMatch(/error +sftp:.+could not check the host key: .+by another channel/);
      expect(code).toBe(5);
    }
  });

  it('reports which step fails if the port is closed', async () => {
    const site = deliveringSite(sftpText({ ...server, port: await freePort() }));
    const { code, stdout } = await site.run('preflight', '--schema-only', '--json');
    expect((JSON.parse(stdout) as Told).targets).toMatchObject([
      { ready: false, fault: { step: 'connect' } },
    ]);
    expect(code).toBe(5);
  });
});
