import { translateSqlite } from '../store/sqlite-error.ts';
import type { App } from './app.ts';
import type { AppEffects, AppOptions } from './effects.ts';
import { listHistory } from './history.ts';
import { type Host, openHost } from './host.ts';
import { status } from './status.ts';

/** The use cases on this host. Errors of SQLite come out as EpiloopError, wherever they happen. */
export async function openApp(effects: AppEffects, options: AppOptions): Promise<App> {
  const host = await openHost(effects, options);
  const translated = async <T>(work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw translateSqlite(error, host.paths.database);
    }
  };
  return {
    status: (request) => translated(() => status(host, request)),
    history: (request) => translated(() => listHistory(host, request)),
    sync: (request) => translated(async () => (await import('./sync.ts')).sync(host, request)),
    list: (request) => translated(async () => (await import('./list.ts')).list(host, request)),
    enter: (request) => translated(async () => (await import('./enter.ts')).enter(host, request)),
    prospect: (request) =>
      translated(async () => (await import('./prospect.ts')).prospect(host, request)),
    adopt: (request) => translated(async () => (await import('./adopt.ts')).adopt(host, request)),
    remove: (request) =>
      translated(async () => (await import('./remove.ts')).remove(host, request)),
    getOrder: (request) =>
      translated(async () => (await import('./order.ts')).getOrder(host, request)),
    setOrder: (request) =>
      translated(async () => (await import('./order.ts')).setOrder(host, request)),
    clearOrder: (request) =>
      translated(async () => (await import('./order.ts')).clearOrder(host, request)),
    listCooldowns: (request) =>
      translated(async () => (await import('./cooldown-list.ts')).listCooldowns(host, request)),
    clearCooldown: (request) =>
      translated(async () => (await import('./cooldown-clear.ts')).clearCooldown(host, request)),
    mark: (request) => translated(async () => (await import('./mark.ts')).mark(host, request)),
    explain: (request) =>
      translated(async () => (await import('./explain.ts')).explain(host, request)),
    ...usesOf(host, translated),
    undo: (request) => translated(async () => (await import('./undo.ts')).undo(host, request)),
    chat: (request) => translated(async () => (await import('./chat.ts')).chat(host, request)),
    doctor: (request) =>
      translated(async () => (await import('./doctor.ts')).doctor(host, request)),
    lint: (request) => translated(async () => (await import('./lint.ts')).lint(host, request)),
    survey: (request) =>
      translated(async () => (await import('./survey.ts')).survey(host, request)),
    onboard: (request) =>
      translated(async () => (await import('./onboard.ts')).onboard(host, request)),
    close: () => host.store.close(),
  };
}

type Translated = <T>(work: () => Promise<T>) => Promise<T>;

/** Those that may reach for the network. */
function usesOf(
  host: Host,
  translated: Translated,
): Pick<App, 'login' | 'refresh' | 'handOut' | 'secrets'> {
  return {
    login: (request) => translated(async () => (await import('./login.ts')).login(host, request)),
    refresh: (request) =>
      translated(async () => (await import('./refresh-logins.ts')).refresh(host, request)),
    handOut: (request) =>
      translated(async () => (await import('./hand-out.ts')).handOut(host, request)),
    secrets: (request) =>
      translated(async () => (await import('./secrets.ts')).secrets(host, request)),
  };
}
