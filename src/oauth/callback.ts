import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { EpiloopError, systemCode } from '../errors.ts';
import { hasState } from './attempt.ts';
import type { LoginRules } from './login-rules.ts';

/** A place on this host that waits for the browser to come back with an answer. */
export interface Callback {
  readonly redirectUri: string;
  /** the answer with our state, once; never settles where none comes */
  readonly answer: Promise<URLSearchParams>;
  close(): void;
}

interface Wanted extends Pick<LoginRules, 'callback'> {
  readonly state: string;
  /** told of an answer that belongs to another login, and was not taken */
  readonly onStray?: () => void;
}

/**
 * Listens on 127.0.0.1 and nowhere else (RFC 8252 §7.3, §8.3) for exactly one GET of the right path
 * with the right state. Everything else is sent away and changes nothing: pages in the browser and
 * other users of this host can reach the port too. Throws EpiloopError `busy` for a taken port.
 */
export async function listen({ callback, state, onStray }: Wanted): Promise<Callback> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 });
  const port = await open(server, callback.port);
  const authorities = new Set([`127.0.0.1:${port}`, `localhost:${port}`]);
  let isAnswered = false;
  const answer = new Promise<URLSearchParams>((take) => {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      response.on('error', () => response.destroy());
      const isOurs = authorities.has(request.headers.host ?? '');
      const url = isOurs ? parse(request.url) : undefined;
      if (url?.pathname !== callback.path) return say(response, 404, 'there is nothing here');
      if (request.method !== 'GET') return say(response, 405, 'this is not how a browser asks');
      if (!hasState(url.searchParams, state)) {
        onStray?.();
        return say(response, 400, 'this answer belongs to another login, and was not taken');
      }
      if (isAnswered) return say(response, 410, 'this login has its answer already');
      isAnswered = true;
      const hasCode = url.searchParams.has('code') && !url.searchParams.has('error');
      response.on('close', () => take(url.searchParams));
      // one answer is all there is to wait for
      server.close();
      say(response, 200, hasCode ? 'epiloop has the answer: close this page' : 'not logged in');
    });
  });
  return {
    redirectUri: `http://${callback.host}:${port}${callback.path}`,
    answer,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function open(server: Server, port: number): Promise<number> {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new EpiloopError(
      'busy',
      `cannot listen on port ${port} of 127.0.0.1: ${systemCode(cause)}`,
      {
        hint: 'end what listens there, such as another login, or add --code-from-stdin',
        cause,
      },
    );
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** A path, since the origin of what a browser asks is ours. */
function parse(path = ''): URL | undefined {
  const text = `http://127.0.0.1${path}`;
  return path.startsWith('/') && URL.canParse(text) ? new URL(text) : undefined;
}

/** Nothing of what was asked is repeated, nor kept by the browser. */
function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    'content-security-policy': "default-src 'none'",
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    connection: 'close',
    ...(status === 405 && { allow: 'GET' }),
  });
  response.end(`${text}\n`);
}
