import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Secret } from '../../src/domain/secret.ts';
import { askModel, type ModelRequest, modelAddress } from '../../src/oauth/model-request.ts';
import { type Answer, json, raw, serve } from './loopback-server.ts';

describe('where a credential may be sent', () => {
  const rows: readonly (readonly [baseUrl: string, expected: string | undefined])[] = [
    ['https://api.anthropic.com', 'https://api.anthropic.com/v1/messages'],
    ['https://proxy.example/a/', 'https://proxy.example/a/v1/messages'],
    ['https://proxy.example/a//', 'https://proxy.example/a/v1/messages'],
    ['http://127.0.0.1:9', 'http://127.0.0.1:9/v1/messages'],
    ['http://[::1]:9/x', 'http://[::1]:9/x/v1/messages'],
    ['http://localhost:9', undefined],
    ['http://proxy.example', undefined],
    ['http://10.0.0.1', undefined],
    ['http://127.0.0.1.example', undefined],
    ['https://user@proxy.example', undefined],
    ['https://:secret@proxy.example', undefined],
    ['https://proxy.example/?to=elsewhere', undefined],
    ['https://proxy.example/#x', undefined],
    ['file:///etc/passwd', undefined],
    ['ftp://127.0.0.1', undefined],
    ['proxy.example', undefined],
    ['', undefined],
  ];
  for (const [baseUrl, expected] of rows) {
    test(JSON.stringify(baseUrl), () => {
      const url = modelAddress({ name: 'anthropic-messages', baseUrl, configured: true });
      assert.equal(url?.href, expected);
    });
  }
});

const canary = 'sk-ant-api03-CANARY0123456789';

function request(baseUrl: string, more: Partial<ModelRequest> = {}): ModelRequest {
  const api = { name: 'anthropic-messages', baseUrl, configured: true } as const;
  const url = modelAddress(more.api ?? api);
  assert.ok(url !== undefined);
  return {
    ...{ api, url, model: 'm', secret: new Secret(canary), bearer: false },
    ...{ maxTokens: 8, timeoutMs: 400, ...more },
  };
}

async function ask(answer: Answer, more: Partial<ModelRequest> = {}) {
  const server = await serve(answer);
  try {
    const asked = await askModel(request(server.url.origin, more), {});
    return { asked, requests: server.asked };
  } finally {
    await server.close();
  }
}

describe('hostile servers', () => {
  const drip: Answer = async (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    while (!response.destroyed) {
      response.write(' ');
      await new Promise((done) => setTimeout(done, 20));
    }
  };
  const flood: Answer = (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(Buffer.alloc(16 * 1024 * 1024, 0x20));
  };
  const rows: readonly (readonly [string, Answer, why: string])[] = [
    ['a drip', drip, 'no answer within 0.4 s'],
    ['silence', () => undefined, 'no answer within 0.4 s'],
    ['16 MB', flood, 'it answered with more than 65536 bytes'],
    [
      'a redirect',
      raw('', { status: 307, headers: { location: 'http://127.0.0.1:1/' } }),
      'it answered with a redirect',
    ],
    ['a closed door', (response) => void response.destroy(), 'ECONNRESET'],
    ['no text', raw(new Uint8Array([0xff, 0xfe])), 'it answered with what is not text'],
    [
      'compression',
      raw('x', { headers: { 'content-encoding': 'gzip' } }),
      'it answered in an encoding that was not asked for',
    ],
  ];
  for (const [what, answer, why] of rows) {
    test(what, async () => {
      const { asked, requests } = await ask(answer);
      assert.ok(asked.kind === 'failed');
      assert.equal(asked.why, why);
      assert.equal(asked.late === true, why.startsWith('no answer'));
      assert.ok(asked.latencyMs < 3_000);
      assert.equal(requests.length, 1);
      assert.doesNotMatch(JSON.stringify(asked), /CANARY/);
    });
  }

  test('a name of this host that is somewhere else is not asked over http', async () => {
    // the address is judged as it is connected to, literals included
    const api = { name: 'openai-completions', baseUrl: 'https://169.254.169.254/v1' } as const;
    const asked = await askModel(request('', { api: { ...api, configured: true } }), {});
    assert.ok(asked.kind === 'failed');
    assert.equal(asked.why, 'its address is not one of the internet');
    assert.equal(asked.sent, false);
  });

  test('an address of a provider may not be a private one', async () => {
    const api = { name: 'openai-completions', baseUrl: 'https://10.0.0.1/v1' } as const;
    const asked = await askModel(request('', { api: { ...api, configured: false } }), {});
    assert.ok(asked.kind === 'failed');
    assert.equal(asked.why, 'its address is not one of the internet');
  });
});

describe('what is sent', () => {
  const rows = [
    ['anthropic-messages', '/v1/messages', 'max_tokens', 8],
    ['openai-completions', '/chat/completions', 'max_tokens', 8],
    // its least
    ['openai-responses', '/responses', 'max_output_tokens', 16],
  ] as const;
  for (const [name, path, field, most] of rows) {
    test(name, async () => {
      const server = await serve(json({ content: [] }));
      const api = { name, baseUrl: server.url.origin, configured: true };
      const asked = await askModel(request('', { api }), {});
      await server.close();
      assert.equal(asked.kind, 'reply');
      const [one] = server.asked;
      assert.deepEqual([one?.method, one?.path, one?.type], ['POST', path, 'application/json']);
      const body = JSON.parse(one?.body ?? '');
      assert.deepEqual([body.model, body[field]], ['m', most]);
      assert.doesNotMatch(one?.body ?? '', /CANARY/);
    });
  }
});
