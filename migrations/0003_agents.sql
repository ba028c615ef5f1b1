-- What each agent's auth-profiles.json holds, keyed by the agent's real directory, because one id can mean two files.
CREATE TABLE profiles (
  agent_dir TEXT NOT NULL,
  id TEXT NOT NULL,
  position INTEGER NOT NULL,
  credential INTEGER NOT NULL REFERENCES credentials (id),
  -- as typed in the file
  provider TEXT NOT NULL,
  email TEXT,
  extra TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(extra)),
  -- it has stood in a version of the file that somebody else wrote: only then can its absence be a deletion
  confirmed INTEGER NOT NULL DEFAULT 0 CHECK (confirmed IN (0, 1)),
  PRIMARY KEY (agent_dir, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX profiles_by_credential ON profiles (credential);

CREATE TABLE order_overrides (
  agent_dir TEXT NOT NULL,
  -- as typed in the file; several spellings of one provider may stand side by side
  provider TEXT NOT NULL,
  position INTEGER NOT NULL,
  -- JSON array of profile ids; NULL: there is none, the row remembers the ones before
  ids TEXT CHECK (ids IS NULL OR json_valid(ids)),
  -- JSON array of {ids, at}, latest first: the values that stood here lately (ids null: none) and
  -- when each was replaced; a stale writer brings one of them back within minutes
  superseded TEXT NOT NULL CHECK (json_valid(superseded)),
  PRIMARY KEY (agent_dir, provider)
) STRICT, WITHOUT ROWID;

CREATE TABLE usage (
  agent_dir TEXT NOT NULL,
  profile_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  last_used INTEGER,
  cooldown_until INTEGER,
  disabled_until INTEGER,
  disabled_reason TEXT,
  error_count INTEGER,
  last_failure_at INTEGER,
  extra TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(extra)),
  PRIMARY KEY (agent_dir, profile_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE failure_counts (
  agent_dir TEXT NOT NULL,
  profile_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (agent_dir, profile_id, reason)
) STRICT, WITHOUT ROWID;

CREATE TABLE last_good (
  agent_dir TEXT NOT NULL,
  provider TEXT NOT NULL,
  position INTEGER NOT NULL,
  profile_id TEXT NOT NULL,
  PRIMARY KEY (agent_dir, provider)
) STRICT, WITHOUT ROWID;

CREATE TABLE tombstones (
  agent_dir TEXT NOT NULL,
  profile_id TEXT NOT NULL,
  secret_hash TEXT NOT NULL,
  refresh_hash TEXT,
  -- what was removed; its row stays for a while, so that it can be brought back
  credential INTEGER REFERENCES credentials (id) ON DELETE SET NULL,
  removed_at INTEGER NOT NULL,
  PRIMARY KEY (agent_dir, profile_id)
) STRICT, WITHOUT ROWID;
