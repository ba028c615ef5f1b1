import { scrubbed } from '../../domain/child-environment.ts';

/** `epiloop help using` */
export const usingText = `\
What an agent (--agent, else the default agent) would use of a provider: the
first profile in force that is usable, then its variable, then the key in
models.providers. models explain tells which, and why no other.

  epiloop models auth token --provider P        the secret, alone on stdout
  epiloop models exec --provider P -- cmd …     in the program's environment
  epiloop secrets                               for an exec secret provider

A login that is good for less than --min-validity (5m) is refreshed first:
- once, whoever else asks: under the locks of Claude Code and of every agent
  that has the login; the next pair is stored before anybody is told;
- then every agent's file and Claude Code's have it (--no-write-back: not Claude
  Code's, which has to log in again);
- a run that is killed meanwhile is finished by the next one, or told as
  refresh_in_doubt and tried once more by the next use;
- refused is 77 with the way to log in again, and told as refresh_refused;
- Codex's own login is refreshed by Codex only, Qwen Code's by Qwen Code.

The network is reached for a refresh only, never with --offline:
  anthropic        https://platform.claude.com/v1/oauth/token
  openai-codex     https://auth.openai.com/oauth/token
EPILOOP_TOKEN_ENDPOINT_<PROVIDER> names another address; another host also needs
--allow-token-endpoint. EPILOOP_CLIENT_ID_<PROVIDER> goes with it. Proxy and
certificates: EPILOOP_HTTPS_PROXY and EPILOOP_CA_FILE; no other variable counts.

models exec takes these out of the program's environment, --keep-env leaves one:
${wrapped(scrubbed)}
The other variables of the provider go as well. SIGTERM, SIGINT, SIGHUP, SIGQUIT
and SIGUSR2 are passed on; SIGUSR1 is not.

secrets answers {"protocolVersion":1,"ids":["openai:a","provider:anthropic"]}
with values and errors by id. Let its caller wait 30 s: a refresh takes locks.`;

function wrapped(names: readonly string[]): string {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last === undefined || last.length + name.length > 76) lines.push(`  ${name}`);
    else lines[lines.length - 1] = `${last} ${name}`;
  }
  return lines.join('\n');
}
