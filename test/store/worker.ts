/** What the store tests run in processes of their own: `worker.ts <task> <database> [argument]`. */
import { EpiloopError } from '../../src/errors.ts';
import * as credentials from '../../src/store/credentials.ts';
import * as meta from '../../src/store/meta.ts';
import { openStore } from '../../src/store/open.ts';
import * as profiles from '../../src/store/profiles.ts';
import { openReadOnly } from '../../src/store/scratch.ts';
import { common, oauth } from './state.ts';

const [task = '', path = '', argument = ''] = process.argv.slice(2);

function codeOf(work: () => unknown): unknown {
  try {
    return work() ?? 'absent';
  } catch (error) {
    return error instanceof EpiloopError ? error.code : String(error);
  }
}

/** Undocumented, but the only list of what Node has loaded of itself. */
function loadedCrypto(): boolean {
  const loaded: unknown = Reflect.get(process, 'moduleLoadList');
  return Array.isArray(loaded) && loaded.includes('NativeModule crypto');
}

const tasks: Readonly<Record<string, () => unknown>> = {
  open: () =>
    codeOf(() => {
      const store = openStore({ ...common, path });
      const hash = store.hash('x');
      store.close();
      return { hash };
    }),

  readOnly: () =>
    codeOf(() => {
      const store = openReadOnly({ ...common, path, env: { TMPDIR: argument } });
      if (store === undefined) return undefined;
      return { ids: profiles.list(store.db, '/agent').map(({ id }) => id), durable: store.durable };
    }),

  crypto: () => {
    const store = openStore({ ...common, path });
    const opened = loadedCrypto();
    store.hash('x');
    return { opened, hashed: loadedCrypto() };
  },

  // Adds to a counter, reading it first: two writers at once would lose an update.
  count: () => {
    const store = openStore({ ...common, path });
    for (let round = 0; round < Number(argument); round += 1) {
      store.transaction(() => {
        const value = Number(meta.get(store.db, 'count')?.toString() ?? '0');
        meta.set(store.db, 'count', String(value + 1));
      });
    }
    store.close();
    return 'done';
  },

  // Leaves a profile that stands in the write-ahead log only, and stays until it is killed.
  hold: () => {
    const store = openStore({ ...common, path });
    const id = credentials.insert(store.db, {
      provider: 'anthropic',
      credential: oauth('access', 'refresh'),
      identity: {},
      source: 'file',
      hash: store.hash,
      now: common.now,
    });
    profiles.upsert(store.db, '/agent', {
      id: argument,
      provider: 'anthropic',
      extra: {},
      credentialId: id,
      confirmed: false,
      position: 0,
    });
    setInterval(() => store.db.pragma('user_version'), 1000);
    return 'held';
  },
};

process.stdout.write(`${JSON.stringify(tasks[task]?.())}\n`);
