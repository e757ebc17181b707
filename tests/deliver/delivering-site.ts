/** A small district whose connection `library` is delivered somewhere; and bundles of any size that were published before. */
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { homeAt } from '../../src/home/home.js';
import { schemeOf } from '../../src/model/scheme.js';
import type { DeliveryRecord } from '../../src/state/records.js';
import { State } from '../../src/state/state.js';
import { makeSite, type Site } from '../refresh/small-district.js';
import { makeFolder, start, type Ended, type Running } from '../support/cli.js';
import { runHere, type HereOptions } from '../support/cli-here.js';
import { aConnection } from '../support/connections.js';
import type { SshServer } from './ssh-server.js';

export interface DeliveringSite extends Site {
  /** In the process of the test. */
  readonly run: (...args: readonly string[]) => Promise<Ended>;
  /** In a process of its own. */
  readonly start: (...args: readonly string[]) => Running;
  /** Newest first. */
  readonly deliveries: () => Promise<readonly DeliveryRecord[]>;
}

/** `delivery`: in YAML's flow style, without its braces. */
export function deliveringSite(delivery: string, more = '', options: HereOptions = {}): DeliveringSite {
  const connections = `  - { name: library, version: 1.1, ${more} delivery: { ${delivery} } }\n`;
  const site = makeSite(join(makeFolder(), 'site'), connections);
  const all = (args: readonly string[]): readonly string[] => [...args, '--config', site.config];
  return {
    ...site,
    run: (...args) => runHere(all(args), options),
    start: (...args) => start(all(args), options),
    deliveries: () =>
      withState(site.home, (state) =>
        state.deliveriesOf('library', 'delivering', 'delivered', 'failed', 'unknown'),
      ),
  };
}

export function sftpText(server: Pick<SshServer, 'port' | 'user' | 'key' | 'pins'>, more = ''): string {
  const { port, user, key, pins } = server;
  const pin = more.includes('hostKey') || more.includes('knownHosts') ? '' : `hostKey: "${pins.ed25519}", `;
  const login = more.includes('privateKey') ? '' : `privateKey: "\${file:${key}}", `;
  return `sftp: { host: 127.0.0.1, port: ${port}, user: ${user}, ${login}${pin}path: incoming${more} }`;
}

export async function withState<T>(home: string, work: (state: State) => Promise<T>): Promise<T> {
  const state = await State.open(homeAt(home).state, () => new Date());
  try {
    return await work(state);
  } finally {
    await state.close();
  }
}

export interface GivenBundle {
  readonly name: string;
  readonly path: string;
  readonly sha256: string;
}

/** As if a refresh had published it: for transfers that take their time. */
export async function giveBundle(home: string, bytes: number): Promise<GivenBundle> {
  const shelf = homeAt(home).bundles('library');
  shelf.prepare();
  const name = '20261001T000000Z-1.1-bulk';
  const path = shelf.pathOf(`${name}.zip`);
  const hash = createHash('sha256');
  const file = openSync(path, 'w', 0o600);
  for (let left = bytes; left > 0; left -= 1 << 20) {
    const chunk = randomBytes(Math.min(left, 1 << 20));
    hash.update(chunk);
    writeSync(file, chunk);
  }
  closeSync(file);
  const sha256 = hash.digest('hex');
  await withState(home, async (state) => {
    const refreshId = await state.startRefresh('2026-10-01', 'test', ['library']);
    await state.finishRefresh(refreshId, 'done', 0);
    await state.addBundle({
      refreshId,
      connection: 'library',
      state: 'published',
      version: '1.1',
      mode: 'bulk',
      scheme: schemeOf(aConnection()),
      name,
      bundle: { sha256, bytes, rows: new Map([['users', 1]]) },
      contentSha256: sha256,
    });
  });
  return { name, path, sha256 };
}

interface Told {
  readonly connections: readonly {
    readonly outcome: string;
    readonly bundle: { readonly sha256: string; readonly path: string };
    readonly delivery: DeliveryTold | null;
  }[];
}

export interface DeliveryTold {
  readonly state: string;
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
  readonly compared: string | null;
  readonly hostKey: string | null;
  readonly attempts: readonly { readonly step?: string; readonly error?: string }[];
  readonly error?: { readonly step: string | null; readonly message: string };
}

export function toldBy({ stdout }: Ended): Told['connections'][number] {
  const [first] = (JSON.parse(stdout) as Told).connections;
  if (first === undefined) throw new Error(stdout);
  return first;
}

export const deliveryToldBy = ({ stdout }: Ended): DeliveryTold =>
  (JSON.parse(stdout) as { readonly delivery: DeliveryTold }).delivery;

export const shaOfFile = (path: string): string =>
  createHash('sha256').update(readFileSync(path)).digest('hex');
