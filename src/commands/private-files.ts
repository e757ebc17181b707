/** What `init` and `preflight` report about private files: home, config and secrets. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { secretFiles } from '../config/load.js';
import { rightsOf, type Rights } from '../platform/rights.js';
import { HERE, type System } from '../platform/system.js';
import { columns } from './terminal.js';

export interface PrivateFile {
  readonly what: 'home' | 'config' | 'secret';
  readonly path: string;
  /** Undefined if the system does not report it. */
  readonly rights: Rights | undefined;
}

/** Those that exist. `home`: undefined while the config has problems. */
export async function privateFiles(
  config: string,
  home: string | undefined,
  system: System = HERE,
): Promise<readonly PrivateFile[]> {
  const secrets = await secretFiles(config);
  const files = [
    ...(home === undefined ? [] : [{ what: 'home', path: home } as const]),
    { what: 'config', path: resolve(config) } as const,
    ...secrets.map((path) => ({ what: 'secret', path }) as const),
  ];
  const found: PrivateFile[] = [];
  for (const file of files.filter(({ path }) => existsSync(path)))
    found.push({ ...file, rights: await rightsOf(file.path, system) });
  return found;
}

export function privateFilesPage(files: readonly PrivateFile[]): string {
  const rows = files.map((file) => [severityOf(file), file.what, file.path, inWords(file)]);
  return rows.length === 0 ? '' : `\nRights:\n${columns(rows, '  ')}`;
}

/** A promise to other programs. */
export function privateFilesJson(files: readonly PrivateFile[]): readonly object[] {
  return files.map((file) => ({
    what: file.what,
    path: file.path,
    severity: severityOf(file),
    owner: file.rights?.owner ?? null,
    readers: file.rights?.readers.map(({ account }) => account) ?? null,
  }));
}

/** A config contains no secrets, so others may read it. */
function severityOf({ what, rights }: PrivateFile): 'info' | 'warning' {
  const isExposed = rights === undefined || rights.readers.some(({ isWide }) => isWide);
  return isExposed && what !== 'config' ? 'warning' : 'info';
}

function inWords({ what, rights }: PrivateFile): string {
  if (rights === undefined) return 'Not checked: the system does not list who may read it.';
  const { owner = 'an account that cannot be determined', readers } = rights;
  const may = readers.length === 0 ? 'only the owner' : readers.map(({ account }) => account).join(', ');
  const wide = readers.filter(({ isWide }) => isWide).map(({ account }) => account);
  const remark = wide.length === 0 || what === 'config' ? '' : `; remove ${wide.join(', ')}`;
  return `Owner: ${owner}. May read: ${may}${remark}`;
}
