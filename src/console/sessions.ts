/** Who is signed in. Sessions live in memory only: a restart costs each person one sign-in. */
import { randomBytes } from 'node:crypto';
import { personWithin, type Person } from './access.js';

const IDLE_MS = 30 * 60_000;
const MOST_SESSIONS = 1_000;
const MOST_FORMS = 200;

export interface Session {
  readonly id: string;
  readonly person: Person;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
  lastSeenAt: number;
  /** Shown once, on the next page. */
  flash: string | undefined;
  /** Open event streams. */
  streams: number;
  /** One-time form values: where the first use led, or undefined while unused. */
  readonly forms: Map<string, string | undefined>;
  /** Of a fleet: the district whose pages these are. */
  readonly district?: string;
  /** By name: the same person in the pages of a district, with forms and messages of their own. */
  readonly districts: Map<string, Session>;
}

export interface SessionLimits {
  readonly hours: number;
  readonly now: () => number;
}

export const randomId = (): string => randomBytes(32).toString('base64url');

export class Sessions {
  readonly #byId = new Map<string, Session>();

  constructor(private readonly limits: SessionLimits) {}

  /** Always under a new id: one that a browser brought along is never taken over. `until`: the end of the token, if it is earlier. */
  start(person: Person, until = Infinity): Session {
    const now = this.limits.now();
    this.#sweep(now);
    if (this.#byId.size >= MOST_SESSIONS) this.#forgetOldest();
    const session: Session = {
      id: randomId(),
      person,
      endsAt: Math.min(now + this.limits.hours * 3_600_000, until),
      lastSeenAt: now,
      flash: undefined,
      streams: 0,
      forms: new Map(),
      districts: new Map(),
    };
    this.#byId.set(session.id, session);
    return session;
  }

  find(id: string | undefined): Session | undefined {
    const session = id === undefined ? undefined : this.#byId.get(id);
    if (session === undefined) return undefined;
    const now = this.limits.now();
    if (isOver(session, now)) {
      this.end(session);
      return undefined;
    }
    session.lastSeenAt = now;
    return session;
  }

  end({ id }: Session): void {
    this.#byId.delete(id);
  }

  #sweep(now: number): void {
    for (const session of this.#byId.values()) if (isOver(session, now)) this.end(session);
  }

  #forgetOldest(): void {
    const [oldest] = [...this.#byId.values()].sort((a, b) => a.lastSeenAt - b.lastSeenAt);
    if (oldest !== undefined) this.end(oldest);
  }
}

const isOver = ({ endsAt, lastSeenAt }: Session, now: number): boolean =>
  now >= endsAt || now - lastSeenAt >= IDLE_MS;

/** Kept in the session, so that it ends with it. */
export function sessionWithin(session: Session, district: string): Session {
  const known = session.districts.get(district);
  if (known !== undefined) return known;
  const own = { flash: undefined, streams: 0, forms: new Map(), districts: new Map() };
  const within = { ...session, ...own, district, person: personWithin(session.person, district) };
  session.districts.set(district, within);
  return within;
}

/** Where the pages of a session begin; empty for a console of one district. */
export const baseOf = ({ district }: Pick<Session, 'district'>): string =>
  district === undefined ? '' : `/d/${district}`;

/** A value for one form: a double click sends it twice, and the second one finds where the first led. */
export function newForm({ forms }: Session): string {
  const [oldest] = forms.keys();
  if (forms.size >= MOST_FORMS && oldest !== undefined) forms.delete(oldest);
  const value = randomId();
  forms.set(value, undefined);
  return value;
}

export type FormUse = 'first' | 'unknown' | { readonly led: string };

/** Reserves the value at once, so that nothing happens twice while the first use is still at work. */
export function useForm({ forms }: Session, value: string, fallback: string): FormUse {
  if (!forms.has(value)) return 'unknown';
  const led = forms.get(value);
  if (led !== undefined) return { led };
  forms.set(value, fallback);
  return 'first';
}

export function formLed({ forms }: Session, value: string, place: string): void {
  forms.set(value, place);
}
