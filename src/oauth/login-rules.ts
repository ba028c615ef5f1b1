/** What one provider's own client does when somebody logs in. */
export interface LoginRules {
  /** separated by blanks */
  readonly scopes: string;
  /** where the browser is sent on this host (RFC 8252 §7.3); port 0: any */
  readonly callback: {
    readonly host: '127.0.0.1' | 'localhost';
    readonly port: number;
    readonly path: string;
  };
  /** the provider's own page that shows `code#state` to copy */
  readonly page: string | undefined;
  /** what it wants to be sent besides */
  readonly parameters: Readonly<Record<string, string>>;
  /** OpenID Connect's `nonce` is sent, and has to come back in the identity token */
  readonly nonce: boolean;
  /** the code's redemption repeats the state */
  readonly repeatsState: boolean;
  /** where it says whose account it is: beside the tokens, as Codex reads it, or as `sub` */
  readonly account: 'reply' | 'openai' | 'subject';
  /** host names that are the provider's own */
  readonly hosts: readonly string[];
}

export interface KnownLogin extends LoginRules {
  readonly authorize: string;
  readonly issuer: string;
  readonly encoding: 'form' | 'json';
}

/**
 * As Claude Code and Codex log in; the two clients' token endpoints and ids were seen on the wire
 * (`endpoint.ts`). What stands here was not: it is what many public clients of both agree on.
 *
 * Anthropic: that its page gives `code#state` to copy was seen with Claude Code 2.1.330. Where that
 * page is, that any port of `localhost` is taken, and the scopes were not; newer versions are said
 * to begin at `https://claude.com/cai/oauth/authorize`. It is not known to name an issuer: a callback
 * with another `iss` than this origin is refused.
 *
 * OpenAI: the port and the path are those registered for Codex, whose id this is. Codex sends no
 * nonce, and asks for a device code in a way of its own, which RFC 8628 does not describe and which
 * is not done here.
 */
export const knownLogins: ReadonlyMap<string, KnownLogin> = new Map([
  [
    'anthropic',
    {
      authorize: 'https://claude.ai/oauth/authorize',
      issuer: 'https://claude.ai',
      encoding: 'json',
      scopes:
        'org:create_api_key user:profile user:inference user:sessions:claude_code user:mcp_servers user:file_upload',
      callback: { host: 'localhost', port: 0, path: '/callback' },
      page: 'https://platform.claude.com/oauth/code/callback',
      parameters: { code: 'true' },
      nonce: false,
      repeatsState: true,
      account: 'reply',
      hosts: ['claude.ai', 'claude.com', 'platform.claude.com'],
    },
  ],
  [
    'openai-codex',
    {
      authorize: 'https://auth.openai.com/oauth/authorize',
      issuer: 'https://auth.openai.com',
      encoding: 'form',
      scopes: 'openid profile email offline_access',
      callback: { host: 'localhost', port: 1455, path: '/auth/callback' },
      page: undefined,
      parameters: {
        id_token_add_organizations: 'true',
        codex_cli_simplified_flow: 'true',
        originator: 'epiloop',
      },
      nonce: false,
      repeatsState: false,
      account: 'openai',
      hosts: ['auth.openai.com'],
    },
  ],
]);
