/**
 * A night of a whole fleet, with workers that are killed at random and a server that restarts twice; looks whether anything was lost or
 * done twice: `node build/scripts/fleet-soak.js [--districts 115] [--students 300-3000] [--workers 3] [--kill-every 20] [--seed 1] [--folder DIR]`.
 * A given folder is kept, and its districts are used again. Exits with code 1 if anything is wrong.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fleetNight } from '../tests/fleet/fleet-night.js';
import { PostgresServer } from '../tests/support/postgres.js';

const { values } = parseArgs({
  options: {
    districts: { type: 'string', default: '115' },
    students: { type: 'string', default: '300-3000' },
    workers: { type: 'string', default: '3' },
    concurrency: { type: 'string', default: '1' },
    'kill-every': { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    'lease-seconds': { type: 'string' },
    folder: { type: 'string' },
  },
});

const folder = values.folder ?? mkdtempSync(join(tmpdir(), 'fleet-soak-'));
const server = await PostgresServer.started({ isDurable: true });
const [least = 300, most = 3_000] = values.students.split('-').map(Number);
try {
  const { wrong, ...course } = await fleetNight({
    ...{ folder, server, students: [least, most], hosts: 5, restartsAt: [0.3, 0.7] },
    districts: Number(values.districts),
    workers: Number(values.workers),
    concurrency: Number(values.concurrency),
    killEverySeconds: Number(values['kill-every']),
    seed: Number(values.seed),
    ...(values['lease-seconds'] !== undefined && { leaseSeconds: Number(values['lease-seconds']) }),
    say: (line) => process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`),
  });
  for (const fault of wrong) process.stdout.write(`WRONG: ${fault}\n`);
  process.stdout.write(`${JSON.stringify(course)}\n`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
} finally {
  await server.stop();
  if (values.folder === undefined) rmSync(folder, { recursive: true, force: true });
}
