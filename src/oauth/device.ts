import * as oauth from 'oauth4webapi';
import { EpiloopError } from '../errors.ts';
import { client, metadata } from './attempt.ts';
import { caller, explain, failed, type Grant, readGrant } from './grant.ts';
import type { LoginServer } from './login-server.ts';
import { errorCode } from './redeem.ts';
import type { Network, Sent } from './transport.ts';

/** What a person types in where, on any machine (RFC 8628 §3.2). */
export interface DeviceCode {
  readonly userCode: string;
  readonly url: string;
  /** the same address with the code in it, where the server has one */
  readonly whole: string | undefined;
  /** ms */
  readonly expiresInMs: number;
  readonly intervalMs: number;
  /** known to us and the server alone */
  readonly deviceCode: string;
}

/** Waiting, so that tests need not. */
export interface Pace {
  /** monotonic ms */
  now(): number;
  sleep(ms: number): Promise<void>;
}

export const realPace: Pace = {
  now: () => performance.now(),
  sleep: (ms) => new Promise((done) => setTimeout(done, ms)),
};

/** Asks for a code. Throws EpiloopError `refused` where there is no device login, else `network`. */
export async function askForCode(server: LoginServer, network: Network): Promise<DeviceCode> {
  if (server.device === undefined) throw noDevices(server);
  const { call, last } = caller(server, network, server.device);
  try {
    const reply = await oauth.processDeviceAuthorizationResponse(
      metadata(server),
      client(server),
      await oauth.deviceAuthorizationRequest(
        metadata(server),
        client(server),
        oauth.None(),
        new URLSearchParams({ scope: server.scopes }),
        call,
      ),
    );
    return readCode(server, reply);
  } catch (error) {
    throw explain(server, error, last());
  }
}

/**
 * Asks until the person has confirmed, has refused, or the code has expired, as often as the server
 * likes: 5 s more each time that it says `slow_down`, twice as long after a request that failed
 * (RFC 8628 §3.5). Throws EpiloopError `refused` or `network`.
 */
export async function awaitGrant(
  server: LoginServer,
  code: DeviceCode,
  network: Network,
  pace: Pace = realPace,
): Promise<Grant> {
  const end = pace.now() + code.expiresInMs;
  let intervalMs = code.intervalMs;
  for (;;) {
    await pace.sleep(Math.max(0, Math.min(intervalMs, end - pace.now())));
    if (pace.now() >= end) throw tooLate(server);
    const asked = await askOnce(server, code, network);
    if (asked.kind === 'granted') return asked.grant;
    if (asked.kind === 'slow_down') intervalMs += SLOWER_MS;
    if (asked.kind === 'failed') intervalMs = Math.min(intervalMs * 2, LONGEST_PAUSE_MS);
  }
}

type Asked =
  | { readonly kind: 'granted'; readonly grant: Grant }
  | { readonly kind: 'authorization_pending' | 'slow_down' | 'failed' };

async function askOnce(server: LoginServer, code: DeviceCode, network: Network): Promise<Asked> {
  const { call, last } = caller(server, network);
  try {
    const response = await oauth.deviceCodeGrantRequest(
      metadata(server),
      client(server),
      oauth.None(),
      code.deviceCode,
      call,
    );
    const reply = await oauth.processDeviceCodeResponse(metadata(server), client(server), response);
    return { kind: 'granted', grant: readGrant(server, reply) };
  } catch (error) {
    const outcome = last();
    const word = outcome?.kind === 'reply' ? errorCode(outcome.body) : undefined;
    if (word === 'authorization_pending' || word === 'slow_down') return { kind: word };
    if (word === 'expired_token') throw tooLate(server);
    if (word === 'access_denied') throw denied(server);
    if (mayPass(outcome)) return { kind: 'failed' };
    throw explain(server, error, outcome);
  }
}

const SLOWER_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;

/** The server was not there, or not well: nothing was decided yet. */
function mayPass(outcome: Sent | undefined): boolean {
  return outcome?.kind === 'failed' || (outcome?.kind === 'reply' && outcome.status >= 500);
}

/** Nobody types codes for longer, and nobody waits so long between two questions. */
const LONGEST_S = 1800;
const FIRST_PAUSE_S = 5;

function readCode(server: LoginServer, reply: oauth.DeviceAuthorizationResponse): DeviceCode {
  const { user_code: userCode, verification_uri: url, verification_uri_complete: whole } = reply;
  const interval = reply.interval ?? FIRST_PAUSE_S;
  const isPlain = /^[\x21-\x7e]{1,64}$/.test(userCode) && isAddress(url);
  const isSpan = Number.isFinite(reply.expires_in) && interval >= 0 && interval <= 60;
  if (!isPlain || !isSpan) throw failed(`${server.device?.host} answered with no code to type in`);
  return {
    userCode,
    url,
    whole: whole !== undefined && isAddress(whole) ? whole : undefined,
    expiresInMs: Math.min(reply.expires_in, LONGEST_S) * 1000,
    intervalMs: Math.max(interval, 1) * 1000,
    deviceCode: reply.device_code,
  };
}

/** It is shown, and a person opens it. */
function isAddress(text: string): boolean {
  return /^https?:\/\/[\x21-\x7e]{1,1024}$/.test(text) && URL.canParse(text);
}

function noDevices({ provider }: LoginServer): EpiloopError {
  return new EpiloopError('refused', `no device login is known for ${provider}`, {
    hint: 'leave --device out: what the browser shows can be pasted here',
  });
}

function tooLate({ provider }: LoginServer): EpiloopError {
  return new EpiloopError(
    'refused',
    `nobody logged in to ${provider} in time; nothing was stored`,
    {
      hint: 'log in once more',
    },
  );
}

function denied({ provider }: LoginServer): EpiloopError {
  return new EpiloopError('refused', `${provider} did not let you log in: access_denied`, {
    hint: 'log in once more',
  });
}
