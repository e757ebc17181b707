/**
 * The built program in this process: for tests of what a command prints and its exit code. Its modules are loaded once for each suite,
 * where a process of its own loads them for each run. Signals, kills, and what a process leaves need `cli.ts`, which starts one.
 */
import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { CLI, type Ended } from './cli.js';

export interface HereOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Another built program than that of the command line. */
  readonly program?: string;
}

let runs = 0;

/** One run at a time: the program's process is this one. */
export async function runHere(args: readonly string[], options: HereOptions = {}): Promise<Ended> {
  runs += 1;
  const [out, err] = [new Text(), new Text()];
  const restore = becomeProgram(args, options, { out, err });
  try {
    // A query makes it another module, which runs again; what it imports is loaded already.
    await import(`${pathToFileURL(options.program ?? CLI).href}?run=${runs}`);
    return { code: Number(process.exitCode), signal: null, stdout: out.text, stderr: err.text };
  } catch (error) {
    if (!(error instanceof Left)) throw error;
    return { code: error.code, signal: null, stdout: out.text, stderr: err.text };
  } finally {
    restore();
  }
}

/** The program ends before its last line, as after a signal. */
class Left extends Error {
  constructor(readonly code: number) {
    super(`the program left with ${code}`);
  }
}

class Text extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}

interface Streams {
  readonly out: Text;
  readonly err: Text;
}

/** Returns what makes it the process of the tests again. */
function becomeProgram(
  args: readonly string[],
  { cwd, env }: HereOptions,
  { out, err }: Streams,
): () => void {
  const { exitCode } = process;
  const ofTests = globalThis.console;
  const before = { cwd: process.cwd(), umask: process.umask(0o077), env: { ...process.env } };
  const listeners = listenersOfProcess();
  const restoreProperties = shadow({
    argv: [process.execPath, CLI, ...args],
    stdout: out,
    stderr: err,
    send: undefined, // the steps that a console shows; here it leads to Jest
    exit: (code = Number(process.exitCode)) => {
      throw new Left(code);
    },
  });
  process.exitCode = undefined;
  globalThis.console = new Console(out, err);
  delete process.env['ONEROSTER_EXPORT_CONFIG'];
  Object.assign(process.env, env);
  if (cwd !== undefined) process.chdir(cwd);
  return () => {
    restoreProperties();
    globalThis.console = ofTests;
    process.exitCode = exitCode;
    for (const [name, listener] of listenersOfProcess())
      if (!listeners.some(([, known]) => known === listener)) process.removeListener(name, listener);
    for (const name of Object.keys(process.env))
      if (!(name in before.env)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, before.env);
    process.umask(before.umask);
    process.chdir(before.cwd);
  };
}

type Listener = (...values: unknown[]) => void;

const listenersOfProcess = (): readonly (readonly [string | symbol, Listener])[] =>
  process
    .eventNames()
    .flatMap((name) => process.rawListeners(name).map((listener) => [name, listener as Listener] as const));

/** Puts values before the process's own. */
function shadow(values: Readonly<Record<string, unknown>>): () => void {
  const own = Object.keys(values).map(
    (name) => [name, Object.getOwnPropertyDescriptor(process, name)] as const,
  );
  for (const [name, value] of Object.entries(values))
    Object.defineProperty(process, name, { value, writable: true, configurable: true, enumerable: true });
  return () => {
    for (const [name, descriptor] of own)
      if (descriptor === undefined) Reflect.deleteProperty(process, name);
      else Object.defineProperty(process, name, descriptor);
  };
}
