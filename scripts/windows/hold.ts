/** A program that has something open for `npm run test:windows`: `hold.js open|lock PATH READY`, until READY is removed. */
import { closeSync, existsSync, openSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { takeLock } from '../../src/home/lock.js';

const [what = '', path = '', ready = ''] = process.argv.slice(2);
const letGo = what === 'lock' ? lock() : open();
writeFileSync(ready, '');
while (existsSync(ready)) await setTimeout(20);
letGo();

function lock(): () => void {
  const held = takeLock(path, new Date());
  return () => held.release();
}

function open(): () => void {
  const file = openSync(path, 'r');
  return () => closeSync(file);
}
