/**
 * For the console and the workers of a fleet, everything that reads the SIS or changes a home is done by the program itself, in a child
 * process: with its locks, safe points and exit codes, and without stopping them for a moment.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readPublishedJson } from '../model/published-json.js';
import { ACTING_FOR } from '../state/audit.js';

/** Path of `cli.js`. */
export const THIS_PROGRAM = fileURLToPath(new URL('../cli.js', import.meta.url));

export interface ProgramOptions {
  /** Path of `cli.js`. */
  readonly program: string;
  /** Path of the config. */
  readonly config: string;
}

export interface Run {
  readonly args: readonly string[];
  /** Text of a person, which is never taken for an option. */
  readonly operands?: readonly string[];
  /** For the audit trail. */
  readonly actingFor: string;
  /** Of a command that takes no config. */
  readonly isWithoutConfig?: boolean;
  readonly onStep?: (step: string) => void;
  /** A program that takes longer is stopped. */
  readonly mostMs?: number;
}

export interface Ended {
  readonly exitCode: number;
  /** The JSON document of the command; undefined where it printed none. */
  readonly answer: unknown;
  /** What it reported on stderr: ids, codes and counts. */
  readonly says: string;
}

const MOST_OUTPUT = 64 * 1024 * 1024;
const MOST_WORDS = 16 * 1024;

export class Programs {
  readonly #running = new Set<ChildProcess>();

  constructor(private readonly options: ProgramOptions) {}

  run(run: Run): Promise<Ended> {
    const { onStep, mostMs } = run;
    const child = spawn(process.execPath, [this.options.program, ...this.wordsOf(run)], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: { ...process.env, [ACTING_FOR]: run.actingFor },
    });
    this.#running.add(child);
    const timer = mostMs === undefined ? undefined : setTimeout(() => child.kill('SIGTERM'), mostMs);
    let [out, says] = ['', ''];
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (out.length > MOST_OUTPUT) child.kill('SIGTERM');
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (says = (says + text).slice(-MOST_WORDS)));
    child.on('message', (message) => {
      const step = (message as { step?: unknown }).step;
      if (typeof step === 'string') onStep?.(step);
    });
    return new Promise((resolve) => {
      const end = (exitCode: number): void => {
        clearTimeout(timer);
        this.#running.delete(child);
        resolve({ exitCode, answer: documentIn(out), says: says.trim() });
      };
      child.on('error', () => end(1));
      child.on('close', (code, signal) =>
        end(code ?? (signal === null ? 1 : signal === 'SIGKILL' ? 137 : 143)),
      );
    });
  }

  protected wordsOf({ args, operands = [], isWithoutConfig = false }: Run): readonly string[] {
    return [
      ...args,
      ...(isWithoutConfig ? [] : ['--config', this.options.config]),
      '--json',
      ...(operands.length > 0 ? ['--', ...operands] : []),
    ];
  }

  /** Ends each at once, wherever it is. */
  kill(): void {
    for (const child of this.#running) child.kill('SIGKILL');
  }

  /** Requests a stop at the next safe point of each, and waits for it. */
  async stop(): Promise<void> {
    const ends = [...this.#running].map(
      (child) => new Promise<void>((resolve) => child.once('close', () => resolve())),
    );
    for (const child of this.#running) child.kill('SIGTERM');
    await Promise.all(ends);
  }

  get running(): number {
    return this.#running.size;
  }
}

export function documentIn(text: string): unknown {
  try {
    return text.trim() === '' ? undefined : readPublishedJson(text);
  } catch {
    return undefined;
  }
}
