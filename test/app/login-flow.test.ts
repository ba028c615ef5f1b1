/** How a person's answer gets here, without a process and without a terminal. */
import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { describe, it } from 'node:test';
import { type Flow, logIn } from '../../src/app/login-flow.ts';
import type { LoginPerson, LoginWay } from '../../src/app/login-person.ts';
import type { LoginServer } from '../../src/oauth/login-server.ts';
import { serverAt } from '../oauth/login-servers.ts';
import { json, serve } from '../oauth/loopback-server.ts';

const tokens = { access_token: 'access-1', refresh_token: 'refresh-1', token_type: 'Bearer' };

interface Acts {
  /** what is pasted, once the address is known; undefined: nothing before `until` */
  readonly paste?: (address: URL) => string;
  /** the browser comes back by itself */
  readonly comes?: boolean;
  readonly browse?: (address: URL) => Promise<boolean>;
  readonly patienceMs?: number;
  readonly server?: (server: LoginServer) => LoginServer;
}

/** One login, with what was told on the way. */
async function through(way: LoginWay, { paste, comes, browse, patienceMs, server }: Acts) {
  const idp = await serve(json(tokens));
  const told: string[] = [];
  let address = new URL('http://unknown/');
  let wasStopped = false;
  const person: LoginPerson = {
    tell: (line) => void told.push(line),
    show(line) {
      address = new URL(line);
      if (comes === true) setTimeout(() => void comesBack(address), 20);
    },
    paste: (_prompt, until) =>
      new Promise((done) => {
        if (paste !== undefined) return done(paste(address));
        until.addEventListener('abort', () => {
          wasStopped = true;
          done('');
        });
      }),
    browse: browse && (() => browse(address)),
    confirm: async () => assert.fail('nothing is to be replaced'),
  };
  const plain = { ...serverAt(idp.url.origin), scopes: 'models' };
  const flow: Flow = { server: server?.(plain) ?? plain, way, network: {}, person, patienceMs };
  try {
    const grant = await logIn(flow).catch((error: unknown) => error);
    return { grant, told, asked: idp.asked, wasStopped: () => wasStopped };
  } finally {
    await idp.close();
  }
}

/** The browser's way back, with our state. */
function answer(address: URL, code = 'code-1'): string {
  const { redirect_uri: to = '', state = '' } = Object.fromEntries(address.searchParams);
  return `${to}?${new URLSearchParams({ code, state })}`;
}

async function comesBack(address: URL): Promise<boolean> {
  void fetch(answer(address)).catch(() => undefined);
  return true;
}

describe('a login', () => {
  it('by callback needs nobody at the terminal', async () => {
    const { grant, asked, told } = await through('callback', { browse: comesBack });
    assert.ok(!(grant instanceof Error), String(grant));
    assert.equal(asked.length, 1);
    assert.match(
      told.at(-1) ?? '',
      /^waiting for the browser at http:\/\/127\.0\.0\.1:\d+\/callback$/,
    );
  });

  it('by callback says that there is no display, and waits on', async () => {
    const { grant, told } = await through('callback', {
      browse: async (address) => !(await comesBack(address)),
    });
    assert.ok(!(grant instanceof Error), String(grant));
    assert.ok(told.some((line) => /no display/.test(line)));
  });

  it('on a terminal ends the question when the browser was quicker', async () => {
    const { grant, wasStopped } = await through('terminal', { comes: true });
    assert.ok(!(grant instanceof Error), String(grant));
    assert.ok(wasStopped());
  });

  for (const way of ['callback', 'terminal'] as const) {
    it(`(${way}) that nobody finishes ends, and sends nothing`, async () => {
      const { grant, asked } = await through(way, { patienceMs: 50 });
      assert.ok(grant instanceof Error);
      assert.match(grant.message, /nobody logged in to acme in time/);
      assert.deepEqual(asked, []);
    });
  }

  it('pastes where its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => other.once('listening', done));
    const address = other.address();
    assert.ok(typeof address === 'object' && address !== null);
    const { port } = address;
    const fixed = (server: LoginServer): LoginServer => ({
      ...server,
      callback: { ...server.callback, port },
    });
    const { grant, told } = await through('terminal', { paste: answer, server: fixed });
    const waiting = await through('callback', { server: fixed });
    other.close();
    assert.ok(!(grant instanceof Error), String(grant));
    assert.doesNotMatch(told.join(), /unless the browser runs on this host/);
    assert.ok(waiting.grant instanceof Error);
    assert.match(waiting.grant.message, /cannot listen on port \d+ of 127\.0\.0\.1: EADDRINUSE/);
  });

  it('to a provider with a page of its own is pasted from there', async () => {
    const page = 'https://idp.example/shows-the-code';
    const { grant, asked, told } = await through('terminal', {
      server: (server) => ({ ...server, page }),
      paste: (address) => `code-1#${address.searchParams.get('state')}`,
    });
    assert.ok(!(grant instanceof Error), String(grant));
    assert.equal(new URLSearchParams(asked[0]?.body).get('redirect_uri'), page);
    assert.match(told.at(-1) ?? '', /the code that the page shows/);
  });

  it('takes a pasted answer to another login for none', async () => {
    const { grant, asked } = await through('stdin', { paste: () => 'code-1#other' });
    assert.ok(grant instanceof Error);
    assert.match(grant.message, /to another login/);
    assert.deepEqual(asked, []);
  });
});
