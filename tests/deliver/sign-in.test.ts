/** Ways to sign in that need more than one program: an SSH agent, a jump host, and servers that sign with SHA-1 only. */
import { afterAll, beforeAll, describe, expect, it, test } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeliveryFault } from '../../src/deliver/fault.js';
import type { Receipt } from '../../src/deliver/target.js';
import type { OpensshSettings, SftpSettings } from '../../src/model/settings.js';
import { describeWith } from '../support/needs.js';
import { aFile, aParcel, byOpenssh, bySftp, NAME, namesIn, open, toTarget } from './parcels.js';
import { hasSshd, startSshServer, type SshServer } from './ssh-server.js';

const folder = mkdtempSync(join(tmpdir(), 'sign-in-'));
const running: SshServer[] = [];
afterAll(() => {
  for (const server of running) server.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function started(...options: Parameters<typeof startSshServer>): Promise<SshServer> {
  const server = await startSshServer(...options);
  running.push(server);
  return server;
}

async function send(settings: SftpSettings | OpensshSettings): Promise<Receipt | DeliveryFault> {
  const target = await open(toTarget(settings), folder);
  return await target.send(aParcel(aFile(folder))).catch((error: unknown) => {
    if (error instanceof DeliveryFault) return error;
    throw error;
  });
}

function describeSignIn(): void {
  describe('with an SSH agent', () => {
    let server: SshServer;
    let agent: { readonly socket: string; readonly pid: number };
    beforeAll(async () => {
      server = await started({ kinds: ['ed25519'] });
      const socket = join(folder, 'agent');
      const printed = execFileSync('ssh-agent', ['-a', socket, '-s'], { encoding: 'utf8' });
      agent = { socket, pid: Number(/SSH_AGENT_PID=(\d+)/.exec(printed)?.[1]) };
    });
    afterAll(() => void process.kill(agent.pid));

    const settings = (): SftpSettings => {
      const { privateKey, ...others } = bySftp(server, { agent: agent.socket });
      expect(privateKey).toBeDefined();
      return others;
    };

    it('a key that it holds signs in, and one that it does not hold does not', async () => {
      const refused = (await send(settings())) as DeliveryFault;
      expect(refused.facts).toMatchObject({ step: 'sign in', kind: 'lasting' });
      execFileSync('ssh-add', ['-q', server.key], { env: { ...process.env, SSH_AUTH_SOCK: agent.socket } });
      expect(await send(settings())).toMatchObject({ compared: 'hash' });
      expect(namesIn(server.incoming)).toEqual([NAME]);
    });

    it('that does not run is a fault that names the setting', async () => {
      const fault = (await send({ ...settings(), agent: join(folder, 'no-agent') })) as DeliveryFault;
      expect(fault.message).toContain('Check delivery.sftp.agent');
      expect(fault.isWorthAnother).toBe(false);
    });
  });

  test('by a jump host the sftp program delivers to the server behind it', async () => {
    const [jump, server] = [await started({ kinds: ['ed25519'], isJump: true }), await started()];
    appendFileSync(join(jump.folder, 'authorized_keys'), readFileSync(`${server.key}.pub`));
    const known = join(folder, 'known_hosts');
    writeFileSync(known, readFileSync(jump.knownHosts, 'utf8') + readFileSync(server.knownHosts, 'utf8'));
    const configFile = join(folder, 'ssh_config');
    writeFileSync(
      configFile,
      `Host *\n  IdentityFile ${server.key}\n  IdentitiesOnly yes\n  UserKnownHostsFile ${known}\n  StrictHostKeyChecking yes\n`,
      { mode: 0o600 },
    );
    const { identityFile, knownHosts, ...settings } = byOpenssh(server, {
      configFile,
      jump: `${jump.user}@127.0.0.1:${jump.port}`,
    });
    expect([identityFile, knownHosts]).not.toContain(undefined);
    expect(await send(settings)).toMatchObject({ compared: 'hash' });
    expect(namesIn(server.incoming)).toEqual([NAME]);
    expect(namesIn(jump.incoming)).toEqual([]);
    expect(jump.log()).toMatch(/Accepted publickey/);
  });

  describe('a server that signs with SHA-1 only', () => {
    let byHost: SshServer;
    beforeAll(async () => {
      byHost = await started({ kinds: ['rsa'], config: ['HostKeyAlgorithms ssh-rsa'] });
    });

    const allow = { allowLegacyAlgorithms: true };
    const hostBySftp = (more = {}): SftpSettings => bySftp(byHost, { hostKeys: [byHost.pins.rsa], ...more });

    it('for its host key is refused by name of the key, and accepted with a notice where that is allowed', async () => {
      const fault = (await send(hostBySftp())) as DeliveryFault;
      expect(fault.facts).toMatchObject({ step: 'check the host key', kind: 'lasting' });
      expect(fault.message).toContain(`ssh-rsa ${byHost.pins.rsa}`);
      expect(fault.message).toContain('allowLegacyAlgorithms: true');
      expect(namesIn(byHost.incoming)).toEqual([]);
      expect(await send(hostBySftp(allow))).toMatchObject({
        compared: 'hash',
        notices: [{ code: 'legacy-algorithms' }],
      });
    });

    it('for its host key, by the sftp program', async () => {
      const fault = (await send(byOpenssh(byHost))) as DeliveryFault;
      expect(fault.facts).toMatchObject({ step: 'check the host key', kind: 'lasting' });
      expect(fault.message).toContain('allowLegacyAlgorithms: true');
      const end = await send(byOpenssh(byHost, allow));
      expect(end).toMatchObject({ compared: 'hash', notices: [{ code: 'legacy-algorithms' }] });
    });
  });
}

describeWith(hasSshd, 'sshd')('signing in', describeSignIn);
