/** Logging in through the executable, against a real OAuth server and a person with a browser. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import * as v from 'valibot';
import { authLogin } from '../../src/cli/schemas/auth-login.ts';
import { visit } from '../oauth/browser.ts';
import { type Issuer, startIssuer } from '../oauth/issuer.ts';
import { GatewayHost, type Run } from './host.ts';
import { type Asking, type LoginOptions, logIn } from './login-run.ts';

let issuer: Issuer;
let host: GatewayHost;

before(async () => {
  issuer = await startIssuer();
});
after(() => issuer.close());
beforeEach(() => {
  host = new GatewayHost();
});
afterEach(() => host.remove());

const mirror = (agent = 'main') => `.epiloop/agents/${agent}/agent/auth-profiles.json`;

interface Entry {
  readonly access: string;
  readonly refresh: string;
  readonly expires: number;
}

function profiles(agent?: string): Record<string, Entry> {
  return (host.json(mirror(agent)) as { profiles: Record<string, Entry> }).profiles;
}

const run = (act: (asking: Asking) => Promise<void>, options: Partial<LoginOptions> = {}) =>
  logIn(host, { env: issuer.loginEnv, ...options }, act);

/** A person who logs in and lets the browser come back. */
const person = (name: string) => async (asking: Asking) => {
  const answer = await visit(asking.address, { name });
  assert.equal((await fetch(answer)).status, 200);
};

function assertNothing({ code, stdout, stderr }: Run, expected: number): void {
  assert.equal(code, expected, stderr);
  assert.equal(stdout, '');
  assert.deepEqual(
    [...host.snapshot().keys()].filter((name) => !/auth\.sqlite/.test(name)),
    [],
  );
}

describe('a login with a browser on this host', () => {
  it('is stored under its e-mail, mirrored, listed and remembered', async () => {
    let answer = '';
    const { code, stdout, stderr } = await run(async (asking) => {
      answer = await visit(asking.address, { name: 'ann' });
      const argv = readFileSync(`/proc/${asking.pid}/cmdline`, 'utf8');
      assert.ok(!argv.includes('state'));
      const page = await fetch(answer);
      assert.match(await page.text(), /^epiloop has the answer/);
    });
    assert.equal(code, 0, stderr);
    assert.match(
      stdout,
      /^stored anthropic:ann@example\.org \(login #[0-9a-f]{8}, expires in 1h\)/,
    );
    assert.match(stderr, /^epiloop: the login to anthropic goes to 127\.0\.0\.1:\d+, 127/m);
    const { access, refresh, expires, ...rest } = profiles()['anthropic:ann@example.org'] ?? {};
    assert.deepEqual(rest, {
      type: 'oauth',
      provider: 'anthropic',
      email: 'ann@example.org',
      accountId: 'ann',
      clientId: 'client-of-the-tests',
    });
    assert.ok((expires ?? 0) > Date.now() + 3_500_000);
    assert.deepEqual(host.json('.epiloop/epiloop.json'), {
      auth: {
        profiles: { 'anthropic:ann@example.org': { provider: 'anthropic', mode: 'oauth' } },
      },
    });
    const history = await host.run(['models', 'history', '--json']);
    assert.match(history.stdout, /"event": "profile_added"/);
    assert.match(history.stdout, /"command": "models auth login"/);
    const found = new URL(answer).searchParams.get('code') ?? 'none';
    for (const secret of [found, access ?? 'none', refresh ?? 'none']) {
      assert.ok(secret.length > 20);
      assert.ok(!`${stdout}${stderr}${history.stdout}`.includes(secret));
    }
  });

  it('can be refreshed afterwards', async () => {
    assert.equal((await run(person('bob'))).code, 0);
    const first = profiles()['anthropic:bob@example.org'];
    const words = ['models', 'auth', 'refresh', 'anthropic:bob@example.org'];
    const { code, stderr } = await host.run([...words, '--allow-token-endpoint'], {
      env: issuer.loginEnv,
    });
    assert.equal(code, 0, stderr);
    const second = profiles()['anthropic:bob@example.org'];
    assert.notEqual(second?.refresh, first?.refresh);
  });

  it('is for the agent that is named, under the id that is given', async () => {
    host.write(mirror('work'), { version: 1, profiles: {} });
    const words = ['--callback', '--agent', 'work', '--profile-id', 'anthropic:work', '--json'];
    const { code, stdout, stderr } = await run(person('ann'), { words });
    assert.equal(code, 0, stderr);
    assert.ok(v.is(authLogin, JSON.parse(stdout)));
    const { agentId, profileId, email, type, replaced } = JSON.parse(stdout);
    assert.deepEqual(
      { agentId, profileId, email, type, replaced },
      {
        agentId: 'work',
        profileId: 'anthropic:work',
        email: 'ann@example.org',
        type: 'oauth',
        replaced: false,
      },
    );
    assert.deepEqual(Object.keys(profiles('work')), ['anthropic:work']);
  });

  it('that is refused is told, and nothing is stored', async () => {
    const result = await run(async ({ address }) => {
      const answer = await visit(address, { name: 'ann', denies: true });
      assert.match(await (await fetch(answer)).text(), /^not logged in/);
    });
    assertNothing(result, 77);
    assert.match(result.stderr, /anthropic did not let you log in: access_denied/);
  });

  it('takes nothing but its own answer, once', async () => {
    const { code, stderr } = await run(async ({ address, told }) => {
      const answer = new URL(await visit(address, { name: 'ann' }));
      const other = new URL(answer);
      other.searchParams.set('state', 'other');
      assert.equal((await fetch(other)).status, 400);
      other.pathname = '/elsewhere';
      assert.equal((await fetch(other)).status, 404);
      assert.equal((await fetch(answer, { method: 'POST' })).status, 405);
      assert.match(told(), /an answer to another login came and was not taken/);
      assert.equal((await fetch(answer)).status, 200);
      await assert.rejects(fetch(answer));
    });
    assert.equal(code, 0, stderr);
  });

  it('from another server than the one that was asked is refused', async () => {
    const result = await run(async ({ address }) => {
      const answer = new URL(await visit(address, { name: 'ann' }));
      answer.searchParams.set('iss', 'https://evil.example');
      await fetch(answer);
    });
    assertNothing(result, 77);
    assert.match(result.stderr, /from another server than the one that was asked/);
  });

  it('with a code that is spent, or another login’s, is refused', async () => {
    let spent = '';
    await run(async ({ address }) => {
      const answer = await visit(address, { name: 'ann' });
      spent = new URL(answer).searchParams.get('code') ?? '';
      await fetch(answer);
    });
    host.remove();
    host = new GatewayHost();
    const result = await run(async ({ address }) => {
      const answer = new URL(await visit(address, { name: 'ann' }));
      answer.searchParams.set('code', spent);
      await fetch(answer);
    });
    assertNothing(result, 77);
    assert.match(result.stderr, /refuses the login: invalid_grant/);
    assert.ok(!result.stderr.includes(spent));
  });

  it('that is broken off leaves nothing', async () => {
    const result = await run(async ({ pid }) => {
      process.kill(pid ?? 0, 'SIGINT');
    });
    assert.equal(result.signal, 'SIGINT');
    assert.deepEqual(
      [...host.snapshot().keys()].filter((name) => !/auth\.sqlite/.test(name)),
      [],
    );
  });
});

describe('a login with a browser elsewhere', () => {
  const words = ['--code-from-stdin'];
  const pasting = (change: (answer: URL) => string) => async (asking: Asking) =>
    asking.type(change(new URL(await visit(asking.address, { name: 'eve' }))));

  const forms: readonly [string, (answer: URL) => string][] = [
    ['the whole address', ({ href }) => `${href}\n`],
    ['the address on two lines', ({ href }) => `${href.slice(0, 60)}\n ${href.slice(60)}\n`],
    ['the code and its state', ({ searchParams: q }) => `${q.get('code')}#${q.get('state')}`],
    ['the code alone', ({ searchParams }) => searchParams.get('code') ?? ''],
  ];
  for (const [name, change] of forms) {
    it(`takes ${name}`, async () => {
      const { code, stdout, stderr } = await run(pasting(change), { words });
      assert.equal(code, 0, stderr);
      assert.match(stdout, /^stored anthropic:eve@example\.org/);
    });
  }

  const wrong: readonly [string, (answer: URL) => string, number, RegExp][] = [
    [
      'the code of another login',
      ({ searchParams: q }) => `${q.get('code')}#x`,
      77,
      /another login/,
    ],
    [
      'an address of another server',
      ({ href }) => href.replace(/iss=[^&]*/, 'iss=https%3A%2F%2Fevil.example'),
      77,
      /another server/,
    ],
    [
      'another site',
      ({ search }) => `https://evil.example/callback${search}`,
      65,
      /not the address/,
    ],
    ['a code that is none', () => 'x'.repeat(43), 77, /invalid_grant/],
    ['nothing', () => '', 65, /nothing was given/],
  ];
  for (const [name, change, code, message] of wrong) {
    it(`refuses ${name}`, async () => {
      const result = await run(pasting(change), { words });
      assertNothing(result, code);
      assert.match(result.stderr, message);
    });
  }
});

describe('a login with a device code', () => {
  it('is confirmed on any machine', async () => {
    const { code, stdout, stderr } = await run(
      async ({ address, told }) => {
        assert.match(told(), /^[A-Z]{4}-[A-Z]{4}$/m);
        assert.match(await visit(address, { name: 'dan' }), /Sign-in Success/);
      },
      { words: ['--device'] },
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^stored anthropic:dan@example\.org/);
  });

  it('that the person refuses is told', async () => {
    const result = await run(
      async ({ address }) => void (await visit(address, { name: 'dan', denies: true })),
      { words: ['--device'] },
    );
    assertNothing(result, 77);
    assert.match(result.stderr, /access_denied/);
  });
});
