/** A model provider on loopback: answers by the key it is sent, and remembers who asked, and how many at once. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface AskedModel {
  readonly path: string;
  readonly key: string;
  readonly beta: string | undefined;
  readonly model: string;
  readonly maxTokens: number;
}

export interface ProviderDouble {
  readonly url: string;
  readonly asked: readonly AskedModel[];
  /** the most requests that were open at one time */
  readonly most: () => number;
  close(): Promise<void>;
}

/** What is answered is named in the key: `…-<kind>-…`; anything else is good. */
const kinds: Readonly<Record<string, (response: ServerResponse, key: string) => void>> = {
  auth: (response, key) => reply(response, 401, 'authentication_error', `invalid x-api-key ${key}`),
  poor: (response) => reply(response, 402, 'billing_error', 'pay'),
  credit: (response) =>
    reply(response, 400, 'invalid_request_error', 'Your credit balance is too low'),
  limit: (response) => reply(response, 429, 'rate_limit_error', 'slow down'),
  gone: (response) => reply(response, 404, 'not_found_error', 'model: x'),
  broken: (response) => reply(response, 500, 'api_error', 'oops'),
  late: (response) => reply(response, 408, 'timeout_error', 'late'),
  page: (response) => void response.end('<html>hotel</html>'),
  away: (response) => void response.writeHead(302, { location: '/elsewhere' }).end(),
  flood: (response) => void response.end(Buffer.alloc(16 * 1024 * 1024, 0x20)),
  silent: () => undefined,
  drip: (response) => {
    const timer = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(timer));
  },
  slow: (response) => void setTimeout(() => good(response), 150),
};

export async function startProvider(): Promise<ProviderDouble> {
  const asked: AskedModel[] = [];
  let open = 0;
  let most = 0;
  const server = createServer(async (request, response) => {
    open += 1;
    most = Math.max(most, open);
    response.on('close', () => {
      open -= 1;
    });
    response.on('error', () => response.destroy());
    const one = await read(request);
    asked.push(one);
    const kind = Object.keys(kinds).find((name) => one.key.includes(`-${name}-`)) ?? '';
    (kinds[kind] ?? good)(response, one.key);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // a TCP server's address is this
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    most: () => most,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function read(request: IncomingMessage): Promise<AskedModel> {
  let text = '';
  for await (const piece of request) text += piece;
  const { headers, url = '' } = request;
  const body = JSON.parse(text || '{}');
  const key = String(headers['x-api-key'] ?? headers.authorization ?? '');
  const beta = headers['anthropic-beta'];
  return { path: url, key, beta: beta?.toString(), model: body.model, maxTokens: body.max_tokens };
}

function good(response: ServerResponse): void {
  response.end('{"type":"message","content":[],"choices":[{}]}');
}

function reply(response: ServerResponse, status: number, type: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ type: 'error', error: { type, message } }));
}
