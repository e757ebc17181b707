/** Deliveries of the built program to a real SSH server, on good nights and on bad ones. */
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { change } from '../refresh/small-district.js';
import { isRoot, removeFolders, STACK_TRACE, until, type Ended } from '../support/cli.js';
import { describeWith, itWhere } from '../support/needs.js';
import { turnsOf } from '../support/share.js';
import { inTurns } from '../support/turns.js';
import {
  deliveringSite,
  deliveryToldBy,
  giveBundle,
  sftpText,
  shaOfFile,
  toldBy,
  withState,
  type DeliveringSite,
} from '../deliver/delivering-site.js';
import { namesIn, NAME } from '../deliver/parcels.js';
import {
  freePort,
  giveTo,
  hasSshd,
  makeKey,
  pinOf,
  startSshServer,
  type SshServer,
} from '../deliver/ssh-server.js';
import { watchName } from '../deliver/watcher.js';
import { auditTrail } from '../support/audit-trail.js';

const NOBODY = 65_534;
const ONCE = ', retryMinutes: 0';
const BIG = 200_000_000;
/** Large enough to be met half way. */
const LARGE = 30_000_000;

let server: SshServer;
beforeAll(async () => {
  if (hasSshd) server = await startSshServer();
});
afterAll(() => {
  if (hasSshd) server.stop();
  removeFolders();
});
beforeEach(() => {
  if (!hasSshd) return;
  rmSync(server.incoming, { recursive: true, force: true });
  mkdirSync(server.incoming);
});

const final = (): string => join(server.incoming, NAME);

/** It names the step and what to do, and is no crash. */
function expectFault(ended: Ended, step: string, hint: RegExp): void {
  expect(ended.stderr).toContain(`could not ${step}: `);
  expect(ended.stderr).toMatch(hint);
  expect(ended.stderr).not.toMatch(STACK_TRACE);
  expect(ended.code).toBe(5);
}

const real = describeWith(hasSshd, 'sshd');
const { it: itInTurn, inTurn } = inTurns('nights of deliveries', 4);

real('a night that goes well', () => {
  itInTurn('uploads, records the receipt, and replaces the next night', async () => {
    const site = deliveringSite(sftpText(server));
    const first = await site.run('refresh', '--as-of', '2026-10-15', '--json');
    expect(first.stderr).toBe('');
    const { bundle, delivery } = toldBy(first);
    expect(delivery).toMatchObject({
      state: 'delivered',
      compared: 'hash',
      hostKey: `ssh-ed25519 ${server.pins.ed25519}`,
      files: [{ path: 'incoming/OneRoster.zip', sha256: bundle.sha256 }],
    });
    expect(shaOfFile(final())).toBe(bundle.sha256);
    expect(await site.deliveries()).toMatchObject([{ state: 'delivered', receipt: { compared: 'hash' } }]);
    await withState(site.home, async (state) => {
      const [published] = await state.bundles('library', 'published');
      expect(await state.base('library')).toMatchObject({ bundleId: published?.id });
      expect((await auditTrail(state)).map(({ what }) => what)).toEqual(['published', 'delivered']);
    });

    change(site.district, `UPDATE Identity SET firstName = 'Else' WHERE personID = 11`);
    const second = await site.run('refresh', '--as-of', '2026-10-15');
    expect(second.stdout).toMatch(/Delivered, read back and compared: sftp:\/\/.+\/incoming\/OneRoster\.zip/);
    expect(shaOfFile(final())).not.toBe(bundle.sha256);
    expect(namesIn(server.incoming)).toEqual([NAME]);
    expect((await site.run('status')).stdout).toMatch(/delivered \d{4}-\d\d-\d\d \d\d:\d\d [+-]\d\d:\d\d/);
  });

  itInTurn('sends nothing with --no-deliver, and `deliver` sends it', async () => {
    const site = deliveringSite(sftpText(server));
    const { delivery } = toldBy(await site.run('refresh', '--as-of', '2026-10-15', '--no-deliver', '--json'));
    expect(delivery).toBeNull();
    expect(namesIn(server.incoming)).toEqual([]);
    const sent = await site.run('deliver', 'library', '--json');
    expect(deliveryToldBy(sent)).toMatchObject({ state: 'delivered' });
    expect((await site.run('deliver', 'library')).code).toBe(0);
    expect((await site.deliveries()).map(({ state }) => state)).toEqual(['delivered', 'delivered']);
  });

  itInTurn(
    'fills in the date in the time zone of the district, and sends loose files with the manifest last',
    async () => {
      const site = deliveringSite(sftpText(server, ', name: "OneRoster-{yyyy}{MM}{dd}.zip"'));
      expect((await site.run('refresh', '--as-of', '2026-10-15')).code).toBe(0);
      const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/Chicago' }).format(new Date());
      expect(namesIn(server.incoming)).toEqual([`OneRoster-${today.replaceAll('-', '')}.zip`]);

      rmSync(join(server.incoming, namesIn(server.incoming)[0] ?? ''));
      const loose = deliveringSite(`${sftpText(server)}, files: loose`);
      const { delivery } = toldBy(await loose.run('refresh', '--as-of', '2026-10-15', '--json'));
      const names = delivery?.files.map(({ path }) => path.replace('incoming/', '')) ?? [];
      expect(names.at(-1)).toBe('manifest.csv');
      expect([...names].sort()).toEqual(namesIn(server.incoming));
      expect(names).toContain('users.csv');
    },
  );

  itInTurn('a delta builds on what has arrived, and on nothing else', async () => {
    const site = deliveringSite(sftpText(server, ', name: "{mode}.zip"'), 'mode: delta,');
    const refresh = async (...more: string[]) =>
      toldBy(await site.run('refresh', '--as-of', '2026-10-15', '--json', ...more));
    expect((await refresh()).delivery?.state).toBe('delivered');
    change(site.district, `UPDATE Identity SET firstName = 'One' WHERE personID = 11`);
    await refresh('--no-deliver');
    const before = await withState(
      site.home,
      async (state) => (await state.bundles('library', 'published'))[0]?.name ?? '',
    );
    change(site.district, `UPDATE Identity SET firstName = 'Two' WHERE personID = 12`);
    const last = await refresh();
    // Both changes are in it: the one that was not sent builds on nothing that the receiver has.
    expect(last.delivery?.state).toBe('delivered');
    expect(namesIn(server.incoming)).toEqual(['bulk.zip', 'delta.zip']);
    const rows = execFileSync('unzip', ['-p', last.bundle.path, 'users.csv'], { encoding: 'utf8' });
    expect(rows).toContain('One');
    expect(rows).toContain('Two');
    const older = await site.run('deliver', 'library', '--bundle', before);
    expect(older.stderr).toMatch(
      /is older than .+, which the receiver has: older content would replace newer content\./,
    );
    expect(older.code).toBe(5);
  });
});

real('a server that is not the right one, or does not let us in', () => {
  itInTurn('wrong pin: nothing is sent, and both fingerprints are told', async () => {
    const site = deliveringSite(sftpText(server, `, hostKey: "SHA256:${'A'.repeat(43)}"`));
    const ended = await site.run('refresh', '--as-of', '2026-10-15');
    expectFault(ended, 'check the host key', /by another channel/);
    expect(ended.stderr).toContain(server.pins.ed25519);
    expect(namesIn(server.incoming)).toEqual([]);
    expect(await site.deliveries()).toHaveLength(1); // not tried again
  });

  itInTurn('no pin at all: no connection is made', async () => {
    const site = deliveringSite(sftpText(server, ', hostKey: x').replace(', hostKey: x', ''));
    const before = server.log().length;
    expectFault(await site.run('refresh', '--as-of', '2026-10-15'), 'check the host key', /preflight shows/);
    expect(server.log().length).toBe(before);
  });

  itInTurn('changed host key: refused by pin, by known_hosts file and by the sftp program', async () => {
    const port = await freePort();
    const kinds = ['ed25519', 'ecdsa'] as const; // the servers of a process share the key of RSA
    const old = await startSshServer({ port, kinds });
    const kept = join(old.folder, '..', `known-${port}`);
    writeFileSync(kept, execFileSync('cat', [old.knownHosts]));
    const { pins } = old;
    old.stop();
    const changed = await startSshServer({ port, kinds });
    try {
      for (const more of [`, hostKey: "${pins.ed25519}"`, `, knownHosts: ${kept}`]) {
        const site = deliveringSite(sftpText(changed, more));
        expectFault(await site.run('refresh', '--as-of', '2026-10-15'), 'check the host key', /changed/);
      }
      const program = deliveringSite(
        `openssh: { host: 127.0.0.1, port: ${port}, user: ${changed.user}, identityFile: ${changed.key}, knownHosts: ${kept}, path: incoming }`,
      );
      expectFault(await program.run('refresh', '--as-of', '2026-10-15'), 'check the host key', /changed/);
      expect(namesIn(changed.incoming)).toEqual([]);
    } finally {
      changed.stop();
      rmSync(kept);
    }
  });

  it.each(turnsOf('kinds of pins', ['ecdsa', 'rsa'] as const))(
    'a pin of the %s key is found among three',
    async (kind) => {
      const site = deliveringSite(
        sftpText(server, `, hostKey: ["SHA256:${'A'.repeat(43)}", "${server.pins[kind]}"]`),
      );
      const { delivery } = toldBy(await site.run('refresh', '--as-of', '2026-10-15', '--json'));
      expect(delivery?.hostKey).toContain(server.pins[kind]);
    },
  );

  itInTurn('a known_hosts file with hashed names is enough; a revoked key never', async () => {
    const hashed = join(server.folder, 'hashed');
    writeFileSync(hashed, execFileSync('cat', [server.knownHosts]));
    execFileSync('ssh-keygen', ['-q', '-H', '-f', hashed], { stdio: 'ignore' });
    const site = deliveringSite(sftpText(server, `, knownHosts: ${hashed}`));
    expect((await site.run('refresh', '--as-of', '2026-10-15')).code).toBe(0);
    const known = execFileSync('cat', [server.knownHosts], { encoding: 'utf8' });
    writeFileSync(hashed, known + known.replace(/^/gm, '@revoked ').replace(/@revoked $/, ''));
    expectFault(await site.run('deliver', 'library'), 'check the host key', /as revoked/);
  });

  itInTurn('wrong user key, and a key whose passphrase is missing', async () => {
    const wrong = join(server.folder, 'wrong');
    if (!existsSync(wrong)) makeKey(wrong, 'ed25519');
    const site = deliveringSite(sftpText(server, `, privateKey: "\${file:${wrong}}"`));
    expectFault(await site.run('refresh', '--as-of', '2026-10-15'), 'sign in', /which key or password/);
    expect(await site.deliveries()).toHaveLength(1);
    const locked = join(server.folder, 'locked');
    if (!existsSync(locked)) makeKey(locked, 'ed25519', 'a phrase');
    const other = deliveringSite(sftpText(server, `, privateKey: "\${file:${locked}}"`));
    expectFault(await other.run('refresh', '--as-of', '2026-10-15'), 'sign in', /privateKey and passphrase/);
  });

  it.each(turnsOf('keys with a passphrase', ['ed25519', 'ecdsa', 'rsa'] as const))(
    'a key of kind %s with a passphrase opens',
    async (kind) => {
      const key = join(server.folder, `locked-${kind}`);
      makeKey(key, kind, 'a phrase');
      const keys = join(server.folder, 'authorized_keys');
      writeFileSync(keys, execFileSync('cat', [keys, `${key}.pub`]));
      const site = deliveringSite(
        sftpText(server, `, privateKey: "\${file:${key}}", passphrase: "\${env:PHRASE}"`),
        '',
        { env: { PHRASE: 'a phrase' } },
      );
      const { code, stderr } = await site.run('refresh', '--as-of', '2026-10-15');
      expect(stderr).toBe('');
      expect(code).toBe(0);
      expect(pinOf(key)).toMatch(/^SHA256:/);
    },
  );
});

real('a server in trouble', () => {
  itInTurn(
    'port closed: tried again until the deadline, then code 5; the bundle stays and goes out later',
    async () => {
      const port = await freePort();
      const site = deliveringSite(`${sftpText({ ...server, port })}${ONCE}`);
      expectFault(await site.run('refresh', '--as-of', '2026-10-15'), 'connect', /Check host and port/);
      const [bundle] = await withState(
        site.home,
        async (state) => await state.bundles('library', 'published'),
      );
      expect(bundle?.name).toBeDefined();
      const late = await startSshServer({ port });
      try {
        const other = sftpText(late);
        const text = execFileSync('cat', [site.config], { encoding: 'utf8' });
        writeFileSync(site.config, text.replace(/sftp: \{.*path: incoming \}/, other));
        const sent = deliveryToldBy(
          await site.run('deliver', 'library', '--bundle', bundle?.name ?? '', '--json'),
        );
        expect(sent.files[0]?.sha256).toBe(bundle?.sha256);
      } finally {
        late.stop();
      }
    },
  );

  itInTurn('read-only folder: code 5 at the upload, at once', async () => {
    if (isRoot) {
      chmodSync(server.incoming, 0o755);
      const site = deliveringSite(sftpText({ ...server, user: 'nobody' }));
      expectFault(await site.run('refresh', '--as-of', '2026-10-15'), 'upload', /permission to write/);
      expect(await site.deliveries()).toHaveLength(1);
      giveTo(server.incoming, NOBODY);
      expect((await site.run('deliver', 'library')).code).toBe(0);
    } else {
      chmodSync(server.incoming, 0o555);
      const site = deliveringSite(sftpText(server));
      expectFault(await site.run('refresh', '--as-of', '2026-10-15'), 'upload', /permission to write/);
      chmodSync(server.incoming, 0o755);
    }
  });

  inTurn(itWhere(isRoot, 'mount a disk'))(
    'full disk: code 5, the old file stays whole, no part is left',
    async () => {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', server.incoming]);
      try {
        for (const target of [
          sftpText(server),
          `openssh: { host: 127.0.0.1, port: ${server.port}, user: ${server.user}, identityFile: ${server.key}, knownHosts: ${server.knownHosts}, path: incoming }`,
        ]) {
          const site = deliveringSite(`${target}${ONCE}`);
          writeFileSync(final(), 'the old file');
          await giveBundle(site.home, 20_000_000);
          expectFault(await site.run('deliver', 'library'), 'upload', /Ask the receiver/);
          expect(namesIn(server.incoming)).toEqual([NAME]);
          expect(statSync(final()).size).toBe(12);
        }
      } finally {
        execFileSync('umount', [server.incoming]);
      }
    },
  );

  /** Waits until a part of the upload is there. */
  async function halfWay(bytes = LARGE / 10): Promise<void> {
    await until(() =>
      namesIn(server.incoming).some(
        (name) => name.endsWith('.part') && statSync(join(server.incoming, name)).size > bytes,
      ),
    );
  }

  function signalSessions(signal: NodeJS.Signals): void {
    for (const pid of server.sessions()) process.kill(pid, signal);
  }

  async function interrupted(site: DeliveringSite, signal: NodeJS.Signals): Promise<Ended> {
    const running = site.start('deliver', 'library', '--json');
    await halfWay();
    signalSessions(signal);
    const ended = await running.ended;
    if (signal === 'SIGSTOP') signalSessions('SIGKILL');
    return ended;
  }

  const INTERRUPTED: readonly [string, NodeJS.Signals, RegExp][] = [
    ['killed', 'SIGKILL', /the connection broke/],
    ['stalled', 'SIGSTOP', /no progress for 2 seconds/],
  ];
  it.each(turnsOf('sessions that end mid-way', INTERRUPTED))(
    'session %s mid-way: code 5, the old file stays; the next attempt delivers',
    async (_how, signal, says) => {
      const settings = sftpText(server, ', stalledAfterSeconds: 2');
      const site = deliveringSite(`${settings}${ONCE}`);
      writeFileSync(final(), 'the old file');
      const { sha256 } = await giveBundle(site.home, LARGE);
      const watcher = watchName(final(), [shaOfFile(final()), sha256], 1);
      const ended = await interrupted(site, signal);
      expectFault(ended, 'upload', says);
      expect(statSync(final()).size).toBe(12);

      const text = execFileSync('cat', [site.config], { encoding: 'utf8' });
      writeFileSync(site.config, text.replace('retryMinutes: 0', 'retryMinutes: 5'));
      for (const name of namesIn(server.incoming)) {
        if (name.endsWith('.part')) rmSync(join(server.incoming, name));
      }
      const again = deliveryToldBy(await interrupted(site, signal));
      expect(again.attempts).toMatchObject([{ step: 'upload' }, {}]);
      expect(again.state).toBe('delivered');
      expect(shaOfFile(final())).toBe(sha256);
      expect(await watcher.stop()).toMatchObject({ broken: 0, absent: 0 });
    },
  );

  itInTurn(
    'the program killed mid-way: the next start knows that it did not arrive, and sends it',
    async () => {
      const site = deliveringSite(sftpText(server));
      const { sha256 } = await giveBundle(site.home, LARGE);
      const running = site.start('deliver', 'library');
      await halfWay();
      running.child.kill('SIGKILL');
      await running.ended;
      expect(await site.deliveries()).toMatchObject([{ state: 'delivering' }]);
      expect((await site.run('deliver', 'library')).code).toBe(0);
      expect(await site.deliveries()).toMatchObject([
        { state: 'delivered' },
        { state: 'failed', message: 'interrupted: it had not arrived' },
      ]);
      expect(shaOfFile(final())).toBe(sha256);
    },
  );

  itInTurn(
    'killed after the rename: the next start finds it there and takes the receipt without sending',
    async () => {
      const site = deliveringSite(sftpText(server));
      expect((await site.run('refresh', '--as-of', '2026-10-15')).code).toBe(0);
      // What a kill between the rename and the receipt leaves behind.
      await withState(site.home, async (state) => {
        const [bundle] = await state.bundles('library', 'published');
        const [delivery] = await state.deliveriesOf('library', 'delivered');
        await state.finishDelivery(delivery?.id ?? 0, 'failed', undefined);
        await state.startDelivery(bundle?.id ?? 0, delivery?.target ?? '');
        await state.moveBase({
          connection: 'library',
          bundleId: bundle?.id ?? 0,
          receiver: 'another receiver',
          isRolledBack: 0,
        });
      });
      change(site.district, 'DELETE FROM Roster'); // tonight's is withheld, so that nothing new is sent
      const { code } = await site.run('refresh', '--as-of', '2026-10-15');
      expect(code).toBe(3);
      expect((await site.deliveries())[0]).toMatchObject({
        state: 'delivered',
        receipt: { compared: 'hash' },
      });
      await withState(site.home, async (state) =>
        expect((await state.base('library'))?.receiver).toMatch(/^sftp:/),
      );
    },
  );

  itInTurn(
    'a night on which the SIS cannot be read sends the good bundle that still waits, but on no quiet day',
    async () => {
      const site = deliveringSite(
        `${sftpText(server)}${ONCE}`,
        'blackout: [{ from: 2026-10-16, to: 2026-10-16 }],',
      );
      expect((await site.run('refresh', '--as-of', '2026-10-15', '--no-deliver')).code).toBe(0);
      renameSync(site.district, `${site.district}.away`);
      const quiet = await site.run('refresh', '--as-of', '2026-10-16');
      expect([quiet.code, await site.deliveries()]).toEqual([4, []]);
      const { code, stderr } = await site.run('refresh', '--as-of', '2026-10-17');
      expect(code).toBe(4);
      expect(stderr).toContain('does not exist');
      const [good] = await withState(site.home, async (state) => await state.bundles('library', 'published'));
      expect((await site.deliveries())[0]).toMatchObject({ state: 'delivered', bundleId: good?.id });
    },
  );

  itInTurn(
    'a held bundle is never sent, and the good one of a failed night is sent by the next',
    async () => {
      const port = await freePort();
      const site = deliveringSite(`${sftpText({ ...server, port })}${ONCE}`);
      expect((await site.run('refresh', '--as-of', '2026-10-15')).code).toBe(5);
      change(
        site.district,
        'DELETE FROM Roster WHERE personID = 13',
        'DELETE FROM Enrollment WHERE personID = 13',
      );
      const late = await startSshServer({ port });
      try {
        const text = execFileSync('cat', [site.config], { encoding: 'utf8' });
        writeFileSync(site.config, text.replace(/sftp: \{.*path: incoming \}/, sftpText(late)));
        const held = await site.run('refresh', '--as-of', '2026-10-15', '--json');
        expect(held.code).toBe(3);
        const [good] = await withState(
          site.home,
          async (state) => await state.bundles('library', 'published'),
        );
        expect(toldBy(held)).toMatchObject({ outcome: 'withheld', delivery: { state: 'delivered' } });
        expect(toldBy(held).delivery?.files[0]?.sha256).toBe(good?.sha256);
        const [waiting] = await withState(site.home, async (state) => await state.bundles('library', 'held'));
        const refused = await site.run('deliver', 'library', '--bundle', waiting?.name ?? '');
        expect(refused.stderr).toMatch(/is on hold: release it first/);
        expect(refused.code).toBe(2);
      } finally {
        late.stop();
      }
    },
  );
});

real('a bundle of 200 MB', () => {
  itInTurn('arrives whole, and a watcher never sees a part of it', async () => {
    const site = deliveringSite(sftpText(server));
    writeFileSync(final(), 'the old file');
    const { sha256 } = await giveBundle(site.home, BIG);
    const watcher = watchName(final(), [shaOfFile(final()), sha256], 1);
    expect((await site.run('deliver', 'library')).code).toBe(0);
    expect(shaOfFile(final())).toBe(sha256);
    expect(await watcher.stop()).toMatchObject({ broken: 0, absent: 0 });
  });
});
