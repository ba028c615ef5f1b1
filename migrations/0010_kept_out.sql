-- A profile that a person entered and took away again must not keep another program's login out, so a tombstone says whether it does.
ALTER TABLE tombstones ADD COLUMN keeps_out INTEGER NOT NULL DEFAULT 1 CHECK (keeps_out IN (0, 1));
