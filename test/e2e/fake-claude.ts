/** Stand-ins for Claude Code in a folder of PATH, each doing one thing that `claude setup-token` may do. */
import type { GatewayHost } from './host.ts';

/** As long as a real one: 108 characters. */
export const token = `sk-ant-oat01-${'CANARY'.repeat(15)}-_tAA`;

/** Anything of it that is shown gives it away. */
export const canary = 'CANARY';

/** As it stands on a terminal of 80 columns (2.1.330): two lines, each one blank to the right. */
export const wrapped = [token.slice(0, 79), token.slice(79)];

const head = '#!/bin/sh\n[ "$*" = setup-token ] || exit 9\n';

export const kinds = {
  /** 2.1.330: asks for a code, prints the token, stores nothing */
  prints: `printf 'Paste code here: '; read code; [ "$code" = 'code#state' ] || exit 8
printf '\\n ✔ Long-lived authentication token created\\n\\n Your OAuth token (valid for 1 year):\\n\\n'
printf ' %s\\n' '${wrapped.join("' '")}'
printf '\\n Store this token securely. You will not be able to see it again.\\n'
printf ' Use this token by setting: export CLAUDE_CODE_OAUTH_TOKEN=<token>\\n'\n`,
  /** as 2.1.330 without the question */
  silent: 'exit 0\n',
  /** some versions store a login */
  saves: `mkdir -p "$HOME/.claude"; umask 077
printf '{"claudeAiOauth":{"accessToken":"sk-ant-oat01-${canary}","refreshToken":"sk-ant-ort01-${canary}","expiresAt":%s000}}' \\
  "$(($(date +%s) + 28800))" > "$HOME/.claude/.credentials.json"\n`,
  fails: "echo 'Login failed' >&2; exit 3\n",
  hangs: "echo 'Waiting for the browser'; sleep 50\n",
  /** tells what its parent holds open, what is locked, and what it was handed */
  looks: `ls -l /proc/$PPID/fd > fds; ls -l /proc/self/fd > own; env > env; find . -name '*.lock' > locks\n`,
  /** dies in raw mode, with the cursor hidden */
  dies: "stty raw -echo; printf '\\033[?25l'; kill -9 $$\n",
} as const;

/** Puts one in place; the PATH that finds it. */
export function installClaude(host: GatewayHost, kind: keyof typeof kinds): { PATH: string } {
  host.write('bin/claude', `${head}${kinds[kind]}`, 0o755);
  return { PATH: `${host.path('bin')}:${process.env.PATH ?? ''}` };
}
