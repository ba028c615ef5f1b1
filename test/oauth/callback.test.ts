import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, describe, it } from 'node:test';
import { type Callback, listen } from '../../src/oauth/callback.ts';

const state = 'state-of-this-test';
const rules = { host: '127.0.0.1', port: 0, path: '/callback' } as const;
const open: Callback[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

async function listening(onStray?: () => void) {
  const callback = await listen({ callback: rules, state, ...(onStray && { onStray }) });
  open.push(callback);
  let answer: URLSearchParams | undefined;
  void callback.answer.then((found) => {
    answer = found;
  });
  const url = new URL(callback.redirectUri);
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(new URL(path, url), { redirect: 'manual', ...init });
  return { callback, url, ask, answer: () => answer };
}

const good = `/callback?code=canary-code&state=${state}`;

describe('the place that waits for the browser', () => {
  it('takes the answer, says so, keeps nothing of it, and is gone', async () => {
    const { callback, ask } = await listening();
    const response = await ask(`${good}&iss=https%3A%2F%2Fidp.example`);
    assert.equal(response.status, 200);
    const page = await response.text();
    assert.match(page, /epiloop has the answer/);
    assert.ok(!page.includes('canary'));
    assert.equal(response.headers.get('cache-control'), 'no-store');
    assert.equal(response.headers.get('referrer-policy'), 'no-referrer');
    const answer = await callback.answer;
    assert.equal(answer.get('code'), 'canary-code');
    assert.equal(answer.get('iss'), 'https://idp.example');
    await assert.rejects(ask(good));
  });

  it('takes one answer of several that come at once', async () => {
    const { callback, ask } = await listening();
    const answers = ['a', 'b', 'c'].map((code) => `/callback?code=${code}&state=${state}`);
    const replies = await Promise.all(
      answers.map(async (path) => {
        const status = await ask(path).then(
          (response) => response.status,
          () => 0,
        );
        return { path, status };
      }),
    );
    const [taken, ...more] = replies.filter(({ status }) => status === 200);
    assert.deepEqual(more, []);
    assert.ok(taken?.path.includes(`code=${(await callback.answer).get('code')}&`));
  });

  it('takes a refusal with our state too', async () => {
    const { callback, ask } = await listening();
    const response = await ask(`/callback?error=access_denied&state=${state}`);
    assert.match(await response.text(), /not logged in/);
    assert.equal((await callback.answer).get('error'), 'access_denied');
  });

  const others: readonly [string, string, RequestInit, number][] = [
    ['another path', `/other?code=a&state=${state}`, {}, 404],
    ['a path below', `/callback/x?code=a&state=${state}`, {}, 404],
    ['the path in capitals', `/CALLBACK?code=a&state=${state}`, {}, 404],
    ['the icon of a browser', '/favicon.ico', {}, 404],
    ['a form', good, { method: 'POST', body: 'x' }, 405],
    ['HEAD', good, { method: 'HEAD' }, 405],
    ['OPTIONS', good, { method: 'OPTIONS' }, 405],
    ['another state', '/callback?code=a&state=other', {}, 400],
    ['no state', '/callback?code=a', {}, 400],
    ['an error without state', '/callback?error=access_denied', {}, 400],
    ['two states', `${good}&state=${state}`, {}, 400],
    ['two states, one of them another', `${good}&state=x`, {}, 400],
    ['an empty state', '/callback?code=a&state=', {}, 400],
  ];
  for (const [name, path, init, status] of others) {
    it(`sends away ${name}, and goes on waiting`, async () => {
      const { callback, ask, answer } = await listening();
      const response = await ask(path, init);
      assert.equal(response.status, status);
      assert.ok(!(await response.text()).includes('canary'));
      assert.equal(answer(), undefined);
      assert.equal((await ask(good)).status, 200);
      assert.equal((await callback.answer).get('code'), 'canary-code');
    });
  }

  it('tells of an answer to another login', async () => {
    let strays = 0;
    const { ask } = await listening(() => {
      strays += 1;
    });
    await ask('/callback?code=a&state=other');
    await ask('/favicon.ico');
    assert.equal(strays, 1);
  });

  it('sends away what a page of another name asks, which DNS led here', async () => {
    const { url, answer } = await listening();
    const outgoing = request({ port: url.port, path: good, headers: { host: 'evil.example' } });
    outgoing.end();
    const [response] = await once(outgoing, 'response');
    response.resume();
    assert.equal(response.statusCode, 404);
    assert.equal(answer(), undefined);
  });

  it('is on 127.0.0.1 alone', async () => {
    const { url } = await listening();
    const others = Object.values(networkInterfaces())
      .flatMap((each) => each ?? [])
      .map(({ address }) => address)
      .filter((address) => address !== '127.0.0.1' && !address.startsWith('fe80'));
    for (const host of [...others, '127.0.0.2', '::1']) {
      const socket = connect({ host, port: Number(url.port) });
      const outcome = await Promise.race([once(socket, 'connect'), once(socket, 'error')]).catch(
        (error: unknown) => [error],
      );
      socket.destroy();
      assert.ok(outcome[0] instanceof Error, `${host} answers`);
    }
  });

  it('says that a port is taken', async () => {
    const { url } = await listening();
    const port = Number(url.port);
    await assert.rejects(listen({ callback: { ...rules, port }, state }), {
      code: 'busy',
      message: `cannot listen on port ${port} of 127.0.0.1: EADDRINUSE`,
    });
  });

  it('of a name is there by its name', async () => {
    const callback = await listen({ callback: { ...rules, host: 'localhost' }, state });
    open.push(callback);
    const { port } = new URL(callback.redirectUri);
    assert.equal(callback.redirectUri, `http://localhost:${port}/callback`);
    const response = await fetch(`http://127.0.0.1:${port}${good}`, {
      headers: { host: `localhost:${port}` },
    });
    assert.equal(response.status, 200);
  });
});
