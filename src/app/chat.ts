import { type ParsedLine, parseLine } from '../domain/directive.ts';
import { type ModelCatalog, modelCatalog } from '../domain/model-catalog.ts';
import { spellingsOf } from '../domain/session-key.ts';
import { isEmptyPin } from '../domain/session-pin.ts';
import { shortenHome } from '../domain/visible.ts';
import { EpiloopError, exitCodes } from '../errors.ts';
import { knownAgent } from './agents.ts';
import { agentOf, readKey } from './chat-agent.ts';
import { answerLines } from './chat-lines.ts';
import { type ChatSession, handOver, readSession } from './chat-session.ts';
import type { ChatOutcome, ChatRequest, SessionsFileState } from './conversation.ts';
import type { Host } from './host.ts';
import { readSituation } from './situation.ts';
import { cannotWrite } from './sync.ts';
import { syncAgents } from './sync-agents.ts';

/** For what was due before, and can stay due if it must. */
const LOCK_WAIT_MS = 200;

/**
 * `chat`: what the gateway answers to `/model` in a session, and does: the session's model and
 * profile are stored here and, where the gateway knows the session, in its `sessions.json`.
 */
export async function chat(host: Host, request: ChatRequest): Promise<ChatOutcome> {
  const key = readKey(request.session);
  const situation = await readSituation(host, { secrets: false, pretend: !host.writes });
  const agent = agentOf(situation, key, request.agent);
  const catalog = modelCatalog(situation.config, agent.id);
  const parsed = parse(host, request, catalog);
  const chooses = parsed.some(({ directive }) => directive?.kind === 'choose');
  if (chooses && !host.writes) throw cannotWrite(host);
  if (chooses && agent.unknown) knownAgent(situation, agent.id);
  const strict = [situation.main, agent];
  await syncAgents(situation, [agent], { waitMs: LOCK_WAIT_MS, strict });
  const session = readSession(situation, agent, spellingsOf(key, agent.id));
  const { replies, pin, changed } = await answerLines(situation, session, catalog, parsed);
  const sessionsFile = await publish(host, session, changed);
  const refused = replies.find((reply) => reply.refused !== undefined)?.refused;
  return {
    sessionKey: session.key,
    agentId: agent.id,
    agentDir: agent.dir,
    replies,
    pin: isEmptyPin(pin) ? undefined : pin,
    sessionsFile,
    exitCode: refused === undefined ? 0 : exitCodes[refused],
    findings: host.findings,
    notices: host.notices,
    home: host.paths.home,
  };
}

/** Lines that are no business of ours are told and left out. */
function parse(host: Host, { lines, single }: ChatRequest, catalog: ModelCatalog): ParsedLine[] {
  const parsed = lines.map((line) => parseLine(line, catalog.aliases.keys()));
  if (parsed.every(({ directive }) => directive === undefined)) {
    const where = single ? 'it' : 'standard input';
    throw new EpiloopError('usage', `no /model in ${where}`, {
      hint: "such as epiloop chat --session agent:main:main '/model status'",
    });
  }
  parsed.forEach(({ directive, rest }, at) => {
    const line = single ? 'the line' : `line ${at + 1}`;
    if (directive === undefined && rest !== '') host.notices.push(`${line} was skipped: no /model`);
    if (directive !== undefined && rest !== '') {
      host.notices.push(`the rest of ${line} is no business of /model and was left out`);
    }
  });
  return parsed;
}

/** Hands the pin over to the gateway, and says where it stands now. */
async function publish(
  host: Host,
  session: ChatSession,
  changed: boolean,
): Promise<SessionsFileState> {
  const { path } = session;
  if (!host.writes) return { path, state: session.entry === undefined ? 'absent' : 'current' };
  const file = changed ? await handOver(host, session) : await handOverLater(host, session);
  const { home, database } = host.paths;
  const [store, there] = [database, path ?? ''].map((each) => shortenHome(each, home));
  const who = `session ${session.key} of agent ${session.agent.id}`;
  if (changed) host.notices.push(`stored ${who} in ${store}`);
  if (file.state === 'written') host.notices.push(`wrote ${who} into ${there}`);
  if (file.state === 'absent' && changed) host.notices.push(unknownThere(path, there ?? ''));
  return file;
}

/** What waits from another run keeps no question waiting, and fails none. */
async function handOverLater(host: Host, session: ChatSession): Promise<SessionsFileState> {
  try {
    return await handOver(host, session, LOCK_WAIT_MS);
  } catch (error) {
    if (!(error instanceof EpiloopError)) throw error;
    host.notices.push(error.message);
    return { path: session.path, state: 'pending' };
  }
}

function unknownThere(path: string | undefined, shown: string): string {
  const when = 'only this store knows the choice until then';
  return path === undefined
    ? `session.store is a relative path, so that only this store knows the choice`
    : `the gateway has no such session in ${shown}: run this again once it has; ${when}`;
}
