/** Where a scene has its state: in a file of its home, or in PostgreSQL as a district of its own. */
import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresStateSettings } from '../../src/model/settings.js';
import { lookAtState } from '../../src/state/open.js';
import { State } from '../../src/state/state.js';
import { TABLES } from '../../src/state/tables.js';
import type { PostgresServer } from '../support/postgres.js';
import type { StopAt } from '../support/stop-at.js';

type Look<T> = (state: State) => Promise<T>;

export interface SceneState {
  readonly client: StopAt['client'];
  /** What the config says about it. */
  readonly settings: string;
  /** Its files in the home folder. */
  readonly files: readonly string[];
  /** The same for a copy of the home folder. */
  copyTo(home: string): SceneState;
  /** Undefined where there is none. */
  look<T>(at: Look<T>): Promise<T | undefined>;
  /** As it was left: without the repair by which the database itself begins. */
  lookAside<T>(at: Look<T>): Promise<T | undefined>;
  /** The time for which a process that was killed keeps the district goes by. */
  expire(): void;
  /** How many transactions of the program it has; undefined where they are not counted. */
  commits(): number | undefined;
  remove(): void;
}

async function lookAnd<T>(state: State | undefined, at: Look<T>): Promise<T | undefined> {
  try {
    return state && (await at(state));
  } finally {
    await state?.close();
  }
}

/** Its file goes with the home. */
export class StateInFile implements SceneState {
  readonly client = 'better-sqlite3';
  readonly settings = '';
  readonly files = ['lock.db', 'holder.json', 'state.db'];

  constructor(private readonly home: string) {}

  copyTo(home: string): SceneState {
    return new StateInFile(home);
  }

  async look<T>(at: Look<T>, home = this.home): Promise<T | undefined> {
    return await lookAnd(await State.look(join(home, 'state.db')), at);
  }

  async lookAside<T>(at: Look<T>): Promise<T | undefined> {
    const aside = `${this.home}-aside`;
    mkdirSync(aside, { recursive: true });
    for (const name of ['state.db', 'state.db-wal'].filter((each) => existsSync(join(this.home, each)))) {
      copyFileSync(join(this.home, name), join(aside, name));
    }
    const found = await this.look(at, aside);
    rmSync(aside, { recursive: true });
    return found;
  }

  expire(): void {
    // The system frees the lock at the end of its holder.
  }

  commits(): undefined {
    return undefined;
  }

  remove(): void {
    // With the home.
  }
}

const DATABASE = 'scenes';
/** Every transaction of the program changes the row of its lease once. */
const COUNT_COMMITS = `
  CREATE TABLE committed (district text NOT NULL);
  CREATE FUNCTION count_commit() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN INSERT INTO committed VALUES (NEW.district); RETURN NULL; END $$;
  CREATE TRIGGER committed AFTER UPDATE ON lease FOR EACH ROW
    WHEN (current_setting('application_name') = 'oneroster-export') EXECUTE FUNCTION count_commit();`;

export class StateInPostgres implements SceneState {
  readonly client = 'pg';
  readonly files = [];
  static #made = 0;
  readonly #state: PostgresStateSettings;
  readonly #where: string;

  constructor(
    private readonly server: PostgresServer,
    like = server.state(DATABASE),
  ) {
    StateInPostgres.#made += 1;
    const district = `scene-${StateInPostgres.#made}`;
    this.#state = { ...like, district };
    this.#where = `district = '${district}'`;
  }

  get settings(): string {
    return `state: ${JSON.stringify(this.#state)}\n`;
  }

  copyTo(): SceneState {
    const copy = new StateInPostgres(this.server, this.#state);
    const district = JSON.stringify({ district: copy.#state.district });
    const copied = [...TABLES, 'lease'].map(
      (table) =>
        `INSERT INTO "${table}" SELECT (jsonb_populate_record(old, '${district}')).* FROM "${table}" old WHERE ${this.#where}`,
    );
    const counts = this.#query(`SELECT to_regclass('committed')`) === '' ? COUNT_COMMITS : '';
    this.#query(`BEGIN; ${counts} ${copied.join('; ')}; COMMIT`);
    return copy;
  }

  async look<T>(at: Look<T>): Promise<T | undefined> {
    return await lookAnd(await lookAtState({ settings: this.#state, file: '' }), at);
  }

  async lookAside<T>(at: Look<T>): Promise<T | undefined> {
    return await this.look(at);
  }

  /** Waits for a transaction that is in the server already. */
  expire(): void {
    this.#query(`UPDATE lease SET "expiresAt" = 0 WHERE ${this.#where}`);
  }

  commits(): number {
    return Number(this.#query(`SELECT count(*) FROM committed WHERE ${this.#where}`));
  }

  remove(): void {
    const tables = ['committed', 'lease', ...TABLES.toReversed()];
    this.#query(tables.map((table) => `DELETE FROM "${table}" WHERE ${this.#where}`).join('; '));
  }

  #query(sql: string): string {
    return this.server.query(DATABASE, sql);
  }
}
