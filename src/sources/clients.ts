import { claude } from './claude.ts';
import { codex } from './codex.ts';
import { qwen } from './qwen.ts';
import type { Source } from './source.ts';

/** Every program whose login we take over, in the gateway's order: new profiles stand so in its file. */
export const clients: readonly Source[] = [claude, codex, qwen];
