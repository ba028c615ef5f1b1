/** `epiloop help auth` */
export const authText = `\
A profile is one credential of one agent, named <provider>:<name>. It is an API
key, a token (nobody can refresh it) or an OAuth login (it is refreshed on use).

Entering, for main or for --agent:
  epiloop models auth paste-api-key --provider P    as P:default
  epiloop models auth paste-token --provider P      as P:manual
  epiloop models auth setup-token    claude's, as anthropic:claude-cli
  epiloop models auth add            asks for everything, one by one
  epiloop onboard                    the same on a new host, or from a script

The secret is asked for unseen on a terminal, else read from standard input,
--from-file or --from-env. On the command line it is refused (64), except by
onboard, which warns. One that is empty, a placeholder, cut off, of several
lines or plainly another provider's is refused (65), and nothing is stored.
Entering an id again replaces its secret and ends its rest. A token that has an
end wants --expires-in, such as 365d.

Logging in, with a browser on any machine:
  epiloop models auth login --provider anthropic     or openai-codex
It prints the address to open. On a terminal, what the browser shows in the end
is pasted unseen: the code, code#state, or the whole address of a page that
cannot be shown, or given to --code-from-stdin. --callback waits for a browser
that reaches 127.0.0.1 of this host (ssh -L does), --browser opens one, --device
gives a code to type in elsewhere, where the provider has that. It is stored as
<provider>:<e-mail>, else <provider>:default. The same person's login is renewed
for every agent that holds it; another is replaced only with your yes, or with
--replace. Other servers are described by variables, acme for example by
EPILOOP_AUTHORIZE_ENDPOINT_ACME, EPILOOP_TOKEN_ENDPOINT_ACME and
EPILOOP_CLIENT_ID_ACME (also DEVICE_ENDPOINT, SCOPES and ISSUER), and allowed by
--allow-token-endpoint, since people and codes are sent there.

Logins of other clients are taken over by models status, models sync and doctor:
  anthropic:claude-cli      Claude Code: claude auth login, on this host
  openai-codex:codex-cli    Codex: codex login
  qwen-portal:qwen-cli      Qwen Code

Which one is used: the agent's own order, else main's, else auth.order of the
config. Without any, logins come before tokens and tokens before API keys, of
each the one that was used longest ago first. What rests after failures comes
last. A provider without a profile uses its variable (help environment), then
models.providers of the config.
  epiloop models auth list                            what there is
  epiloop models auth order get --provider P          and what is in force
  epiloop models auth order set --provider P P:a P:b  these, in this order
  epiloop models auth order clear --provider P        none of its own

To programs, and to new tokens (help using): epiloop models auth token, which
prints the secret alone, and epiloop models auth refresh, which renews a login.

Removing: no older file and no other program brings it back; entering it does.
  epiloop models auth remove P:a             of main, or of --agent
  epiloop models auth remove P:a --keep-out  also where its client still has it
  epiloop models auth remove P:a --purge     and erase its secrets now

A rest after failures, and what counts as one:
  epiloop models auth cooldown list          which rest, until when, and why
  epiloop models auth cooldown clear P:a     end it
  epiloop models auth mark P:a --ok          or --failed <reason>: count a use

models history numbers these changes; epiloop undo takes one back, no --purge.`;
