import type { AgentView } from './agent-view.ts';
import { variablesOf } from './env-keys.ts';
import { knownProviders } from './explanation.ts';
import type { HostConfig } from './host-config.ts';
import { normalizeProvider } from './provider.ts';

/** They have credentials that no single variable holds, or need none. */
const builtIn: ReadonlySet<string> = new Set(
  'google-vertex amazon-bedrock openai-codex claude-cli codex-cli ollama lmstudio'.split(' '),
);

/** Something is known of it: a name in the file or the config, a variable of its own. */
export function isKnownProvider(provider: string, view: AgentView, config: HostConfig): boolean {
  const id = normalizeProvider(provider);
  return builtIn.has(id) || variablesOf(id).length > 0 || knownProviders(view, config).includes(id);
}
