import { parseJsonDocument } from '../config/lint-document.ts';
import { type Note, type Remark, remarksOn } from '../domain/lint.ts';
import type { LintNode } from '../domain/lint-tree.ts';
import { lintMirror } from '../mirror/lint.ts';
import { lintEnv } from '../sources/lint-env.ts';
import { lintLegacy } from '../sources/lint-legacy.ts';
import { lintModels } from '../sources/lint-models.ts';
import { isStoredFor, type LintHost } from './lint-host.ts';
import { kindByShape, type LintKind } from './lint-kind.ts';

const MAX_BYTES = 16 * 1024 * 1024;

export interface LintTarget {
  /** absolute */
  readonly path: string;
  /** undefined: what stands in it tells */
  readonly kind: LintKind | undefined;
}

/** What the gateway does with such a file when it is no JSON. */
const absent: Readonly<Record<Exclude<LintKind, 'config' | 'env'>, string>> = {
  profiles: 'the gateway treats it as absent',
  'legacy-auth': 'nothing is taken from it',
  'legacy-oauth': 'nothing is taken from it',
  models: 'the gateway ignores it',
};

/** Undefined: the file is not there, or is a config, which is more than one file. */
export function lintPlain(host: LintHost, target: LintTarget): Remark[] | undefined {
  const { path } = target;
  const content = host.host.files.read(path, { maxBytes: MAX_BYTES, followLink: true });
  if (content === undefined) return undefined;
  const { text } = content;
  if (target.kind === 'env') return remarksOn(path, text, lintEnv(text));
  const kind = target.kind ?? kindByShape(parseJsonDocument(text, '').root);
  if (kind === 'config' || kind === 'env') return undefined;
  const { root, notes } = parseJsonDocument(text, absent[kind]);
  const found = root === undefined ? [] : lintRoot(host, kind, root, path);
  return remarksOn(path, text, [...notes, ...found]);
}

function lintRoot(host: LintHost, kind: keyof typeof absent, root: LintNode, path: string): Note[] {
  const now = host.host.effects.now();
  if (kind === 'models') return lintModels(root);
  if (kind === 'profiles') return lintMirror(root, { now, isStored: isStoredFor(host, path) });
  return lintLegacy(kind, root, now);
}
