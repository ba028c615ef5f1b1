import { lookup as resolve } from 'node:dns';
import * as http from 'node:http';
import * as https from 'node:https';
import type { LookupFunction } from 'node:net';
import { rootCertificates } from 'node:tls';
import { systemCode } from '../errors.ts';
import { isLoopbackAddress, isPrivateAddress } from './address.ts';

/** How the network is reached; all of it by explicit settings of ours, nothing from the usual variables. */
export interface Network {
  /** an `http://host:port` proxy for https */
  readonly proxy?: string | undefined;
  /** PEM certificates to trust besides the built-in ones */
  readonly extraCa?: string | undefined;
}

export interface Post {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** an operator named this address, so that it may be a private one */
  readonly overridden: boolean;
  /** for the whole exchange; 10 s where it is not given */
  readonly patienceMs?: number | undefined;
}

/** What became of a request: a reply, or why there is none and whether the server may have it. */
export type Sent =
  | {
      readonly kind: 'reply';
      readonly status: number;
      readonly type: string;
      readonly body: string;
    }
  | {
      readonly kind: 'failed';
      readonly sent: boolean;
      readonly why: string;
      /** no answer came in time */
      readonly late?: true;
    };

/** Of a whole exchange, name resolution included. */
const PATIENCE_MS = 10_000;

/** Token replies have two. */
const MAX_BYTES = 64 * 1024;

/**
 * One POST: no redirect is followed, nothing is retried, TLS is always verified, and it ends within
 * its time and 64 KiB. `why` names what happened, never what was sent or answered.
 */
export function post(request: Post, network: Network = {}): Promise<Sent> {
  return new Promise((answer) => {
    let sent = false;
    const patienceMs = request.patienceMs ?? PATIENCE_MS;
    const signal = AbortSignal.timeout(patienceMs);
    const fail = (error: unknown) => {
      const why = signal.aborted ? `no answer within ${patienceMs / 1000} s` : reason(error);
      answer({ kind: 'failed', sent, why, ...(signal.aborted && { late: true }) });
    };
    const module = request.url.protocol === 'https:' ? https : http;
    const outgoing = module.request(request.url, {
      method: 'POST',
      headers: { ...request.headers, 'content-length': String(Buffer.byteLength(request.body)) },
      signal,
      agent: agentFor(request.url, network),
      ...(network.proxy === undefined && { lookup: lookupFor(request) }),
    });
    outgoing.on('finish', () => {
      sent = true;
    });
    outgoing.on('error', fail);
    outgoing.on('response', (response) => {
      // an answer that comes before the request was sent whole was still an answer to it
      sent = true;
      read(response).then(answer, (error: unknown) => {
        outgoing.destroy();
        fail(error);
      });
    });
    const literal = refusedLiteral(request, network);
    if (literal === undefined) outgoing.end(request.body);
    else outgoing.destroy(new Unwanted(literal));
  });
}

/** Raised by our own rules; its message may be told. */
class Unwanted extends Error {}

async function read(response: http.IncomingMessage): Promise<Sent> {
  const status = response.statusCode ?? 0;
  if (status >= 300 && status < 400) throw new Unwanted('it answered with a redirect');
  if (response.headers['content-encoding'] !== undefined) {
    throw new Unwanted('it answered in an encoding that was not asked for');
  }
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of response) {
    length += piece.length;
    if (length > MAX_BYTES) throw new Unwanted(`it answered with more than ${MAX_BYTES} bytes`);
    pieces.push(piece);
  }
  const type = response.headers['content-type'] ?? '';
  return { kind: 'reply', status, type, body: decode(Buffer.concat(pieces)) };
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw new Unwanted('it answered with what is not text');
  }
}

function reason(error: unknown): string {
  if (error instanceof Unwanted) return error.message;
  return systemCode(error) ?? 'the connection broke';
}

/** A host that is an address is not looked up, and so has to be judged before. */
function refusedLiteral({ url, overridden }: Post, { proxy }: Network): string | undefined {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const isAddress = host !== url.hostname || /^[\d.]+$/.test(host);
  if (!isAddress || proxy !== undefined) return undefined;
  return judge(host, overridden);
}

function judge(address: string, overridden: boolean): string | undefined {
  if (!isPrivateAddress(address)) return undefined;
  if (overridden && !/^(169\.254\.|fe80:|fd00:ec2::254$)/i.test(address)) return undefined;
  return 'its address is not one of the internet';
}

/** The address that was judged is the one that is connected to: a second answer cannot differ. */
function lookupFor({ url, overridden }: Post): LookupFunction {
  return (name, options, answer) => {
    resolve(name, { ...options, all: true }, (error, found) => {
      if (error !== null) return answer(error, '', 0);
      const isOpen =
        url.protocol === 'http:' && !found.every((each) => isLoopbackAddress(each.address));
      const refusal = isOpen
        ? 'http leads away from this host'
        : found.map(({ address }) => judge(address, overridden)).find((why) => why !== undefined);
      if (refusal !== undefined) return answer(new Unwanted(refusal), '', 0);
      if (options.all === true) return answer(null, found);
      const first = found[0];
      if (first === undefined) return answer(new Unwanted('it has no address'), '', 0);
      return answer(null, first.address, first.family);
    });
  };
}

function agentFor(url: URL, { proxy, extraCa }: Network): http.Agent {
  const options = { keepAlive: false };
  const proxied = proxy === undefined ? {} : { proxyEnv: { HTTPS_PROXY: proxy } };
  if (url.protocol !== 'https:') return new http.Agent(options);
  // named, or Node would trust what NODE_EXTRA_CA_CERTS and the like add
  const ca = [...rootCertificates, ...(extraCa === undefined ? [] : [extraCa])];
  return new https.Agent({ ...options, ...proxied, ca, rejectUnauthorized: true });
}
