import { shellEnvKeys } from '../domain/env-keys.ts';
import type { HostConfig } from '../domain/host-config.ts';
import type { Environment } from '../ports.ts';
import type { HostEnvironment } from './environment.ts';
import type { Host } from './host.ts';

/** What the login shell adds (gateway 2026.1.24, infra/shell-env.ts). */
export interface ShellEnv {
  readonly enabled: boolean;
  /** names that were taken from it */
  readonly appliedKeys: readonly string[];
  readonly values: Environment;
}

const yes = /^(1|true|yes|on)$/i;

/** Is it switched on at all, in the config or by `EPILOOP_LOAD_SHELL_ENV`? */
export function shellEnvEnabled(host: Host, config: HostConfig): boolean {
  const { env } = host.effects;
  return config.env.shellEnv.enabled || yes.test(env.EPILOOP_LOAD_SHELL_ENV?.trim() ?? '');
}

/** The login shell is run only where that is switched on and none of the expected keys is set. */
export async function importShellEnv(
  host: Host,
  config: HostConfig,
  environment: HostEnvironment,
): Promise<ShellEnv> {
  const enabled = shellEnvEnabled(host, config);
  const { env } = host.effects;
  const deferred = yes.test(env.EPILOOP_DEFER_SHELL_ENV_FALLBACK?.trim() ?? '');
  const lookup = environment.lookup(config);
  const isSet = shellEnvKeys.some((name) => lookup(name) !== undefined);
  if (!enabled || deferred || isSet) return { enabled, appliedKeys: [], values: {} };
  const asked = Number(env.EPILOOP_SHELL_ENV_TIMEOUT_MS ?? config.env.shellEnv.timeoutMs);
  const wanted = Number.isFinite(asked) && asked > 0 ? asked : config.env.shellEnv.timeoutMs;
  // execFile throws on fractions, and takes 0 for no limit
  const timeoutMs = Math.min(Math.max(1, Math.trunc(wanted)), 60_000);
  const answer = await host.effects.loginShellEnv(timeoutMs);
  if ('failure' in answer) {
    host.findings.push({
      reason: 'source_unreadable',
      message: `the login shell gave no environment: ${answer.failure}`,
      hint: 'set env.shellEnv.enabled to false, or mend the shell profile',
      exit: 0,
    });
    return { enabled, appliedKeys: [], values: {} };
  }
  const names = shellEnvKeys.filter((name) => (answer.values[name] ?? '').trim() !== '');
  const values = Object.fromEntries(names.map((name) => [name, answer.values[name]]));
  return { enabled, appliedKeys: names, values };
}
