/**
 * Conditions that Wine does not give by itself: symbolic links are refused, as on a Windows without that privilege, or a signal is raised
 * once a file of a name is below a folder.
 */
import fs, { existsSync, readdirSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

export interface Raise {
  readonly signal: string;
  readonly when: string;
  readonly below: string;
}

export interface Conditions {
  readonly isWithoutLinks?: boolean;
  readonly raise?: Raise;
}

/** Returns what ends them. */
export function begin({ isWithoutLinks = false, raise }: Conditions): () => void {
  const ends = [
    ...(isWithoutLinks ? [refuseLinks()] : []),
    ...(raise === undefined ? [] : [raiseLater(raise)]),
  ];
  return () => {
    for (const end of ends) end();
  };
}

function refuseLinks(): () => void {
  const refuse = (): never => {
    throw Object.assign(new Error('EPERM: operation not permitted, symlink'), { code: 'EPERM' });
  };
  const { symlinkSync, promises } = fs;
  const { symlink } = promises;
  fs.symlinkSync = refuse;
  promises.symlink = () => Promise.resolve().then(refuse);
  syncBuiltinESMExports();
  return () => {
    fs.symlinkSync = symlinkSync;
    promises.symlink = symlink;
    syncBuiltinESMExports();
  };
}

function raiseLater({ signal, when, below }: Raise): () => void {
  const watch = setInterval(() => {
    const files = existsSync(below) ? readdirSync(below, { recursive: true, encoding: 'utf8' }) : [];
    if (!files.some((file) => file.endsWith(when))) return;
    clearInterval(watch);
    process.emit(signal as 'SIGINT', signal as 'SIGINT');
  }, 1);
  watch.unref();
  return () => clearInterval(watch);
}
