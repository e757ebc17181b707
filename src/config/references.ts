/**
 * `${env:NAME}` and `${file:PATH}`: values that live outside the config, above all secrets.
 * Takes the texts of the config; gives what each reference stands for, or why it stands for nothing.
 */
import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, resolve } from 'node:path';
import { HERE } from '../platform/system.js';

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

/** Looks up every reference that is in any of the texts. */
export async function lookUp(texts: readonly string[], folder: string, env: Env): Promise<References> {
  const found = new Map<string, Resolved>();
  for (const [reference, kind, name = ''] of texts.flatMap((text) => [...text.matchAll(REFERENCE)])) {
    if (!found.has(reference)) {
      found.set(reference, kind === 'env' ? fromEnv(name, env) : await fromFile(resolve(folder, name), env));
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
    problems.push('has a ${ that begins no reference: write ${env:NAME} or ${file:PATH}');
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

/** systemd lets the service alone into this folder, and shows the files in it as readable by their group. */
function isCredential(path: string, { CREDENTIALS_DIRECTORY: folder }: Env): boolean {
  return folder !== undefined && isAbsolute(folder) && dirname(path) === resolve(folder);
}

async function fromFile(path: string, env: Env): Promise<Resolved> {
  try {
    const stats = await stat(path);
    if (!stats.isFile()) {
      return { problem: `refers to ${path}, which is not a file` };
    }
    if (!HERE.isWindows && (stats.mode & (isCredential(path, env) ? 0o004 : 0o044)) !== 0) {
      const shown = (stats.mode & 0o777).toString(8).padStart(4, '0');
      return { problem: `refers to ${path}, which others may read (mode ${shown}): set it to 0600` };
    }
    const text = (await readFile(path, 'utf8')).replace(/\r?\n$/, '');
    return text === '' ? { problem: `refers to ${path}, which is empty` } : { text };
  } catch (error) {
    return { problem: `refers to ${path}, which ${whyUnreadable(error)}` };
  }
}

/** From the error of a file operation; the rest of the sentence is the caller's. */
export function whyUnreadable(error: unknown): string {
  const code =
    typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown';
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'does not exist';
    case 'EISDIR':
      return 'is a folder';
    case 'EACCES':
    case 'EPERM':
      return 'this user may not read';
    default:
      return `cannot be read (${code})`;
  }
}
