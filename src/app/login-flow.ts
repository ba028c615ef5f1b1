import { EpiloopError } from '../errors.ts';
import { type Attempt, begin, checkAnswer, deadCallback, generateState } from '../oauth/attempt.ts';
import { type Callback, listen } from '../oauth/callback.ts';
import { askForCode, awaitGrant } from '../oauth/device.ts';
import { type Grant, redeemCode } from '../oauth/grant.ts';
import type { LoginServer } from '../oauth/login-server.ts';
import { type Pasted, readPasted } from '../oauth/pasted.ts';
import type { Network } from '../oauth/transport.ts';
import type { LoginPerson, LoginWay } from './login-person.ts';

/** One person's login to one provider, from the first line on the screen to the tokens. */
export interface Flow {
  readonly server: LoginServer;
  readonly way: LoginWay;
  readonly network: Network;
  readonly person: LoginPerson;
  /** how long a person may take, ms */
  readonly patienceMs?: number | undefined;
}

const PATIENCE_MS = 5 * 60_000;

/** Throws EpiloopError `refused`, `bad_data`, `busy` or `network`; then nothing is left behind. */
export async function logIn(flow: Flow): Promise<Grant> {
  const { server, way, network } = flow;
  const hasOnlyDevice = server.authorize === undefined && server.device !== undefined;
  if (way === 'device' || (way === 'terminal' && hasOnlyDevice)) return byDevice(flow);
  const { attempt, answer } = await (way === 'callback' ? byCallback(flow) : byPaste(flow));
  const checked = checkAnswer(attempt, answer.parameters, answer.isBare);
  return redeemCode(attempt, checked, network);
}

interface Answered {
  readonly attempt: Attempt;
  readonly answer: Pasted;
}

async function byCallback(flow: Flow): Promise<Answered> {
  const { server, person } = flow;
  const { attempt, callback } = await listening(flow);
  try {
    invite(person, server, attempt.url);
    if (person.browse !== undefined && !(await person.browse(attempt.url.href))) {
      person.tell('there is no display to open it on: open it yourself, on this host');
    }
    person.tell(`waiting for the browser at ${callback.redirectUri}`);
    const late = timeUp(flow);
    const parameters = await Promise.race([callback.answer, late.ended]);
    if (parameters === undefined) throw tooLate(server);
    return { attempt, answer: { parameters, isBare: false } };
  } finally {
    callback.close();
  }
}

/** Where the provider shows the code on a page of its own, nothing comes to this host by itself. */
async function byPaste(flow: Flow): Promise<Answered> {
  const { server, way, person } = flow;
  const isAlone = way === 'stdin' || server.page !== undefined;
  const { attempt, callback } = isAlone ? await unheard(server) : await tryListening(flow);
  try {
    invite(person, server, attempt.url);
    person.tell(whatToPaste(server, callback));
    return { attempt, answer: await pastedOrCalled(attempt, callback, flow) };
  } finally {
    callback?.close();
  }
}

async function pastedOrCalled(
  attempt: Attempt,
  callback: Callback | undefined,
  flow: Flow,
): Promise<Pasted> {
  const { server, person } = flow;
  const late = timeUp(flow);
  const called = new AbortController();
  const until = AbortSignal.any([late.signal, called.signal]);
  const pasted = person.paste(`code for ${server.provider}: `, until);
  const first = await Promise.race([
    pasted.then((text) => ({ text })),
    ...(callback === undefined ? [] : [callback.answer]),
  ]);
  if (first instanceof URLSearchParams) {
    called.abort();
    await pasted;
    return { parameters: first, isBare: false };
  }
  if (late.signal.aborted) throw tooLate(server);
  return readPasted(first.text, attempt.redirectUri);
}

async function byDevice({ server, network, person }: Flow): Promise<Grant> {
  const code = await askForCode(server, network);
  person.tell(`the code for this login to ${server.provider}:`);
  person.show(code.userCode);
  person.tell('open this address on any machine, and type it in or compare it:');
  person.show(code.whole ?? code.url);
  person.tell(`waiting for that, ${Math.ceil(code.expiresInMs / 60_000)} min at most`);
  return awaitGrant(server, code, network);
}

async function listening({ server, person }: Flow) {
  const state = generateState();
  const onStray = () => person.tell('an answer to another login came and was not taken');
  const callback = await listen({ callback: server.callback, state, onStray });
  return { attempt: await begin(server, callback.redirectUri, state), callback };
}

/** A fixed port may be taken; pasting needs none. */
async function tryListening(flow: Flow) {
  try {
    return await listening(flow);
  } catch (error) {
    if (!(error instanceof EpiloopError) || error.code !== 'busy') throw error;
    return unheard(flow.server);
  }
}

async function unheard(server: LoginServer) {
  const attempt = await begin(server, server.page ?? deadCallback(server));
  return { attempt, callback: undefined };
}

function invite(person: LoginPerson, { provider }: LoginServer, url: URL): void {
  person.tell(`open this address in a browser, and log in to ${provider}:`);
  person.show(url.href);
}

function whatToPaste({ page }: LoginServer, callback: Callback | undefined): string {
  if (page !== undefined) return 'then paste the code that the page shows';
  const otherwise = callback === undefined ? '' : ', unless the browser runs on this host';
  return `then paste the whole address of the page that cannot be shown${otherwise}`;
}

function timeUp({ patienceMs = PATIENCE_MS }: Flow) {
  const signal = AbortSignal.timeout(patienceMs);
  const ended = new Promise<undefined>((done) => {
    signal.addEventListener('abort', () => done(undefined));
  });
  return { signal, ended };
}

function tooLate({ provider }: LoginServer): EpiloopError {
  return new EpiloopError('refused', `nobody logged in to ${provider} in time`, {
    hint: 'nothing was stored; log in once more',
  });
}
