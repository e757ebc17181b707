import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { settleBoth } from '../../src/assemble/settle-both.js';

const later = async (end: () => void, error?: Error): Promise<string> => {
  await wait(20);
  end();
  if (error) throw error;
  return 'done';
};

it('gives both results', async () => {
  expect(await settleBoth(Promise.resolve(1), Promise.resolve('two'))).toEqual([1, 'two']);
});

it.each(['first', 'second'])('tells the error of the %s when the other has ended as well', async (which) => {
  let isRunning = true;
  const failing = Promise.reject(new Error('full'));
  const running = later(() => (isRunning = false));
  const both: Promise<unknown> =
    which === 'first' ? settleBoth(failing, running) : settleBoth(running, failing);
  await expect(both).rejects.toThrow('full');
  expect(isRunning).toBe(false);
});

it('tells one of two errors, and leaves none behind', async () => {
  const unheard: unknown[] = [];
  const hear = (error: unknown): void => void unheard.push(error);
  process.on('unhandledRejection', hear);
  const slow = later(() => undefined, new Error('slow'));
  await expect(settleBoth(slow, Promise.reject(new Error('quick')))).rejects.toThrow('slow');
  await wait(20);
  process.off('unhandledRejection', hear);
  expect(unheard).toEqual([]);
});
