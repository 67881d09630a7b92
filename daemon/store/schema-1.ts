/**
 * The first schema. The view names the database: as part of the schema it lies on the first page, which every log that
 * makes the database grow holds too (`refuseForeignLog`). Rows of tokens and events are only ever added, so their ids
 * have no gaps and the highest one is their number; triggers hold that. Times are milliseconds, but a token's own are
 * seconds.
 */
export const writeSchema1 = (instance: string) => `
CREATE VIEW instance AS SELECT '${instance}' AS id;

CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value ANY NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE issuers (
  id INTEGER PRIMARY KEY,
  slug TEXT NOT NULL,
  platform TEXT NOT NULL,
  alg TEXT NOT NULL,
  token_ttl_seconds INTEGER NOT NULL CHECK (token_ttl_seconds > 0),
  rotate_every_seconds INTEGER CHECK (rotate_every_seconds > 0),
  created_at INTEGER NOT NULL,
  deleted_at INTEGER
) STRICT;
CREATE UNIQUE INDEX issuers_slug ON issuers (slug) WHERE deleted_at IS NULL;

CREATE TABLE keys (
  id INTEGER PRIMARY KEY,
  issuer_id INTEGER NOT NULL REFERENCES issuers (id),
  kid TEXT NOT NULL,
  alg TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('next', 'active', 'retiring', 'retired', 'revoked')),
  public_jwk TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  activated_at INTEGER,
  retiring_at INTEGER,
  verifies_until INTEGER,
  retired_at INTEGER,
  revoked_at INTEGER,
  kek_id TEXT,
  sealed BLOB,
  mac BLOB NOT NULL,
  UNIQUE (issuer_id, kid),
  CHECK ((kek_id IS NULL) = (sealed IS NULL)),
  CHECK (state <> 'active' OR sealed IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX keys_one_active ON keys (issuer_id) WHERE state = 'active';

CREATE TABLE tokens (
  id INTEGER PRIMARY KEY,
  jti TEXT NOT NULL UNIQUE,
  issuer_id INTEGER NOT NULL REFERENCES issuers (id),
  key_id INTEGER NOT NULL REFERENCES keys (id),
  issued_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER,
  claims TEXT NOT NULL
) STRICT;
CREATE INDEX tokens_by_issuer ON tokens (issuer_id, id);
CREATE INDEX tokens_revoked ON tokens (issuer_id, jti) WHERE revoked_at IS NOT NULL;
CREATE TRIGGER tokens_kept BEFORE DELETE ON tokens
BEGIN SELECT RAISE (ABORT, 'token records are kept'); END;
CREATE TRIGGER tokens_fixed BEFORE UPDATE OF id, jti, issuer_id, key_id, issued_at, expires_at, claims ON tokens
BEGIN SELECT RAISE (ABORT, 'token records are fixed'); END;

CREATE TABLE events (
  seq INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  name TEXT NOT NULL,
  issuer_id INTEGER,
  subject TEXT,
  detail TEXT NOT NULL
) STRICT;
CREATE TRIGGER events_kept BEFORE DELETE ON events
BEGIN SELECT RAISE (ABORT, 'events are kept'); END;
CREATE TRIGGER events_fixed BEFORE UPDATE ON events
BEGIN SELECT RAISE (ABORT, 'events are fixed'); END;
`;
