/** How a login is to be refreshed. */
export interface RefreshOptions {
  /** ms that the access token must stay good; `Infinity`: a new one is wanted in any case */
  readonly minValidityMs: number;
  /** an endpoint that is not the provider's own may be used */
  readonly allowTokenEndpoint: boolean;
  /** false: Claude Code is not given the new pair of a login that it shares with us */
  readonly writeBack: boolean;
}

/** An expiry that nobody knows is none: then the token is used until it is refused. */
export function isGoodFor(expiresAt: number | undefined, ms: number, now: number): boolean {
  return expiresAt === undefined || expiresAt - now > ms;
}
