import { parse } from 'dotenv';
import { strongerVariables } from '../domain/onboarding.ts';
import type { VariableItem } from './env-entry.ts';
import type { Host } from './host.ts';
import type { SurveyedProfile } from './onboarding.ts';
import { survey } from './survey.ts';

/** Lines about whatever is used before the variables that stand in `<state>/.env` now. */
export async function shadowNotes(host: Host, items: readonly VariableItem[]): Promise<string[]> {
  if (items.length === 0) return [];
  const { profiles } = await survey(host, {});
  return items.flatMap((item) => [
    ...elsewhere(host, item),
    ...stronger(host, item),
    ...stored(profiles, item),
  ]);
}

/** The same variable, where the gateway looks first (2026.1.24, infra/dotenv.ts), even if blank. */
function elsewhere(host: Host, { name, key }: VariableItem): string[] {
  const { cwd, env } = host.effects;
  const path = host.paths.envFile;
  const own = env[name];
  if (own !== undefined && own !== key.reveal()) {
    const value = own.trim() === '' ? 'is set to nothing' : 'has another value';
    return [`${name} ${value} in this environment, which comes before ${path}: unset it there`];
  }
  const local = `${cwd}/.env`;
  if (!host.options.cwdEnv || local === path) return [];
  const text = host.files.read(local, { maxBytes: 1024 * 1024, followLink: true })?.text;
  const theirs = text === undefined ? undefined : parse(text)[name];
  if (theirs === undefined || theirs === key.reveal()) return [];
  return [`${name} of ${local} comes before ${path} for what is started there`];
}

function stronger(host: Host, { provider, name }: VariableItem): string[] {
  return strongerVariables(provider, name)
    .filter((other) => (host.effects.env[other] ?? '').trim() !== '')
    .map((other) => `${other} is set, and used before ${name}`);
}

function stored(profiles: readonly SurveyedProfile[], { provider, name }: VariableItem): string[] {
  const usable = profiles.filter((each) => each.provider === provider && each.status !== 'missing');
  if (usable.length === 0) return [];
  const ids = usable.map(({ id }) => id).join(', ');
  return [`agents that have ${ids} use that before ${name}`];
}
