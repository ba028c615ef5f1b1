import type { Survey } from '../../app/onboarding.ts';
import { visible } from '../../domain/visible.ts';

/** One line for each provider that has anything, or only for some: ids and variables, no secret. */
export function todayLines(
  { profiles, variables }: Survey,
  only?: ReadonlySet<string>,
): readonly string[] {
  const names = new Set([...profiles, ...variables].map(({ provider }) => provider));
  const asked = [...names].filter((name) => only === undefined || only.has(name)).toSorted();
  return asked.map((name) => {
    const parts = [
      ...profiles
        .filter(({ provider }) => provider === name)
        .map(({ id, status, fingerprint }) => `${id} ${status} #${fingerprint}`),
      ...variables
        .filter(({ provider }) => provider === name)
        .map((variable) => `env: ${variable.name}`),
    ];
    return visible(`- ${name}  ${parts.join(' | ')}`);
  });
}
