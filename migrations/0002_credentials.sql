-- One row per real credential, so that a rotation seen anywhere is known everywhere; earlier pairs only as keyed hashes.
CREATE TABLE credentials (
  id INTEGER PRIMARY KEY,
  provider TEXT NOT NULL CHECK (provider = lower(trim(provider))),
  type TEXT NOT NULL CHECK (type IN ('api_key', 'token', 'oauth')),
  -- the key, the token or the access token
  secret TEXT NOT NULL,
  refresh TEXT CHECK (refresh IS NULL OR type = 'oauth'),
  expires_at INTEGER CHECK (expires_at IS NULL OR type <> 'api_key'),
  -- who the provider says it is: a JSON object with sub, accountId, email, each optional
  identity TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(identity)),
  -- where it was first seen: file, claude-cli, …
  source TEXT NOT NULL,
  generation INTEGER NOT NULL DEFAULT 1 CHECK (generation >= 1),
  blank INTEGER NOT NULL CHECK (blank IN (0, 1)),
  secret_hash TEXT NOT NULL,
  refresh_hash TEXT CHECK ((refresh_hash IS NULL) = (refresh IS NULL)),
  changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX credentials_by_refresh ON credentials (refresh_hash) WHERE refresh_hash IS NOT NULL;

CREATE TABLE generations (
  credential INTEGER NOT NULL REFERENCES credentials (id) ON DELETE CASCADE,
  generation INTEGER NOT NULL,
  secret_hash TEXT NOT NULL,
  refresh_hash TEXT,
  superseded_at INTEGER NOT NULL,
  -- the whole pair, kept for a while only where it may be wanted back: a fork, or a secret that a person replaced
  kept TEXT CHECK (kept IN ('fork', 'replaced')),
  type TEXT CHECK (type IN ('api_key', 'token', 'oauth') AND (type IS NULL) = (kept IS NULL)),
  secret TEXT CHECK ((secret IS NULL) = (kept IS NULL)),
  refresh TEXT CHECK (refresh IS NULL OR kept IS NOT NULL),
  expires_at INTEGER,
  PRIMARY KEY (credential, generation)
) STRICT, WITHOUT ROWID;
CREATE INDEX generations_by_refresh ON generations (refresh_hash) WHERE refresh_hash IS NOT NULL;
