-- The store needs facts about itself that no other table owns, first of all the random key of its fingerprints.
CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
