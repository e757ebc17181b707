/** Faults at a chosen system call of the program, by strace: no root, no mount, no change of the program. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Calls that change something on the disk, or open what is about to be changed. */
export const DISK_CALLS = [
  'openat',
  'write',
  'pwrite64',
  'fsync',
  'fdatasync',
  'ftruncate',
  'rename',
  'unlink',
  'symlink',
  'mkdir',
  'rmdir',
] as const;
export type DiskCall = (typeof DISK_CALLS)[number];

/** Whether strace is here and may inject. Asked once, by doing it. */
export const canInject: boolean = mayInject();

function mayInject(): boolean {
  const inject = ['-e', 'trace=openat', '-e', 'inject=openat:signal=SIGKILL:when=1'];
  const { signal, status } = spawnSync('strace', ['-f', '-qq', '-o', '/dev/null', ...inject, 'true']);
  return signal === 'SIGKILL' || status === 137;
}

/** Runs a program that sees a network disk (NFS) everywhere: what statfs gives begins with the type. */
export const ON_NETWORK_DISK: readonly string[] = [
  ...['strace', '-f', '-qq', '-o', '/dev/null', '--seccomp-bpf', '-e', 'trace=statfs'],
  ...['-e', 'inject=statfs:retval=0:poke_exit=@arg2=6969000000000000'],
];

/** Whether strace is here and may change what a call gives. Old ones cannot. */
export function canPoke(): boolean {
  const [program = '', ...options] = ON_NETWORK_DISK;
  return (
    spawnSync(program, [...options, 'stat', '-f', '-c', '%t', '/'], { encoding: 'utf8' }).stdout === '6969\n'
  );
}

/** Injected calls are counted by thread: with one thread for files the n-th call is the same one each time. */
export const ONE_THREAD = { UV_THREADPOOL_SIZE: '1' } as const;

/** Runs a program that is killed at its n-th call of a kind. Without `--seccomp-bpf`, which lets no signal be injected. */
export const killingAt = (call: DiskCall, n: number): readonly string[] => [
  ...['strace', '-f', '-qq', '-o', '/dev/null'],
  ...['-e', `trace=${call}`, '-e', `inject=${call}:signal=SIGKILL:when=${n}`],
];

/** Runs a program to which each call of these kinds from the n-th on says that the disk is full. */
export const fullDiskFrom = (calls: readonly DiskCall[], n: number): readonly string[] => [
  ...['strace', '-f', '-qq', '-o', '/dev/null', '--seccomp-bpf', '-e', `trace=${calls.join(',')}`],
  ...['-e', `inject=${calls.join(',')}:error=ENOSPC:when=${n}+`],
];

/** Runs a program and writes its calls to a file, for `countCalls`. */
export const tracing = (file: string): readonly string[] => [
  ...['strace', '-f', '-qq', '-o', file, '--seccomp-bpf', '-e', `trace=${DISK_CALLS.join(',')}`],
];

/** Runs a program and writes its calls of a kind to a file, with the paths of the files that they change, for `callsOn`. */
export const tracingPaths = (file: string, call: DiskCall): readonly string[] => [
  ...['strace', '-f', '-qq', '-y', '-o', file, '--seccomp-bpf', '-e', `trace=${call}`],
];

/** Which of a thread's calls, from 1 as an injection counts them, changed a file of this name. In order. */
export function callsOn(file: string, name: string): readonly number[] {
  const made = new Map<string, number>();
  const found: number[] = [];
  for (const [, thread = '', path = ''] of readFileSync(file, 'latin1').matchAll(
    /^(\d+) +\w+\(\d+<([^>]*)>/gm,
  )) {
    const nth = (made.get(thread) ?? 0) + 1;
    made.set(thread, nth);
    if (path.endsWith(`/${name}`)) found.push(nth);
  }
  return found;
}

/** Every path that a traced program named in a call, also of files that are gone. What it wrote is not looked at. */
export function namedPaths(file: string): ReadonlySet<string> {
  const calls = readFileSync(file, 'latin1').matchAll(
    /^\d+ +(?:openat|rename|unlink|symlink|mkdir|rmdir)\((.*)$/gm,
  );
  return new Set(
    [...calls].flatMap(([, given = '']) => [...given.matchAll(/"([^"]*)"/g)].map(([, path = '']) => path)),
  );
}

/** How often the busiest thread made each call. */
export function countCalls(file: string): ReadonlyMap<DiskCall, number> {
  const byThread = new Map<string, number>();
  for (const [, thread = '', call = ''] of readFileSync(file, 'latin1').matchAll(/^(\d+) +(\w+)\(/gm)) {
    const key = `${call} ${thread}`;
    byThread.set(key, (byThread.get(key) ?? 0) + 1);
  }
  const most = new Map<DiskCall, number>();
  for (const [key, count] of byThread) {
    const call = DISK_CALLS.find((each) => key.startsWith(`${each} `));
    if (call !== undefined) most.set(call, Math.max(most.get(call) ?? 0, count));
  }
  return most;
}
