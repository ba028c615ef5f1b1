import { resolve } from 'node:path';
import type { Finding } from '../domain/finding.ts';
import { findLookalikes } from '../domain/same-login.ts';
import { type ForeignRefresh, sharedRefresh } from '../domain/shared-refresh.ts';
import { clients } from '../sources/clients.ts';
import type { Source } from '../sources/source.ts';
import * as logins from '../store/logins.ts';
import { type Agent, allAgents } from './agents.ts';
import { attempt } from './foreign-file.ts';
import type { Host } from './host.ts';
import type { Situation } from './situation.ts';

/** Logins that end each other when they are refreshed. Of agents that are gone nothing is told. */
export function sharedLogins(situation: Situation, asked: readonly Agent[]): Finding[] {
  const { host } = situation;
  const { db } = host.store;
  const here = new Map(allAgents(situation).map((agent) => [agent.key, agent]));
  const held = logins.list(db).filter(({ agentDir }) => here.has(agentDir));
  const holders = logins.refreshHolders(db).flatMap(({ agentDir, ...rest }) => {
    const agent = here.get(agentDir);
    return agent === undefined ? [] : [{ ...rest, agentId: agent.id }];
  });
  const about = new Set(asked.map(({ id }) => id));
  const shared = sharedRefresh(holders, foreignRefreshes(host));
  return [
    ...findLookalikes(held, new Set(asked.map(({ key }) => key))),
    ...shared.filter(({ agentId }) => agentId === undefined || about.has(agentId)),
  ];
}

/** What cannot be read was told when it was looked at for a login. */
function foreignRefreshes(host: Host): ForeignRefresh[] {
  const { cwd, env, home } = host.effects;
  return clients.flatMap((source) => {
    const path = source.path(env, home);
    return path === undefined ? [] : foreignRefresh(host, source, resolve(cwd, path));
  });
}

function foreignRefresh(host: Host, source: Source, path: string): ForeignRefresh[] {
  const { maxBytes, label, profile } = source;
  const content = attempt(host, path, () => host.files.read(path, { maxBytes, followLink: true }));
  const login = content && source.parse(content.text);
  if (login?.kind !== 'login' || login.credential.type !== 'oauth') return [];
  const { refresh } = login.credential;
  if (refresh === undefined || refresh.blank) return [];
  return [{ refreshHash: host.store.hash(refresh.reveal()), label, path, id: profile.id }];
}
