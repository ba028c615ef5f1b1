-- An unchanged foreign file must cost one stat and no parser; of secrets only a fingerprint is kept here.
CREATE TABLE sources (
  kind TEXT NOT NULL,
  path TEXT NOT NULL,
  stamp TEXT,
  extract TEXT NOT NULL CHECK (json_valid(extract)),
  read_at INTEGER NOT NULL,
  PRIMARY KEY (kind, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE locks (
  path TEXT PRIMARY KEY,
  -- tells the lock that we made from a later one in the same place
  mark TEXT NOT NULL,
  pid INTEGER NOT NULL,
  process_started TEXT NOT NULL,
  boot_id TEXT NOT NULL,
  deadline INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
