/** `epiloop help security` */
export const securityText = `\
Promised:
- No secret is printed, logged or put into the history, but by models auth
  token, secrets and models exec, which are for that. Screens and JSON show
  fingerprints, keyed for each store; --compat-mask shows both ends of keys of
  more than 16 characters, as the gateway does.
- None is taken from the command line, which ps and the shell history show. Only
  onboard takes the gateway's options there (--token, --openai-api-key and so
  on), and warns; -file and -env, or a pipe, do without.
- What is written is 0600 from the start, and replaced as a whole unless it is
  mounted or linked by itself; new folders are 0700.
- Files and folders that are somebody else's, or that everybody may write to,
  are refused (77), with the remedy. What others may read, doctor tells.
- Other programs' files are hostile input: capped in size, strictly decoded.
  Nothing in them can move the cursor or forge a line of what is printed.
- An unreadable or damaged file is never taken for an empty one, and never
  costs a stored credential.
- claude is run only where nobody else may exchange it, and without the
  provider keys, NODE_OPTIONS, LD_PRELOAD and the like of our environment.
- Nothing is read from the working directory, unless --cwd-env asks for ./.env.
- The network is reached to log in, to refresh a login and for models status
  --probe, for nothing else, and never with --offline. Where to is fixed in code
  (help using), or for a probe by that provider's baseUrl in the config: TLS is
  always verified, no redirect is followed, and no answer is believed that
  breaks the standard.
- A refresh token is redeemed once, and never lost without a word.
- NODE_OPTIONS, OPENSSL_CONF and SIGUSR1 run no code in this executable; models
  exec hands none of their like on.
- Root, at work on another user's state, becomes that user first.
- What was told as stored survives a crash and a power cut.

Out of scope:
- Root, the kernel, and programs of the same user: they can read these files,
  attach a debugger, preload a library or replace the executable.
- Encryption at rest. The gateway reads auth-profiles.json in plain text, so
  the database is plain text too. Encrypt the disk.
- Forgetting by itself. A removed or replaced secret leaves auth-profiles.json,
  but stays in auth.sqlite for undo; after 30 days the next models sync or
  change clears it. models auth remove --purge erases it at once, also from the
  database's log, copies of damaged files and the config's backups, and tells
  what else still holds it. Your own backups and snapshots are yours to clear.
- The provider. Removing a key here does not revoke it there.

A secret that was on a command line, in a log or in a file that others can read:
replace it at the provider, then enter the new one under the same id.`;
