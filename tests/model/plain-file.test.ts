/** Plain files are read; everything else with a path is refused at once and by name. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, readSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  openPlainFile,
  openPlainFileSync,
  PlainFileFault,
  readPlainFile,
  readPlainFileSync,
  type PlainFileOptions,
} from '../../src/model/plain-file.js';

let folder: string;
let server: Server;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plain-'));
  writeFileSync(at('file'), 'content');
  symlinkSync(at('file'), at('link'));
  symlinkSync(at('circle'), at('circle'));
  execFileSync('mkfifo', [at('pipe')]);
  mkdirSync(at('folder'));
  server = createServer();
  await new Promise<void>((resolve) => server.listen(at('socket'), resolve));
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

/** By opening and by reading, with and without a promise: all four agree. */
async function faultsOf(path: string, options: PlainFileOptions = {}): Promise<readonly unknown[]> {
  const reading = { mostBytes: 1_000, ...options };
  const now = (read: () => unknown): Promise<unknown> => new Promise((resolve) => resolve(read()));
  const tries = [
    openPlainFile(path, options),
    now(() => openPlainFileSync(path, options)),
    readPlainFile(path, reading),
    now(() => readPlainFileSync(path, reading)),
  ];
  const ended = await Promise.allSettled(tries);
  return ended.map((each) =>
    each.status === 'rejected' && each.reason instanceof PlainFileFault ? each.reason.kind : each,
  );
}

const four = (kind: string): readonly string[] => [kind, kind, kind, kind];

describe('a plain file', () => {
  it('is opened with its stats, also through a link', async () => {
    const { handle, stats } = await openPlainFile(at('file'));
    expect([stats.size, (await handle.readFile('utf8')).length]).toEqual([7, 7]);
    await handle.close();
    const opened = openPlainFileSync(at('link'));
    const bytes = Buffer.alloc(10);
    expect(readSync(opened.descriptor, bytes)).toBe(7);
    closeSync(opened.descriptor);
  });

  it('is read whole, up to the limit', async () => {
    expect((await readPlainFile(at('file'), { mostBytes: 7 })).bytes.toString()).toBe('content');
    expect(readPlainFileSync(at('link'), { mostBytes: 7 }).bytes.toString()).toBe('content');
    writeFileSync(at('large'), Buffer.alloc(300_000, 'x'));
    expect((await readPlainFile(at('large'), { mostBytes: 1e6 })).bytes.length).toBe(300_000);
    expect(readPlainFileSync(at('large'), { mostBytes: 1e6 }).bytes.length).toBe(300_000);
    expect(await faultsOf(at('file'), { mostBytes: 6 })).toEqual(four('too-large'));
  });

  it('is no larger than the limit, whatever its stats say', async () => {
    // The size of a file below /proc is 0.
    const reading = { mostBytes: 10 };
    await expect(readPlainFile('/proc/self/status', reading)).rejects.toMatchObject({ kind: 'too-large' });
    expect(() => readPlainFileSync('/proc/self/status', reading)).toThrow(PlainFileFault);
  });
});

describe('anything else', () => {
  it.each([
    ['nothing', 'missing', 'does not exist'],
    ['file/below', 'missing', 'does not exist'],
    ['folder', 'folder', 'is a folder, not a file'],
    ['pipe', 'pipe', 'is a named pipe, not a file'],
    ['socket', 'socket', 'is a socket or device, not a file'],
    ['circle', 'link', 'is a symbolic link, or a loop of them'],
  ])('%s is refused at once as %s', async (name, kind, message) => {
    expect(await faultsOf(at(name))).toEqual(four(kind));
    await expect(openPlainFile(at(name))).rejects.toMatchObject({ message });
  });

  it('a device is refused', async () => {
    expect(await faultsOf('/dev/zero')).toEqual(four('device'));
  });

  it('a link is refused where links are', async () => {
    expect(await faultsOf(at('link'), { links: 'refuse' })).toEqual(four('link'));
  });
});
