/**
 * The one module that checks the operating system. Everything that differs between systems is a function of this
 * folder, and each takes the `System` as its last argument, so that both outcomes are tested on one machine:
 *
 * - `files.ts`: durable files and folders, renames and removals of files that are open, the newest bundle under a fixed name.
 * - `disks.ts`: network drives, on which locks are not reliable.
 * - `names.ts`: paths for other programs, arguments for a shell.
 * - `rights.ts`: who owns a file, and who else may read it.
 * - `signals.ts`: the signals that stop a refresh.
 *
 * No other file of src reads the platform; a test of the architecture holds that.
 */
import { execFile } from 'node:child_process';
import { realpathSync, renameSync, rmSync, statfsSync, statSync } from 'node:fs';
import { chmod, copyFile, open, readlink, rename, rm, stat, symlink } from 'node:fs/promises';
import { platform } from 'node:os';
import { promisify } from 'node:util';

/** Calls to the disk whose outcome depends on the system. */
export interface DiskCalls {
  /** The path with links and mapped drives resolved. */
  readonly realpath: (path: string) => string;
  readonly renameSync: typeof renameSync;
  readonly rmSync: typeof rmSync;
  readonly statfsSync: (path: string) => { readonly type: number };
  readonly chmod: typeof chmod;
  readonly copyFile: typeof copyFile;
  readonly owner: (path: string) => { readonly uid: number; readonly mode: number };
  readonly open: (path: string, flags: string) => Promise<Synced>;
  readonly readlink: (path: string) => Promise<string>;
  readonly rename: typeof rename;
  readonly rm: typeof rm;
  readonly stat: (path: string) => Promise<{ readonly size: number }>;
  readonly symlink: typeof symlink;
}

/** As much of a file handle as making a file durable takes. */
export interface Synced {
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface System {
  readonly isWindows: boolean;
  readonly disk: DiskCalls;
  /** Runs a program of the system, without a shell and with these variables beside the environment; gives its stdout. */
  readonly run: (
    program: string,
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ) => Promise<string>;
  /** How long to wait, in milliseconds, before each further attempt at a file that another program has open. */
  readonly waitsMs: readonly number[];
}

/** The system that this process runs on. */
export const HERE: System = {
  isWindows: platform() === 'win32',
  disk: {
    realpath: (path) => realpathSync.native(path),
    renameSync,
    rmSync,
    statfsSync,
    chmod,
    copyFile,
    owner: (path) => statSync(path),
    open,
    readlink,
    rename,
    rm,
    stat,
    symlink,
  },
  run: async (program, args, env = {}) => {
    const options = { env: { ...process.env, ...env }, timeout: 20_000, windowsHide: true };
    return (await promisify(execFile)(program, args, options)).stdout;
  },
  // Virus scanners and backup programs hold a new file for a moment: about three seconds in all.
  waitsMs: [20, 50, 100, 200, 400, 800, 1_600],
};
