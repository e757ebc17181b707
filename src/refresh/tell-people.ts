/**
 * Notifies people and machines of a refresh: pings to a healthcheck, notices by email and webhook on a change of
 * state. Never changes what the refresh came to: what cannot be sent is a warning, and is tried again the next night.
 */
import { hostname } from 'node:os';
import { conditionsOf, failureOf, isWorthTelling, type Outcomes } from './conditions.js';
import type { ExportError } from '../model/errors.js';
import type { Config } from '../model/settings.js';
import type { LocalDate } from '../model/values.js';
import { reasonOf } from '../notify/attempts.js';
import type { Condition } from '../notify/condition.js';
import { ping, type Sign } from '../notify/healthcheck.js';
import { notify, type Notified } from '../notify/notify.js';
import { clockFrom } from '../model/clock.js';
import { homeAt } from '../home/home.js';
import { openState } from '../state/open.js';
import type { State } from '../state/state.js';

export interface TellRequest {
  readonly config: Config;
  readonly asOf: LocalDate;
  readonly startedAt: Date;
  /** Of this program. */
  readonly program: string;
  readonly onWarning?: (message: string) => void;
  readonly signal?: AbortSignal;
}

export class Teller {
  #start: Promise<string | undefined> | undefined;
  readonly #warnings: string[] = [];

  constructor(private readonly request: TellRequest) {}

  /** The refresh has begun; the sign is on its way while it works. */
  begin(): void {
    this.#start = this.#ping('start', {});
  }

  /** The refresh has ended. Returns the notices that could not be sent. */
  async tell(exitCode: number, outcomes: Outcomes): Promise<readonly string[]> {
    if (this.request.signal?.aborted === true) return []; // the user who stopped it is waiting
    const connections = Object.fromEntries(
      outcomes.connections.map(({ settings, outcome }) => [settings.name, outcome]),
    );
    await Promise.all([
      this.#finish(exitCode === 0 ? 'success' : 'fail', { exitCode, connections }),
      this.#notify(conditionsOf(outcomes), exitCode),
    ]);
    return this.#warnings;
  }

  /** The refresh did not get as far as a result. */
  async tellFailure(error: ExportError): Promise<void> {
    if (!isWorthTelling(error) || this.request.signal?.aborted === true) return;
    const { exitCode } = error;
    await Promise.all([
      // While another refresh runs, the signs are its own to send.
      error.code === 'already-running' ? undefined : this.#finish('fail', { exitCode, connections: {} }),
      this.#notify([failureOf('', error)], exitCode),
    ]);
  }

  async #finish(sign: Sign, detail: object): Promise<void> {
    this.#warn('The healthcheck did not get the start', await this.#start);
    this.#warn(`The healthcheck did not get the end (${sign})`, await this.#ping(sign, detail));
  }

  async #ping(sign: Sign, detail: object): Promise<string | undefined> {
    const { config, program, asOf, startedAt, signal } = this.request;
    const url = config.notices?.healthcheck?.url;
    if (url === undefined) return undefined;
    const at = startedAt.toISOString();
    return await ping(
      url,
      { sign, body: { program: 'oneroster-export', version: program, sign, at, asOf, ...detail } },
      signal,
    );
  }

  async #notify(conditions: readonly Condition[], exitCode: number): Promise<void> {
    const { config, program: version, asOf, startedAt, signal } = this.request;
    if (config.notices === undefined) return;
    const at = startedAt.toISOString();
    let state: State | undefined;
    try {
      state = await this.#openMemory();
      const memory = state;
      const notified = await notify({
        settings: config.notices,
        conditions,
        occasion: { version, host: hostname(), asOf, at, exitCode, timezone: config.timezone },
        told: async (channel) => (await memory?.told(channel)) ?? new Map(),
        ...(signal && { signal }),
      });
      for (const each of notified) {
        await this.#remember(state, each);
        if (each.message !== undefined) this.#warn(`A notice by ${each.channel}`, each.message);
      }
    } catch (error) {
      this.#warn('Notices were not sent', reasonOf(error));
    } finally {
      await state?.close();
    }
  }

  /** A notice that is sent twice is better than none: without stored state, everything is news. */
  async #openMemory(): Promise<State | undefined> {
    try {
      const { config, startedAt } = this.request;
      const place = { settings: config.state, file: homeAt(config.home).state };
      return await openState(place, clockFrom(startedAt));
    } catch {
      return undefined;
    }
  }

  async #remember(state: State | undefined, { channel, outcome, told }: Notified): Promise<void> {
    if (outcome !== 'sent' || state === undefined) return;
    try {
      await state.transaction(async (writing) => {
        for (const [about, record] of told) await writing.setTold(channel, about, record);
      });
    } catch {
      this.#warn(`A notice by ${channel}`, 'was sent, but this could not be recorded: it will be sent again');
    }
  }

  #warn(what: string, why: string | undefined): void {
    if (why === undefined) return;
    const message = `${what}: ${why}`;
    this.#warnings.push(message);
    this.request.onWarning?.(message);
  }
}
