import { authLabel, type LabelInput } from './auth-label.ts';
import { explain } from './explanation.ts';
import type { HostConfig } from './host-config.ts';
import { configProvider } from './in-use.ts';
import { aliasesOf, type ModelCatalog } from './model-catalog.ts';
import type { Reply } from './model-choice.ts';
import { type ModelRef, refText } from './model-ref.ts';
import type { SessionPin } from './session-pin.ts';
import { shortenHome } from './visible.ts';

/** `/model`: a few lines. */
export function summary({ fallback }: ModelCatalog, { model }: SessionPin): Reply {
  return {
    lines: [
      `Current: ${refText(model ?? fallback)}`,
      '',
      'Switch: /model <provider/model>',
      'Browse: /models (providers) or /models <provider> (models)',
      'More: /model status',
    ],
  };
}

export interface StatusInput extends LabelInput {
  readonly catalog: ModelCatalog;
  readonly pin: SessionPin;
  /** what the session had chosen is not allowed any more */
  readonly reset: boolean;
  /** the pin as the resolver takes it, for the provider of the session's model */
  readonly preferred: string | undefined;
}

/** `/model status`: everything, provider by provider, with the models that can be switched to. */
export function statusScreen(input: StatusInput): Reply {
  const { catalog, pin, view, home, reset } = input;
  const current = pin.model ?? catalog.fallback;
  const { profile } = pin;
  const by = profile?.source === 'auto' ? 'picked by the gateway' : 'pinned by the user';
  const groups = Map.groupBy(withCurrent(catalog, current), ({ provider }) => provider);
  return {
    lines: [
      `Current: ${refText(current)}`,
      `Default: ${refText(catalog.fallback)}`,
      `Agent: ${view.agentId}`,
      `Auth file: ${shortenHome(view.storePath, home)}`,
      ...(profile === undefined ? [] : [`Auth profile: ${profile.id} (${by})`]),
      ...(reset ? ['(previous selection reset to default)'] : []),
      ...[...groups].flatMap(([provider, models]) => [
        '',
        heading(provider, provider === current.provider, input),
        ...models.map((ref) => bullet(ref, input.config)),
      ]),
    ],
  };
}

function withCurrent({ models }: ModelCatalog, current: ModelRef): readonly ModelRef[] {
  const isThere = models.some((ref) => refText(ref) === refText(current));
  return isThere ? models : [...models, current];
}

function heading(provider: string, isCurrent: boolean, input: StatusInput): string {
  const configured = configProvider(input.config, provider);
  const endpoint = endpointOf(configured?.baseUrl);
  const api = configured?.api === undefined ? '' : ` api: ${configured.api}`;
  const preferred = isCurrent ? input.preferred : undefined;
  const explanation = explain(provider, { ...input, preferred });
  return `[${provider}] endpoint: ${endpoint}${api} auth: ${authLabel(explanation, input)}`;
}

/** Of an address only what says where it is: the rest may hold a key. */
function endpointOf(baseUrl: string | undefined): string {
  const text = (baseUrl ?? '').trim();
  if (text === '') return 'default';
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.host === '') return 'custom';
  return `${url.protocol}//${url.host}${url.pathname === '/' ? '' : url.pathname}`;
}

function bullet(ref: ModelRef, config: HostConfig): string {
  const aliases = aliasesOf(config, ref);
  return `  • ${refText(ref)}${aliases.length === 0 ? '' : ` (${aliases.join(', ')})`}`;
}
