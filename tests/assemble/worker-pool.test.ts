/** Threads that die in every way take down their own connection, and nothing else. */
import { afterAll, describe, expect, it } from '@jest/globals';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { StagingRequest } from '../../src/assemble/assemble.js';
import { StagingThreads } from '../../src/assemble/worker-pool.js';
import { aConnection, day, SIS } from '../support/connections.js';

const folder = mkdtempSync(join(tmpdir(), 'staging-threads-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A thread program that does what the name of its connection says. */
const program = join(folder, 'program.mjs');
writeFileSync(
  program,
  `import { parentPort } from 'node:worker_threads';
  let worked = 0;
  const ways = {
    works: () => parentPort.postMessage({ staging: { seconds: (worked += 1) } }),
    fails: () => parentPort.postMessage({ error: { code: 'home', message: 'the disk is full', problems: [] } }),
    throws: () => { throw new TypeError('Ana'); },
    leaves: () => process.exit(7),
    bursts: () => { const held = []; for (;;) held.push(new Array(1e5).fill(held.length)); },
    lasts: () => setInterval(() => undefined, 1000),
  };
  parentPort.on('message', (request) => ways[request.settings.name]());`,
);

const aRequest = (name: string): StagingRequest => ({
  settings: { ...aConnection({ version: '1.2' }), name },
  grades: new Map(),
  system: SIS,
  asOf: day('2026-10-15'),
  startedAt: new Date('2026-10-15T08:00:00Z'),
  home: folder,
  snapshot: join(folder, 'none.sqlite'),
  folder: join(folder, name),
});

const threads = (atOnce?: number): StagingThreads =>
  new StagingThreads(atOnce, pathToFileURL(program), { maxOldGenerationSizeMb: 64 });

describe('a thread', () => {
  it('that fails tells its error with its code', async () => {
    const error = await threads()
      .stage(aRequest('fails'))
      .catch((each: unknown) => each);
    expect(error).toMatchObject({ code: 'home', message: 'the disk is full', exitCode: 1 });
  });

  it.each([
    ['throws', 'TypeError'],
    ['leaves', 'exit 7'],
  ])('that %s fails its connection in words, without what the error said', async (name, how) => {
    const error = await threads()
      .stage(aRequest(name))
      .catch((each: unknown) => each);
    expect(error).toMatchObject({ code: 'unexpected' });
    expect(String(error)).toContain(`(${how})`);
    expect(String(error)).not.toContain('Ana');
  });

  it('that runs out of memory fails alone', async () => {
    const crew = threads();
    const [burst, works] = await Promise.allSettled([
      crew.stage(aRequest('bursts')),
      crew.stage(aRequest('works')),
    ]);
    expect(works).toMatchObject({ status: 'fulfilled', value: { seconds: 1 } });
    expect(burst).toMatchObject({ status: 'rejected' });
    expect(String((burst as PromiseRejectedResult).reason)).toContain('ERR_WORKER_OUT_OF_MEMORY');
  });

  it('leaves its place to the next, also when it failed', async () => {
    const crew = threads(1);
    const results = await Promise.allSettled(
      ['throws', 'works', 'leaves', 'works'].map((name) => crew.stage(aRequest(name))),
    );
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
  });

  it('that made a bundle makes the next one where connections wait; one that failed makes none', async () => {
    const crew = threads(1);
    const results = await Promise.allSettled(
      ['works', 'works', 'fails', 'works', 'works'].map((name) => crew.stage(aRequest(name))),
    );
    const counts = results.map((each) => (each.status === 'fulfilled' ? each.value.seconds : each.status));
    expect(counts).toEqual([1, 2, 'rejected', 1, 2]);
    expect(await crew.stage(aRequest('works'))).toEqual({ seconds: 1 });
  });

  it('is ended, and those that wait are never begun, when all are stopped', async () => {
    const crew = threads(1);
    const both = Promise.allSettled([crew.stage(aRequest('lasts')), crew.stage(aRequest('works'))]);
    await crew.stop();
    const results = await both;
    expect(results.map((each) => String((each as PromiseRejectedResult).reason))).toEqual([
      expect.stringContaining('The refresh was stopped'),
      expect.stringContaining('The refresh was stopped'),
    ]);
  });
});

describe('threads that are warm', () => {
  it('do the work of the first stagings, and others are started for the rest', async () => {
    const crew = threads(2);
    crew.warmUp(3);
    const results = await Promise.allSettled(
      ['throws', 'works', 'leaves', 'works'].map((name) => crew.stage(aRequest(name))),
    );
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
  });

  it('that died before they were asked are replaced', async () => {
    const twice = join(folder, 'twice.mjs');
    const mark = join(folder, 'mark');
    writeFileSync(
      twice,
      `import { existsSync, writeFileSync } from 'node:fs';
      import { parentPort } from 'node:worker_threads';
      if (!existsSync(${JSON.stringify(mark)})) { writeFileSync(${JSON.stringify(mark)}, ''); process.exit(3); }
      parentPort.once('message', () => parentPort.postMessage({ staging: { seconds: 2 } }));`,
    );
    const crew = new StagingThreads(1, pathToFileURL(twice));
    crew.warmUp(1);
    while (!existsSync(mark)) await new Promise((resolve) => setTimeout(resolve, 10));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await crew.stage(aRequest('works'))).toEqual({ seconds: 2 });
  });

  it('are ended when they have no work', async () => {
    const crew = threads(1);
    crew.warmUp(1);
    await crew.stop();
    await expect(crew.stage(aRequest('works'))).rejects.toThrow('The refresh was stopped');
  });
});

it('an error inside a real staging travels with its code', async () => {
  const error = await new StagingThreads().stage(aRequest('real')).catch((each: unknown) => each);
  expect(error).toMatchObject({ code: 'home' });
  expect(String(error)).toContain('SQLITE_CANTOPEN');
});
