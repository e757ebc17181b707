/** Windows' answers to calls to the disk, on top of the real disk of this machine. */
import { HERE, type System } from '../../src/platform/system.js';

export const refusal = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code });

export interface WindowsState {
  /** Files that another program has open, and for how many more attempts. */
  readonly openElsewhere: Map<string, number>;
  /** What mapped drives lead to, by the path. */
  readonly drives: Map<string, string>;
  /** What icacls prints, by the path. */
  readonly acls: Map<string, string>;
  /** Calls in their order. */
  readonly calls: string[];
}

/** A sync needs a handle that may write, folders have none; links need a privilege; open files cannot be replaced. */
export function windowsSystem({ openElsewhere, drives, acls, calls }: WindowsState): System {
  const refuseIfOpen = (path: string): void => {
    const left = openElsewhere.get(path) ?? 0;
    if (left <= 0) return;
    openElsewhere.set(path, left - 1);
    throw refusal('EPERM');
  };
  const { disk } = HERE;
  return {
    isWindows: true,
    run: (program, [path = '']) => {
      calls.push(`run ${program}`);
      const listing = program.includes('icacls') ? acls.get(path) : 'DISTRICT\\oneroster\r\n';
      return listing === undefined ? Promise.reject(refusal('ENOENT')) : Promise.resolve(listing);
    },
    waitsMs: [0, 0, 1],
    disk: {
      ...disk,
      open: async (path, flags) => {
        const file = await disk.open(path, flags);
        const sync = async (): Promise<void> => {
          calls.push(`sync ${flags}`);
          if (flags === 'r') throw refusal('EPERM');
          await file.sync();
        };
        return { sync, close: () => file.close() };
      },
      rename: async (from, to) => {
        calls.push('rename');
        refuseIfOpen(String(to));
        await disk.rename(from, to);
      },
      renameSync: (from, to) => {
        calls.push('rename');
        refuseIfOpen(String(to));
        disk.renameSync(from, to);
      },
      rmSync: (path, options) => {
        calls.push('remove');
        refuseIfOpen(String(path));
        disk.rmSync(path, options);
      },
      realpath: (path) => drives.get(path) ?? path,
      statfsSync: () => ({ type: 0 }),
      symlink: () => Promise.reject(refusal('EPERM')),
    },
  };
}

export function aWindows(): WindowsState & { readonly system: System } {
  const state: WindowsState = { openElsewhere: new Map(), drives: new Map(), acls: new Map(), calls: [] };
  return { ...state, system: windowsSystem(state) };
}
