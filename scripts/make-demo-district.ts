/**
 * Makes the demo district: `node build/scripts/make-demo-district.js [--out DIR] [--sqlite FILE] [--students N]
 * [--seed N] [--check]`. Without `--out` and `--sqlite` it renews `fixtures/demo`; `--check` only compares with it.
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeDistrictCsv } from '../src/demo/csv.js';
import { DEMO_SEED, DEMO_STUDENTS } from '../src/demo/days.js';
import { writeDistrict } from '../src/demo/load.js';

const COMMITTED = join(import.meta.dirname, '../../fixtures/demo');

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    sqlite: { type: 'string' },
    students: { type: 'string', default: String(DEMO_STUDENTS) },
    seed: { type: 'string', default: String(DEMO_SEED) },
    check: { type: 'boolean', default: false },
  },
});

function wholeNumber(option: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`--${option} must be a whole number, not ${text}`);
  return Number(text);
}

function check(folder: string): readonly string[] {
  const fresh = mkdtempSync(join(tmpdir(), 'demo-district-'));
  try {
    writeDistrictCsv(fresh, options);
    const made = readdirSync(fresh);
    const kept = readdirSync(folder);
    return [
      ...made.filter((file) => !kept.includes(file)),
      ...kept.filter(
        (file) =>
          !made.includes(file) || !readFileSync(join(fresh, file)).equals(readFileSync(join(folder, file))),
      ),
    ];
  } finally {
    rmSync(fresh, { recursive: true });
  }
}

const options = {
  seed: wholeNumber('seed', values.seed),
  students: wholeNumber('students', values.students),
};

if (values.check) {
  const different = check(values.out ?? COMMITTED);
  for (const file of different) console.log(`differs: ${file}`);
  process.exitCode = different.length === 0 ? 0 : 1;
} else {
  if (values.sqlite !== undefined) writeDistrict(values.sqlite, options);
  if (values.out !== undefined || values.sqlite === undefined)
    writeDistrictCsv(values.out ?? COMMITTED, options);
}
