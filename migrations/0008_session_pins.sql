-- A chat session may be pinned to a model and a profile, also before the gateway knows of it, and a number picks from the list it last saw.
CREATE TABLE session_pins (
  agent_dir TEXT NOT NULL,
  session_key TEXT NOT NULL,
  -- NULL: the agent's default model
  provider TEXT,
  model TEXT CHECK ((model IS NULL) = (provider IS NULL)),
  profile TEXT,
  source TEXT CHECK (source IN ('user', 'auto')),
  compaction_count INTEGER,
  -- it waits to be written into the gateway's file
  pending INTEGER NOT NULL CHECK (pending IN (0, 1)),
  -- JSON of the pin that stood in that file then; NULL: none, or the session was not in it
  seen TEXT CHECK (seen IS NULL OR json_valid(seen)),
  updated_at INTEGER NOT NULL,
  CHECK ((source IS NULL) = (profile IS NULL)),
  PRIMARY KEY (agent_dir, session_key)
) STRICT, WITHOUT ROWID;

CREATE TABLE session_lists (
  agent_dir TEXT NOT NULL,
  session_key TEXT NOT NULL,
  -- JSON array of models, as the last list numbered them
  models TEXT NOT NULL CHECK (json_valid(models)),
  shown_at INTEGER NOT NULL,
  PRIMARY KEY (agent_dir, session_key)
) STRICT, WITHOUT ROWID;
