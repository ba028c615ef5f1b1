import { error, type Note, noted, warning } from '../domain/lint.ts';
import { usageTimeFault } from '../domain/lint-time.ts';
import { type LintNode, membersOf, named } from '../domain/lint-tree.ts';

const times = new Set(['lastUsed', 'cooldownUntil', 'disabledUntil', 'lastFailureAt']);

/** `usageStats`: times in another unit rest a profile for ever, or not at all. */
export function usageNotes(stats: LintNode | undefined): Note[] {
  if (stats === undefined) return [];
  if (stats.type !== 'object') {
    return noted(stats.at, error('wrong-type', 'usageStats: expected an object; it is ignored'));
  }
  return stats.members.flatMap(({ key, value }) => {
    if (value.type !== 'object') {
      return noted(value.at, warning('wrong-type', `${named(key)}: expected an object`));
    }
    return membersOf(value)
      .filter((field) => times.has(field.key))
      .flatMap((field) => noted(field.value.at, usageTimeFault(field.key, field.value)));
  });
}
