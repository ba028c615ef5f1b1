/** A server on loopback that answers as each test says, and remembers what it was asked. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly type: string;
  readonly body: string;
}

export type Answer = (response: ServerResponse, asked: Asked) => void | Promise<void>;

export interface LoopbackServer {
  readonly url: URL;
  readonly asked: readonly Asked[];
  close(): Promise<void>;
}

export async function serve(answer: Answer): Promise<LoopbackServer> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    // a client that gives up is what some tests are about
    response.on('error', () => response.destroy());
    const one = await read(request);
    asked.push(one);
    await answer(response, one);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // a TCP server's address is this
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`http://127.0.0.1:${port}/token`),
    asked,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function read(request: IncomingMessage): Promise<Asked> {
  let body = '';
  for await (const piece of request) body += piece;
  const { method = '', url: path = '', headers } = request;
  return { method, path, type: headers['content-type'] ?? '', body };
}

/** JSON with a status. */
export function json(value: unknown, status = 200): Answer {
  return raw(JSON.stringify(value), { status });
}

export function raw(
  text: string | Uint8Array,
  {
    status = 200,
    type = 'application/json',
    headers = {},
  }: {
    readonly status?: number;
    readonly type?: string | undefined;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Answer {
  return (response) => {
    response.writeHead(status, { ...(type !== '' && { 'content-type': type }), ...headers });
    response.end(text);
  };
}
