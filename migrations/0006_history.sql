-- Every change is remembered and can be explained: who, when, before and after as fingerprints, never a secret.
CREATE TABLE history (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  -- profile_added, rotated, login_replaced, profile_removed, order_changed, config_mode_upgraded, …
  event TEXT NOT NULL,
  -- the command without secrets, and the host that ran it
  command TEXT NOT NULL,
  host TEXT NOT NULL,
  agent_dir TEXT,
  subject TEXT,
  path TEXT,
  before TEXT CHECK (before IS NULL OR json_valid(before)),
  after TEXT CHECK (after IS NULL OR json_valid(after))
) STRICT;
