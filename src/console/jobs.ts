/** What people started from a page: its steps while it runs, and its result afterwards. Kept in memory. */
import { randomUUID } from 'node:crypto';
import type { Action } from './access.js';
import type { Ended, Programs } from '../programs/programs.js';

const MOST_JOBS = 60;
const MOST_AT_ONCE = 4;

export type JobKind =
  'refresh' | 'deliver' | 'rollBack' | 'release' | 'discard' | 'preflight' | 'forecast' | 'anonymize';

/** Which action a person needs for it. */
export const ACTION_OF: Readonly<Record<JobKind, Action>> = {
  refresh: 'refresh',
  deliver: 'deliver',
  rollBack: 'rollBack',
  release: 'decide',
  discard: 'decide',
  preflight: 'preflight',
  forecast: 'preflight',
  anonymize: 'anonymize',
};

export interface Job {
  readonly id: string;
  readonly kind: JobKind;
  readonly connections: readonly string[];
  readonly login: string;
  readonly startedAt: Date;
  /** Name under which a browser saves what it made. */
  readonly saveAs?: string;
  step: string;
  ended: (Ended & { readonly at: Date }) | undefined;
}

export interface NewJob {
  readonly kind: JobKind;
  readonly connections: readonly string[];
  /** By the id of the job. */
  readonly args: (id: string) => readonly string[];
  readonly login: string;
  readonly actingFor: string;
  readonly saveAs?: string;
  /** Of a command that takes no config. */
  readonly isWithoutConfig?: boolean;
}

export class Jobs {
  readonly #byId = new Map<string, Job>();
  readonly #watchers = new Map<string, Set<() => void>>();
  #starting = 0;

  constructor(
    private readonly programs: Programs,
    private readonly now: () => Date,
    /** Removes what a job left, once the job is forgotten. */
    private readonly forget: (id: string) => void,
  ) {}

  /** Undefined if as many are running as may at once. `before` comes first: where it fails, nothing is started. */
  async start(job: NewJob, before: () => Promise<void>): Promise<Job | undefined> {
    const running = [...this.#byId.values()].filter(({ ended }) => ended === undefined).length;
    if (running + this.#starting >= MOST_AT_ONCE) return undefined;
    this.#starting += 1;
    try {
      await before();
    } finally {
      this.#starting -= 1;
    }
    return this.#begin(job);
  }

  #begin({ kind, connections, args, login, actingFor, saveAs, isWithoutConfig = false }: NewJob): Job {
    const job: Job = {
      id: randomUUID(),
      kind,
      connections,
      login,
      startedAt: this.now(),
      ...(saveAs !== undefined && { saveAs }),
      step: 'starting',
      ended: undefined,
    };
    this.#forgetOldest();
    this.#byId.set(job.id, job);
    const onStep = (step: string): void => {
      job.step = step;
      this.#tell(job);
    };
    void this.programs.run({ args: args(job.id), actingFor, onStep, isWithoutConfig }).then((ended) => {
      job.ended = { ...ended, at: this.now() };
      this.#tell(job);
    });
    return job;
  }

  find(id: string): Job | undefined {
    return this.#byId.get(id);
  }

  /** Newest first. */
  all(): readonly Job[] {
    return [...this.#byId.values()].reverse();
  }

  /** Calls back at each step and at the end; gives what ends the watch. */
  watch({ id }: Job, onChange: () => void): () => void {
    const watchers = this.#watchers.get(id) ?? new Set();
    this.#watchers.set(id, watchers.add(onChange));
    return () => {
      watchers.delete(onChange);
      if (watchers.size === 0) this.#watchers.delete(id);
    };
  }

  #tell({ id }: Job): void {
    for (const onChange of [...(this.#watchers.get(id) ?? [])]) onChange();
  }

  #forgetOldest(): void {
    if (this.#byId.size < MOST_JOBS) return;
    const oldest = [...this.#byId.values()].find(({ ended }) => ended !== undefined);
    if (oldest === undefined) return;
    this.#byId.delete(oldest.id);
    this.forget(oldest.id);
  }
}

/** Names of the lists that a preflight wrote. */
export function listsOf({ kind, ended }: Job): readonly string[] {
  const answer = ended?.answer as { readonly data?: { readonly lists?: unknown } } | undefined;
  const lists = kind === 'preflight' ? answer?.data?.lists : undefined;
  return Array.isArray(lists)
    ? lists.filter((each): each is string => typeof each === 'string' && /^[\w.-]+\.csv$/.test(each))
    : [];
}
