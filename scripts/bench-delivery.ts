/**
 * How fast is a delivery beside the system's own `sftp`? Sends one file of random bytes to an SSH server on loopback by both in
 * turn, each in a process of its own, start included, and prints the medians of wall time and the ratio of the speeds.
 *
 * node build/scripts/bench-delivery.js [--megabytes 200] [--runs 5]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Parcel } from '../src/deliver/target.js';
import type { DeliverySettings } from '../src/model/settings.js';
import { aFile, aParcel, bySftp, NAME, shaOf, open, toTarget } from '../tests/deliver/parcels.js';
import { hasSshd, startSshServer } from '../tests/deliver/ssh-server.js';

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '200' },
    runs: { type: 'string', default: '5' },
    worker: { type: 'string' },
  },
});

interface Job {
  readonly delivery: DeliverySettings;
  readonly parcel: Parcel;
}

if (values.worker === undefined) await compare();
else await send(JSON.parse(values.worker) as Job);

async function send({ delivery, parcel }: Job): Promise<void> {
  await (await open(delivery, tmpdir())).send(parcel);
}

async function compare(): Promise<void> {
  if (!hasSshd) throw new Error('this needs /usr/sbin/sshd');
  const folder = mkdtempSync(join(tmpdir(), 'bench-delivery-'));
  const server = await startSshServer();
  try {
    const file = aFile(folder, NAME, Number(values.megabytes) * 1_000_000);
    const job = (readBack: boolean): Job => ({
      delivery: toTarget(bySftp(server, { readBack, stalledAfterSeconds: 60 })),
      parcel: aParcel(file),
    });
    const ours = (readBack: boolean) => (): void =>
      run(process.execPath, [fileURLToPath(import.meta.url), '--worker', JSON.stringify(job(readBack))]);
    const option = (text: string): readonly string[] => ['-o', text];
    const login = [
      ...option('BatchMode=yes'),
      ...option('StrictHostKeyChecking=yes'),
      ...option(`UserKnownHostsFile=${server.knownHosts}`),
      ...['-i', server.key, '-P', String(server.port), `${server.user}@127.0.0.1`],
    ];
    const put = `put ${file.local} incoming/.part\n`;
    const theirs = (more: string) => (): void =>
      run('sftp', ['-b', '-', ...login], `${put}${more}rename incoming/.part incoming/x\n`);
    const ways: readonly (readonly [string, () => void])[] = [
      ['sftp program', theirs('')],
      ['sftp program, file fetched again', theirs(`get incoming/.part ${join(folder, 'again')}\n`)],
      ['this program, size compared', ours(false)],
      ['this program, read back and compared', ours(true)],
    ];
    const seconds = new Map<string, number[]>(ways.map(([name]) => [name, []]));
    for (let round = 0; round < Number(values.runs); round += 1) {
      for (const [name, go] of ways) {
        const since = performance.now();
        go();
        seconds.get(name)?.push((performance.now() - since) / 1_000);
      }
    }
    if (shaOf(join(server.incoming, NAME)) !== file.sha256) throw new Error('other bytes arrived');
    const base = median(seconds.get('sftp program') ?? []);
    for (const [name, all] of seconds) {
      const middle = median(all);
      const speed = (file.bytes / 1e6 / middle).toFixed(0).padStart(4);
      const each = all.map((one) => one.toFixed(1)).join(' ');
      print(
        `${name.padEnd(38)} ${middle.toFixed(2)} s  ${speed} MB/s  ratio ${(base / middle).toFixed(2)}  (${each})`,
      );
    }
  } finally {
    server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(program: string, args: readonly string[], input = ''): void {
  const { status, stderr } = spawnSync(program, args, { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
