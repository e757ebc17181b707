/**
 * 50 viewers of the console at once: each opens a list page, reads it for a moment, and opens the next one. Prints the number of
 * answers, the errors and how long an answer took.
 *
 *     node build/scripts/bench-console.js CONFIG OUT [--viewers 50] [--seconds 30] [--reading 1000]
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '../src/config/load.js';

const CLI = join(import.meta.dirname, '../../dist/cli.js');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    viewers: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '30' },
    reading: { type: 'string', default: '1000' },
  },
});
const [config = '', out = ''] = positionals;

/** The printed link; the program goes on. */
async function started(): Promise<{ readonly link: URL; readonly stop: () => Promise<void> }> {
  const child = spawn(process.execPath, [CLI, 'console', '--config', config, '--listen', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let text = '';
  const link = await new Promise<URL>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`the console ended: ${text}`)));
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      const [found] = /http\S+token=\S+/.exec(text) ?? [];
      if (found !== undefined) resolve(new URL(found));
    });
  });
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.kill('SIGTERM');
    });
  return { link, stop };
}

interface Got {
  readonly status: number;
  readonly cookie: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: Number(values.viewers) });

function send(url: URL, headers: Readonly<Record<string, string>>, body?: string): Promise<Got> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, headers, method: body === undefined ? 'GET' : 'POST' }, (answer) => {
      const [cookie = ''] = (answer.headers['set-cookie'] ?? []).map((each) => each.split(';')[0] ?? '');
      answer.resume().on('end', () => resolve({ status: answer.statusCode ?? 0, cookie }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function viewer(pages: readonly URL[], cookie: string, until: number): Promise<readonly number[]> {
  const times: number[] = [];
  await new Promise((resolve) => setTimeout(resolve, Math.random() * Number(values.reading)));
  for (let at = 0; performance.now() < until; at += 1) {
    const start = performance.now();
    const page = pages[at % pages.length] ?? new URL('about:blank');
    const { status } = await send(page, { cookie });
    if (status !== 200) throw new Error(`${page.pathname} answered ${status}`);
    times.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, Number(values.reading)));
  }
  return times;
}

async function main(): Promise<void> {
  const { connections } = await loadConfig(config, {});
  const { link, stop } = await started();
  try {
    const form = { origin: link.origin, 'content-type': 'application/x-www-form-urlencoded' };
    const { cookie } = await send(new URL('/sign-in', link), form, link.search.slice(1));
    const pages = ['/', '/activity', '/audit', ...connections.map(({ name }) => `/connections/${name}`)].map(
      (path) => new URL(path, link),
    );
    const until = performance.now() + Number(values.seconds) * 1000;
    const ends = await Promise.allSettled(
      Array.from({ length: Number(values.viewers) }, () => viewer(pages, cookie, until)),
    );
    const times = ends.flatMap((end) => (end.status === 'fulfilled' ? end.value : [])).sort((a, b) => a - b);
    const ms = (share: number): number => Math.round(times[Math.floor(times.length * share)] ?? NaN);
    const failed = ends.filter(({ status }) => status === 'rejected').length;
    const result = { answers: times.length, failed, p50: ms(0.5), p95: ms(0.95), p99: ms(0.99) };
    writeFileSync(out, JSON.stringify(result));
    process.stdout.write(`${JSON.stringify(result)}\n`);
    if (failed > 0) process.exitCode = 1;
  } finally {
    agent.destroy();
    await stop();
  }
}

await main();
