/** `epiloop help config` */
export const configText = `\
epiloop.json is JSON5 with $include and \${VAR}, in the state directory or where
EPILOOP_CONFIG_PATH says. What is about auth, agents, models and env is read,
the rest is not judged. Invalid is exit 78, with the file and the place.

It is written where its meaning has to change, and nowhere else:
- What is entered is listed in auth.profiles, where the gateway looks for it,
  and put first in auth.order where the provider has a list there. What is
  removed is taken out of both.
- auth.profiles["anthropic:claude-cli"].mode becomes oauth where it still says
  token, once: the gateway passes over Claude Code's login otherwise.
- doctor --fix renames anthropic:default to the login that it stands for.
- undo takes any of these back.

Only those bytes change, in the file that owns the key, includes too. Comments,
variables and formatting stay, and nothing is stamped. If the file changes
meanwhile, the edit is made anew. A running gateway restarts on an edit: there
is none unless the meaning changes, and each is told.

A copy is made first, 0600:
  epiloop.json.bak           as it was before the last edit
  epiloop.json.bak.1 to .4   before earlier ones
  epiloop models history     which edit, when, by which command, which copy
To go back:
  cp -p ~/.epiloop/epiloop.json.bak ~/.epiloop/epiloop.json

It is not written by questions (models auth list, models auth order get, models
history), with --no-sync, by models status --at, or under EPILOOP_NIX_MODE=1:
then what is to be changed by hand is told (config_upgrade_pending).

Backing up: while no epiloop runs, copy the state directory; auth.sqlite belongs
with auth.sqlite-wal, if there is one. Of auth.sqlite alone epiloop models sync
makes auth-profiles.json again, for main and every agent that is still there.`;
