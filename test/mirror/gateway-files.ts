import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const golden = join(import.meta.dirname, '../golden');

/** Every `auth-profiles.json` that the golden runs of the gateway read or wrote: case → texts. */
export function gatewayFiles(): { readonly name: string; readonly text: string }[] {
  return readdirSync(golden).flatMap((name) => {
    const texts = [...inputs(join(golden, name)), ...outputs(join(golden, name))];
    return [...new Set(texts)].map((text) => ({ name, text }));
  });
}

function inputs(folder: string): string[] {
  const { files } = parse(join(folder, 'inputs.json')) as { files?: Record<string, string> };
  return Object.entries(files ?? {}).flatMap(([path, text]) => (isMirror(path) ? [text] : []));
}

function outputs(folder: string): string[] {
  const { results } = parse(join(folder, 'case.json')) as {
    results?: { filesChanged?: Record<string, { text?: string } | null> }[];
  };
  const changes = (results ?? []).flatMap((result) => Object.entries(result.filesChanged ?? {}));
  return changes.flatMap(([path, now]) => (isMirror(path) && now?.text ? [now.text] : []));
}

function isMirror(path: string): boolean {
  return path.endsWith('/auth-profiles.json');
}

function parse(path: string): unknown {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
}
