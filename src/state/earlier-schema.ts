/**
 * The schema of SQLite files that earlier versions of this program made, never edited: `user_version` is the number of applied
 * steps. A file is brought to the last of them, and from there to the schema of today (`migrations.ts`).
 */
export const EARLIER_STEPS: readonly string[] = [
  `
  CREATE TABLE refresh (
    id INTEGER PRIMARY KEY,
    startedAt TEXT NOT NULL,
    finishedAt TEXT,
    asOf TEXT NOT NULL,
    program TEXT NOT NULL,
    connections TEXT NOT NULL,        -- JSON list of those that were asked for
    outcome TEXT NOT NULL,            -- started | done | failed | interrupted
    exitCode INTEGER,
    message TEXT
  );
  CREATE TABLE bundle (
    id INTEGER PRIMARY KEY,
    refreshId INTEGER NOT NULL REFERENCES refresh(id),
    connection TEXT NOT NULL,
    state TEXT NOT NULL,              -- see BundleState
    madeAt TEXT NOT NULL,
    version TEXT NOT NULL,
    mode TEXT NOT NULL,
    scheme TEXT NOT NULL,             -- what ids and shape depend on; a delta needs a base of the same
    name TEXT,                        -- file name without .zip, below the connection's folder
    sha256 TEXT,
    bytes INTEGER,
    contentSha256 TEXT,               -- of the full content behind the bundle
    baseId INTEGER,                   -- of a delta: the bundle whose content the receiver has to hold
    rows TEXT NOT NULL DEFAULT '{}',
    exclusions TEXT NOT NULL DEFAULT '{}',
    reason TEXT,                      -- why it is held, refused or failed
    difference TEXT,                  -- against the last good bundle
    seconds REAL
  );
  CREATE INDEX bundleByConnection ON bundle (connection, id);
  CREATE TABLE delivery (
    id INTEGER PRIMARY KEY,
    bundleId INTEGER NOT NULL REFERENCES bundle(id),
    target TEXT NOT NULL,
    state TEXT NOT NULL,              -- delivering | delivered | failed
    startedAt TEXT NOT NULL,
    finishedAt TEXT,
    receipt TEXT,
    message TEXT
  );
  CREATE INDEX deliveryByBundle ON delivery (bundleId);
  CREATE TABLE base (
    connection TEXT PRIMARY KEY,
    bundleId INTEGER NOT NULL REFERENCES bundle(id),
    receiver TEXT NOT NULL            -- who holds the content of that bundle
  );
  CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    what TEXT NOT NULL,
    connection TEXT,
    detail TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
  );
  CREATE TABLE auditHead (            -- the newest entry: without it, entries removed from the end would go unnoticed
    one INTEGER PRIMARY KEY CHECK (one = 1),
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL
  );
  `,
  `
  CREATE TABLE bundleSchools (        -- what each school has in a bundle and what was left out of it, for the reports
    bundleId INTEGER PRIMARY KEY REFERENCES bundle(id),
    schools TEXT NOT NULL             -- JSON list of SchoolCount
  );
  `,
  `
  CREATE TABLE told (
    channel TEXT NOT NULL,            -- email | webhook
    about TEXT NOT NULL,              -- a connection; blank for the refresh as a whole
    condition TEXT NOT NULL,          -- what was told last, as a state and codes
    since TEXT NOT NULL,
    PRIMARY KEY (channel, about)
  );
  `,
  `
  CREATE TABLE publication (          -- the first time a bundle was published or released, for the ledger
    bundleId INTEGER PRIMARY KEY REFERENCES bundle(id),
    at TEXT NOT NULL,
    receiver TEXT NOT NULL,           -- who gets it; 'home' where the receiver fetches it
    fields TEXT NOT NULL              -- JSON: columns that were dropped or masked, by table
  );
  INSERT OR IGNORE INTO publication   -- earlier versions kept these facts in the audit trail only
    SELECT b.id, a.at, coalesce(json_extract(a.detail, '$.receiver'), 'home'),
           coalesce(json_extract(a.detail, '$.fields'), '{}')
    FROM audit a JOIN bundle b ON b.connection = a.connection AND b.name = json_extract(a.detail, '$.name')
    WHERE a.what IN ('published', 'released') ORDER BY a.seq;
  `,
  `
  ALTER TABLE delivery ADD COLUMN rollback TEXT;  -- the reason for sending an older bundle on purpose
  ALTER TABLE base ADD COLUMN isRolledBack INTEGER NOT NULL DEFAULT 0;  -- an older bundle was sent on purpose
  `,
  `
  ALTER TABLE bundle ADD COLUMN trials TEXT;  -- JSON: active trialIDs by structureID; of older bundles it is not known
  `,
];
