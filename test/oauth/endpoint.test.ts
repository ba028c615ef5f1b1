import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EpiloopError } from '../../src/errors.ts';
import { isLoopbackAddress, isPrivateAddress } from '../../src/oauth/address.ts';
import { findEndpoint, variableOf } from '../../src/oauth/endpoint.ts';
import { post } from '../../src/oauth/transport.ts';

const name = 'EPILOOP_TOKEN_ENDPOINT_ANTHROPIC';
const find = (url: string | undefined, allowOther = true) =>
  findEndpoint({ provider: 'anthropic', env: { [name]: url }, allowOther });

describe('a token endpoint', () => {
  it('is fixed for the providers that we know', () => {
    const anthropic = findEndpoint({ provider: ' Anthropic', env: {}, allowOther: false });
    assert.equal(anthropic?.url.href, 'https://platform.claude.com/v1/oauth/token');
    const codex = findEndpoint({ provider: 'openai-codex', env: {}, allowOther: false });
    assert.equal(codex?.url.href, 'https://auth.openai.com/oauth/token');
    assert.equal(codex?.overridden, false);
  });

  it('is none for others', () => {
    assert.equal(findEndpoint({ provider: 'openrouter', env: {}, allowOther: true }), undefined);
  });

  it('of another provider takes its client id from the login, or from a variable', () => {
    const env = { EPILOOP_TOKEN_ENDPOINT_MY_IDP: 'https://idp.example/token' };
    const question = { provider: 'my-idp', env, allowOther: true };
    assert.equal(findEndpoint({ ...question, clientId: 'abc' })?.clientId, 'abc');
    const named = { ...env, EPILOOP_CLIENT_ID_MY_IDP: 'def' };
    assert.equal(findEndpoint({ ...question, env: named })?.clientId, 'def');
    assert.equal(findEndpoint({ ...question, env: named })?.encoding, 'form');
    assert.throws(() => findEndpoint(question), {
      code: 'usage',
      hint: /EPILOOP_CLIENT_ID_MY_IDP/,
    });
  });

  it('has a variable named after the normalised id', () => {
    assert.equal(variableOf('TOKEN_ENDPOINT', 'z.ai'), 'EPILOOP_TOKEN_ENDPOINT_ZAI');
    assert.equal(variableOf('CLIENT_ID', 'a.b-c'), 'EPILOOP_CLIENT_ID_A_B_C');
  });

  it('is another host only where that is allowed', () => {
    for (const url of [
      'https://evil.example/token',
      'http://127.0.0.1:1/x',
      'https://platform.claude.com:444/',
    ]) {
      assert.throws(() => find(url, false), { code: 'refused', hint: /--allow-token-endpoint/ });
      assert.equal(find(url)?.overridden, true);
    }
    assert.equal(find('https://platform.claude.com/other', false)?.url.pathname, '/other');
    assert.equal(find('  ', false)?.overridden, false);
  });

  const refused = [
    'file:///etc/passwd',
    'ftp://x/',
    'data:text/plain,x',
    'javascript:x',
    'ws://127.0.0.1/',
    'x',
    '',
    '//host/',
    'http://example.com/',
    'http://localhost/',
    'http://10.0.0.1/',
    'http://169.254.169.254/latest',
    'http://0.0.0.0/',
    'http://[fe80::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://127.0.0.1.example/',
    'http://example.com:80@127.0.0.1/',
    'https://user@host/',
    'https://user:pass@host/',
    'https://:pass@host/',
    'https://host/#fragment',
    'https://',
    'https:///x y',
    'https://a b/',
    'https://[::1',
    'http://127.0.0.1@evil.example/',
    'blob:https://x/',
    'about:blank',
    'unix:/run/x',
    'https://%00/',
  ].filter((url) => url !== '');
  for (const url of refused) {
    it(`is never ${url}`, () => {
      assert.throws(
        () => find(url),
        (error) => {
          assert.ok(error instanceof EpiloopError);
          assert.equal(error.code, 'usage');
          assert.ok(!error.message.includes(url));
          return true;
        },
      );
    });
  }
});

describe('an address', () => {
  const rows: readonly [string, boolean][] = [
    ['8.8.8.8', false],
    ['160.79.104.10', false],
    ['2607:6bc0::10', false],
    ['172.32.0.1', false],
    ['100.128.0.1', false],
    ['10.1.2.3', true],
    ['172.16.0.1', true],
    ['172.31.255.255', true],
    ['192.168.1.1', true],
    ['127.0.0.1', true],
    ['127.255.0.1', true],
    ['169.254.169.254', true],
    ['0.0.0.0', true],
    ['100.64.0.1', true],
    ['224.0.0.1', true],
    ['255.255.255.255', true],
    ['198.18.0.1', true],
    ['::1', true],
    ['::', true],
    ['fe80::1', true],
    ['fc00::1', true],
    ['fd00:ec2::254', true],
    ['ff02::1', true],
    ['::ffff:10.0.0.1', true],
    ['::ffff:a00:1', true],
    ['64:ff9b::a00:1', true],
    ['not an address', true],
  ];
  for (const [address, isPrivate] of rows) {
    it(`${address} is ${isPrivate ? 'not one' : 'one'} of the internet`, () => {
      assert.equal(isPrivateAddress(address), isPrivate);
    });
  }

  it('of this host is loopback, in brackets or without', () => {
    for (const host of ['127.0.0.1', '127.9.9.9', '[::1]', '::1'])
      assert.ok(isLoopbackAddress(host));
    for (const host of ['localhost', '128.0.0.1', '[::2]', '']) assert.ok(!isLoopbackAddress(host));
  });
});

describe('a provider whose name leads into a private network', () => {
  const request = { headers: {}, body: 'x', overridden: false };
  for (const url of [
    'https://localhost:9/',
    'https://127.0.0.1:9/',
    'https://169.254.169.254/',
    'https://[::1]:9/',
    'https://[::ffff:127.0.0.1]:9/',
    'https://2130706433:9/',
    'https://0x7f.1:9/',
  ]) {
    it(`is not sent anything: ${url}`, async () => {
      assert.deepEqual(await post({ ...request, url: new URL(url) }), {
        kind: 'failed',
        sent: false,
        why: 'its address is not one of the internet',
      });
    });
  }

  it('nor the metadata service, even where an operator names it', async () => {
    const sent = await post({
      ...request,
      overridden: true,
      url: new URL('https://169.254.169.254/'),
    });
    assert.deepEqual(sent, {
      kind: 'failed',
      sent: false,
      why: 'its address is not one of the internet',
    });
  });
});
