/**
 * Simulated jobs, and what an issuer says of its jobs unless a job says otherwise. A run is known by the SHA-256 of its
 * secret. `started_at` and `expires_at` are of the daemon's clock, which may be set, since a job belongs to its world;
 * `lease_until` is of the machine's, since who renews it lives in ours. `mac` vouches for a run that lives and is empty
 * afterwards: none comes back to life.
 */
export const SCHEMA_2 = `
ALTER TABLE issuers ADD COLUMN options TEXT NOT NULL DEFAULT '{}';

CREATE TABLE runs (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  issuer_id INTEGER NOT NULL REFERENCES issuers (id),
  subject TEXT NOT NULL,
  job TEXT NOT NULL,
  audience TEXT,
  secret_hash BLOB NOT NULL UNIQUE CHECK (length(secret_hash) = 32),
  directory TEXT NOT NULL,
  address TEXT,
  started_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  lease_seconds INTEGER NOT NULL CHECK (lease_seconds > 0),
  lease_until INTEGER NOT NULL,
  ended_at INTEGER,
  mac BLOB NOT NULL
) STRICT;
CREATE INDEX runs_live ON runs (id) WHERE ended_at IS NULL;
`;
