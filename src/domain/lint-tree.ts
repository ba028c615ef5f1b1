import { looksSecret } from './secret-marks.ts';

/** A JSON or JSON5 value with its place: UTF-16 code units from the start of the text. */
export type LintNode =
  | { readonly type: 'object'; readonly at: number; readonly members: readonly LintMember[] }
  | { readonly type: 'list'; readonly at: number; readonly items: readonly LintNode[] }
  | { readonly type: 'text'; readonly at: number; readonly text: string }
  | { readonly type: 'number'; readonly at: number; readonly value: number }
  | { readonly type: 'boolean'; readonly at: number; readonly value: boolean }
  | { readonly type: 'null'; readonly at: number };

export interface LintMember {
  readonly key: string;
  /** of the key */
  readonly at: number;
  readonly value: LintNode;
}

/** The members of an object; none of anything else. */
export function membersOf(node: LintNode | undefined): readonly LintMember[] {
  return node?.type === 'object' ? node.members : [];
}

/** Of duplicate keys the last is the effective one. */
export function memberOf(node: LintNode | undefined, key: string): LintMember | undefined {
  return membersOf(node).findLast((member) => member.key === key);
}

export function itemsOf(node: LintNode | undefined): readonly LintNode[] {
  return node?.type === 'list' ? node.items : [];
}

export function textIn(node: LintNode | undefined): string | undefined {
  return node?.type === 'text' ? node.text : undefined;
}

/** Members that a later one of the same key hides. */
export function hiddenMembers(node: LintNode): readonly LintMember[] {
  const last = new Map(membersOf(node).map((member) => [member.key, member]));
  return membersOf(node).filter((member) => last.get(member.key) !== member);
}

/**
 * A key, an id or a provider as a remark may repeat it. What looks like a secret that was put in
 * the wrong place, or is no such word at all, is not repeated.
 */
export function named(text: string): string {
  return /^[\p{L}\p{N}_.@:+/-]{1,80}$/u.test(text) && !looksSecret(text) ? text : '[hidden]';
}

/** Letters and digits alone in lower case: `api-key`, `apiKey` and `API_KEY` are one. */
export function squashed(word: string): string {
  return word.toLowerCase().replace(/[^a-z0-9]/g, '');
}
