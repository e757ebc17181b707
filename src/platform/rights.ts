/**
 * Who owns a file or folder, and who else may read it.
 *
 * | what | Linux, macOS | Windows |
 * | --- | --- | --- |
 * | owner | `stat` | PowerShell's `Get-Acl` |
 * | readers | group and others, by the mode | the access list that `icacls` prints |
 * | a secret that others may read | the mode allows group or others | the list allows `Everyone`, `Users` or another group of that size |
 *
 * The group names are those of an English Windows; in another language a group is listed as a reader and not as a wide one.
 */
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { HERE, type System } from './system.js';

export interface Reader {
  /** As the system names it. */
  readonly account: string;
  /** Such as Everyone: broader than intended. */
  readonly isWide: boolean;
}

export interface Rights {
  readonly owner: string | undefined;
  /** Beside the owner, where the system tells them apart. */
  readonly readers: readonly Reader[];
}

/** Undefined if the system does not report it. */
export async function rightsOf(path: string, system: System = HERE): Promise<Rights | undefined> {
  if (!system.isWindows) return posixRights(path, system);
  const listing = await system.run(icacls(), [path]).catch(() => '');
  const readers = readersIn(listing, path);
  if (readers.length === 0) return undefined;
  return { owner: await windowsOwner(path, system), readers };
}

/** Groups of unchosen people that may read the file; empty where there are none, undefined where the system does not say. */
export async function wideReaders(
  path: string,
  system: System = HERE,
): Promise<readonly string[] | undefined> {
  if (!system.isWindows) return wideIn(posixRights(path, system).readers);
  const readers = readersIn(await system.run(icacls(), [path]).catch(() => ''), path);
  return readers.length === 0 ? undefined : wideIn(readers);
}

const wideIn = (readers: readonly Reader[]): readonly string[] =>
  readers.filter(({ isWide }) => isWide).map(({ account }) => account);

/** The command that leaves a file to its account alone. */
export function privateCommand(path: string): string {
  return `icacls "${path}" /inheritance:r /grant:r "%USERDOMAIN%\\%USERNAME%:F" "SYSTEM:F"`;
}

function posixRights(path: string, { disk }: System): Rights {
  const { uid, mode } = disk.owner(path);
  const may = (bit: number, account: string): readonly Reader[] =>
    (mode & bit) === 0 ? [] : [{ account, isWide: true }];
  const self = userInfo();
  return {
    owner: self.uid === uid ? self.username : `user ${uid}`,
    readers: [...may(0o040, 'its group'), ...may(0o004, 'everyone')],
  };
}

/** In the folder of the system, so that no program of the same name on the path is run. */
const inSystem = (program: string): string =>
  join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', program);
const icacls = (): string => inSystem('icacls.exe');

async function windowsOwner(path: string, { run }: System): Promise<string | undefined> {
  const shell = inSystem(join('WindowsPowerShell', 'v1.0', 'powershell.exe'));
  const command = '(Get-Acl -LiteralPath $env:ONEROSTER_EXPORT_PATH).Owner';
  const args = ['-NoProfile', '-NonInteractive', '-Command', command];
  const owner = await run(shell, args, { ONEROSTER_EXPORT_PATH: path }).catch(() => '');
  return owner.trim() === '' ? undefined : owner.trim();
}

/** `ACCOUNT:(I)(OI)(CI)(RX)`; the first line begins with the path. */
const ENTRY = /^(.+?):((?:\([^()]*\))+)$/;
/** Full, modify, read and execute, read, and what they are made of: read data, generic read, generic all. */
const READING: ReadonlySet<string> = new Set(['F', 'M', 'RX', 'R', 'RD', 'GR', 'GA']);
const WIDE =
  /^(?:everyone|(?:builtin\\)?(?:users|guests)|(?:nt authority\\)?(?:authenticated users|anonymous logon|interactive|network)|[^\\]+\\domain (?:users|guests|computers))$/i;

/** The accounts to which what `icacls PATH` printed allows reading, in its order. Entries that only files below inherit are left out. */
export function readersIn(listing: string, path: string): readonly Reader[] {
  const lines = listing
    .split(/\r?\n/)
    .map((line) => (line.startsWith(path) ? line.slice(path.length) : line));
  const found = new Map<string, Reader>();
  for (const line of lines) {
    const [, account = '', groups = ''] = ENTRY.exec(line.trim()) ?? [];
    const flags = [...groups.matchAll(/\(([^()]*)\)/g)].flatMap(([, group = '']) => group.split(','));
    if (account === '' || flags.includes('DENY') || flags.includes('IO')) continue;
    if (flags.some((flag) => READING.has(flag)))
      found.set(account.toLowerCase(), { account, isWide: WIDE.test(account) });
  }
  return [...found.values()];
}
