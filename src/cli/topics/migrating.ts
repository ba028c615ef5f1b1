/** `epiloop help migrating`: in what the recorded runs of the gateway (2026.1.24) and ours differ. */
export const migratingText = `\
Nothing has to be migrated by hand. The first models status takes in what the
gateway has in auth-profiles.json, auth.json and oauth.json, and the logins of
Claude Code, Codex and Qwen Code. The gateway goes on reading and writing its
own files. Going back is to stop using this executable: they are kept complete.

The same: paths, variables, profile ids, the rules of order and inheritance, the
screen of models status, the names and values in its JSON, 0, 1 and 2 of
--check, and the lock on auth-profiles.json.

Different, and why:
- Exit 1 is an answer. Wrong usage is 64, no such profile 66, an invalid config
  78: what could not tell is never 1 or 2 (help exit-codes).
- --check is 1 for a blank key, an only profile that is disabled, an order that
  names nothing stored and a mode that hides the login: nothing can be used.
  Local servers without a key, claude-cli models and AWS are not missing.
- A damaged auth-profiles.json is put aside and written anew from the store; if
  it was never read before it is left alone (65). It is not an empty one.
- What nobody models in auth-profiles.json stays there.
- The mode of anthropic:claude-cli really becomes oauth (help config).
- An empty pipe into paste-token is 65, not 0 with nothing stored.
- order set for one agent writes its order, no copy of main's logins; order get
  writes nothing.
- CLAUDE_CONFIG_DIR is honoured; Codex's logins expire when their token says.
- auth.json and oauth.json are imported and never deleted. models.json is never
  written: keys in models.providers are read from the config.
- Keys show as #fingerprint; with --compat-mask as before, except that those of
  16 characters or fewer are masked whole.
- /model takes ids with + and @, and numbers of the last list; a pin is checked
  against the agent's own profiles (help model).
- ./.env of the working directory counts only with --cwd-env.
- models status asks no provider about usage: it opens no connection.

Scripts that read the JSON need no change: findings[] and mirrors[] come behind.
Scripts that took every exit above 0 for expired should look at 64 and above.
What is no command here (gateway, channels, configure) is still the gateway's.`;
