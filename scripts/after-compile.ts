/**
 * Runs after the compiler, which turns src, tests and scripts into `build`: removes what a deleted or renamed source left there, so that
 * no old test runs, and makes `dist` from `build/src`, so that src is compiled once.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const BUILT = ['src', 'tests', 'scripts'] as const;
const OUTPUT = /\.(?:js|js\.map|d\.ts)$/;

function outputsIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => OUTPUT.test(path));
}

function removeOrphans(outputs: string, sources: string): void {
  for (const path of outputsIn(outputs))
    if (!existsSync(join(sources, path.replace(OUTPUT, '.ts')))) rmSync(join(outputs, path));
}

/** Source maps lead one folder less upward from `dist`. */
const asInDist = (path: string, text: string): string =>
  path.endsWith('.map') ? text.replace('"sources":["../', '"sources":["') : text;

function makeProgram(): void {
  for (const path of outputsIn(join(ROOT, 'build/src'))) {
    const target = join(ROOT, 'dist', path);
    const text = asInDist(path, readFileSync(join(ROOT, 'build/src', path), 'utf8'));
    if (existsSync(target) && readFileSync(target, 'utf8') === text) continue;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
}

for (const folder of BUILT) removeOrphans(join(ROOT, 'build', folder), join(ROOT, folder));
removeOrphans(join(ROOT, 'dist'), join(ROOT, 'src'));
makeProgram();
