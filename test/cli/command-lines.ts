/** The command lines of epiloop within an example, which may hold pipes and substitutions. */
import assert from 'node:assert/strict';

/** The words behind each `epiloop` of an example, as a shell would pass them. */
export function epiloopWords(example: string): string[][] {
  const parts = example.split(/\|\||&&|[|;>]|"?\$\(|\)"?/).map((part) => part.trim());
  const lines = parts.filter((part) => /^epiloop( |$)/.test(part));
  assert.ok(lines.length > 0, `${example} does not run epiloop`);
  return lines.map((line) => shellWords(line).slice(1));
}

function shellWords(line: string): string[] {
  const words = line.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return words.map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2'));
}
