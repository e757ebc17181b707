/**
 * Command lines in turn in one Windows process, for `npm run test:windows`: `shell.js FOLDER`. Under Wine a process takes ten
 * seconds of a core to load the program. Takes `1.json`, `2.json`, … (an `Asked`) and leaves `1.ended`, …, until there is a `stop`.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { runHere } from '../../tests/support/cli-here.js';
import { begin, type Conditions } from './conditions.js';
import type { Ended } from './wine.js';

export interface Asked {
  readonly args: readonly string[];
  readonly conditions: Conditions;
}

const folder = process.argv[2] ?? '';

async function ended({ args, conditions }: Asked): Promise<Ended> {
  const end = begin(conditions);
  try {
    return await runHere(args);
  } catch (error) {
    return { code: null, stdout: '', stderr: String(error) };
  } finally {
    end();
  }
}

/** Each look takes a part of a millisecond under Wine, and there are others at work. */
const BETWEEN_LOOKS_MS = 100;

for (let command = 1; ; command += 1) {
  const asked = join(folder, `${command}.json`);
  while (!existsSync(asked) && !existsSync(join(folder, 'stop'))) await setTimeout(BETWEEN_LOOKS_MS);
  if (!existsSync(asked)) break;
  const result = await ended(JSON.parse(readFileSync(asked, 'utf8')) as Asked);
  writeFileSync(`${asked}.part`, JSON.stringify(result));
  renameSync(`${asked}.part`, join(folder, `${command}.ended`));
}
