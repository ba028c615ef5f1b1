-- What a profile was before it was removed, replaced or described anew, so that undo can bring it back for a while.
CREATE TABLE former_profiles (
  -- the change after which it was so no longer
  change INTEGER PRIMARY KEY REFERENCES history (id),
  agent_dir TEXT NOT NULL,
  id TEXT NOT NULL,
  position INTEGER NOT NULL,
  credential INTEGER NOT NULL REFERENCES credentials (id) ON DELETE CASCADE,
  provider TEXT NOT NULL,
  email TEXT,
  extra TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(extra)),
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX former_profiles_by_credential ON former_profiles (credential);
