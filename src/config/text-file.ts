/** The text of a config file that only its owner can change, and the texts in it that may refer to values elsewhere. */
import { statSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isScalar, visit, type Document } from 'yaml';
import { ExportError } from '../model/errors.js';
import { CONFIG_LIMITS } from '../model/limits.js';
import { renamableByOthers, self, writableByOthers, type Rights } from '../model/owners.js';
import { plainFileFault, readPlainFile } from '../model/plain-file.js';
import { refusal } from './refusal.js';

/** `packaged`: it ships with the program and is as trusted as the program itself. `fleet`: the file that districts share. */
export type Origin = 'written' | 'packaged' | 'fleet';

export async function readText(path: string, origin: Origin = 'written'): Promise<string> {
  try {
    const { bytes, stats } = await readPlainFile(path, { mostBytes: CONFIG_LIMITS.fileBytes.most });
    const open = origin === 'packaged' ? undefined : changeableByOthers(path, stats);
    if (open !== undefined) throw refusal(path, [{ path: '', message: open }]);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof ExportError) throw error;
    throw refusal(path, [{ path: '', message: whyNoText(error, origin) }]);
  }
}

/**
 * A config can run programs and decides where bundles go. The superuser accepts only its own config; another user also accepts
 * that of an administrator.
 */
function changeableByOthers(path: string, stats: Stats): string | undefined {
  const isRoot = self.uid === 0;
  const trusted = ({ uid, gid, mode }: Stats): Rights => ({ uid: isRoot ? uid : 0, gid, mode });
  const writable = writableByOthers(trusted(stats));
  if (writable !== undefined) return `${writable}: let only its owner write to it`;
  const folder = dirname(resolve(path));
  const loose = renamableByOthers(trusted(statSync(folder)));
  return loose === undefined
    ? undefined
    : `is in the folder ${folder}, which ${loose}: let only its owner write to it`;
}

function whyNoText(error: unknown, origin: Origin): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') {
    return 'is not UTF-8 text: save it as UTF-8';
  }
  const { kind, message } = plainFileFault(error);
  const hint = kind !== 'denied' && kind !== 'too-large' && kind !== 'unreadable';
  if (origin === 'fleet')
    return `${message}${hint ? ': give its folder with --fleet or ONEROSTER_EXPORT_FLEET' : ''}`;
  const absent =
    kind === 'missing'
      ? '. To write a first one: oneroster-export init. To try it without one: oneroster-export demo'
      : '';
  return `${message}${hint ? ': give the config with --config or ONEROSTER_EXPORT_CONFIG' : ''}${absent}`;
}

export function textsOf(document: Document.Parsed): readonly string[] {
  const texts: string[] = [];
  visit(document, {
    Scalar: (key, node) => {
      if (key !== 'key' && isScalar(node) && typeof node.value === 'string') {
        texts.push(node.value);
      }
    },
  });
  return texts;
}
