/**
 * `${env:NAME}` and `${file:PATH}`: values that live outside the config, above all secrets.
 * Takes the texts of the config; returns the value of each reference, or why it has none.
 */
import { realpathSync, statSync, type Stats } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { renamableByOthers, self, writableByOthers, type Self } from '../model/owners.js';
import { plainFileFault, readPlainFile } from '../model/plain-file.js';
import { privateCommand, wideReaders } from '../platform/rights.js';
import { HERE, type System } from '../platform/system.js';
import { CONFIG_LIMITS } from '../model/limits.js';

const REFERENCE = /\$\{(env|file):([^{}]+)\}/g;
const WHOLE_REFERENCE = /^\$\{(?:env|file):[^{}]+\}$/;

/** For editors, in the words of JSON Schema. */
export const REFERENCE_PATTERN = WHOLE_REFERENCE.source;

export type Resolved = { readonly text: string } | { readonly problem: string };

/** By the reference as written. */
export type References = ReadonlyMap<string, Resolved>;

export type Env = Readonly<Record<string, string | undefined>>;

export function isReference(text: string): boolean {
  return WHOLE_REFERENCE.test(text);
}

export function hasReference(text: string): boolean {
  return text.search(REFERENCE) >= 0;
}

/** Looks up every reference that is in any of the texts. */
export async function lookUp(
  texts: readonly string[],
  folder: string,
  env: Env,
  system: System = HERE,
): Promise<References> {
  const found = new Map<string, Resolved>();
  for (const [reference, kind, name = ''] of texts.flatMap((text) => [...text.matchAll(REFERENCE)])) {
    if (!found.has(reference)) {
      found.set(
        reference,
        kind === 'env' ? fromEnv(name, env) : await fromFile(resolve(folder, name), env, system),
      );
    }
  }
  return found;
}

/** The text with its references replaced. */
export function fillIn(text: string, references: References): Resolved {
  const problems: string[] = [];
  const filled = text.replace(REFERENCE, (reference) => {
    const resolved = references.get(reference) ?? { problem: `${reference} was not looked up` };
    if ('problem' in resolved) {
      problems.push(resolved.problem);
      return '';
    }
    return resolved.text;
  });
  if (text.replace(REFERENCE, '').includes('${')) {
    problems.push('has a ${ that does not start a reference: write ${env:NAME} or ${file:PATH}');
  }
  return problems.length === 0 ? { text: filled } : { problem: problems.join('; ') };
}

function fromEnv(name: string, env: Env): Resolved {
  const value = Object.hasOwn(env, name) ? env[name] : undefined;
  if (value === undefined) {
    return { problem: `refers to the environment variable ${name}, which is not set` };
  }
  return value === ''
    ? { problem: `refers to the environment variable ${name}, which is empty` }
    : { text: value };
}

/** Only the service can access this systemd folder, whose files appear as group-readable. */
function isCredential(path: string, { CREDENTIALS_DIRECTORY: folder }: Env): boolean {
  return folder !== undefined && isAbsolute(folder) && dirname(path) === resolve(folder);
}

async function fromFile(path: string, env: Env, system: System): Promise<Resolved> {
  try {
    const limits = { mostBytes: CONFIG_LIMITS.referenceBytes.most };
    const { bytes, stats } = await readPlainFile(path, limits);
    const open = system.isWindows
      ? await wideOnWindows(path, system)
      : whoElse(path, stats, isCredential(path, env));
    if (open !== undefined) return { problem: `refers to ${path}, ${open}` };
    const text = bytes.toString('utf8').replace(/\r?\n$/, '');
    return text === '' ? { problem: `refers to ${path}, which is empty` } : { text };
  } catch (error) {
    return { problem: `refers to ${path}, which ${plainFileFault(error).message}` };
  }
}

/** The files to which any of these texts refers, as absolute paths. */
export function referredFiles(texts: readonly string[], folder: string): readonly string[] {
  const names = texts.flatMap((text) => [...text.matchAll(REFERENCE)]);
  return [
    ...new Set(names.flatMap(([, kind, name = '']) => (kind === 'file' ? [resolve(folder, name)] : []))),
  ];
}

/** Undefined if no one else can read it, or if the system does not report it: then `preflight` reports that. */
async function wideOnWindows(path: string, system: System): Promise<string | undefined> {
  const wide = (await wideReaders(path, system)) ?? [];
  return wide.length === 0 ? undefined : `which ${wide.join(', ')} can read: run ${privateCommand(path)}`;
}

const MAY_READ = 0o044;

/** Why others can read the secret, or put another in its place; undefined where they cannot. */
function whoElse(path: string, stats: Stats, isCredential: boolean): string | undefined {
  if ((stats.mode & (isCredential ? 0o004 : MAY_READ)) !== 0) {
    const shown = (stats.mode & 0o777).toString(8).padStart(4, '0');
    return `which others can read (mode ${shown}): set it to 0600`;
  }
  const writable = writableByOthers(stats, STRICT);
  if (writable !== undefined) return `which ${writable}: let this user own it, with mode 0600`;
  for (const folder of new Set([dirname(path), dirname(realpathSync(path))])) {
    const loose = renamableByOthers(statSync(folder));
    if (loose !== undefined)
      return `whose folder ${folder} ${loose}: move it to one that only this user can write to`;
  }
  return undefined;
}

/** A secret must not be readable by any group. */
const STRICT: Self = { ...self, isOwnGroup: () => false };
