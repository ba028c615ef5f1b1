-- A refresh token is good for one use: one redemption of it at a time on this host, and none forgotten by whoever comes after a crash.
CREATE TABLE leases (
  credential INTEGER PRIMARY KEY REFERENCES credentials (id) ON DELETE CASCADE,
  -- keyed hash of the refresh token that it is about
  refresh_hash TEXT NOT NULL,
  -- taken: nothing was sent yet; redeeming: it may have been; in_doubt: it was, and no answer came;
  -- refused: the provider said no; write_back: redeemed, the client whose login it is has yet to be told
  state TEXT NOT NULL CHECK (state IN ('taken', 'redeeming', 'in_doubt', 'refused', 'write_back')),
  -- an earlier redemption of this very token was cut off before its answer: it may be spent
  doubtful INTEGER NOT NULL CHECK (doubtful IN (0, 1)),
  since INTEGER NOT NULL,
  pid INTEGER NOT NULL,
  process_started TEXT NOT NULL,
  boot_id TEXT NOT NULL
) STRICT;
