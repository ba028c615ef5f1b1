-- The merge base of every auth-profiles.json, so that a change there, a change here and an accident can be told apart.
CREATE TABLE mirrors (
  agent_dir TEXT PRIMARY KEY,
  path TEXT NOT NULL,
  -- dev:ino:size:mtime:ctime as last read or written; NULL: absent, or too young to be trusted
  stamp TEXT,
  -- counts every change that this file should carry, and the last one that it does
  revision INTEGER NOT NULL DEFAULT 0,
  exported INTEGER NOT NULL DEFAULT 0 CHECK (exported <= revision),
  -- stamp of the version that we wrote last: only another one can have been written by somebody else
  written TEXT,
  -- entries and top-level keys of the file that we do not model, verbatim
  extra TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(extra)),
  findings TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(findings))
) STRICT, WITHOUT ROWID;

CREATE TABLE mirror_entries (
  agent_dir TEXT NOT NULL REFERENCES mirrors (agent_dir) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('profile', 'order', 'usage', 'last_good')),
  key TEXT NOT NULL,
  -- keyed hash of a profile's entry; the entry itself, as JSON, where it holds no secret
  mark TEXT NOT NULL,
  PRIMARY KEY (agent_dir, kind, key)
) STRICT, WITHOUT ROWID;
