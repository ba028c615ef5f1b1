/** Each file of a host × each way of going bad, through the built executable. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  asStranger,
  assertFailure,
  assertNoLitter,
  assertUnchanged,
  giveAway,
  inventory,
  isRoot,
  names,
  onFurnishedHost,
  ownStore,
  ownStoreAndMirror,
  runSafely,
} from './bad-host.ts';
import { type ForeignKindName, foreignKinds, type KindName, kinds } from './bad-kinds.ts';
import type { GatewayHost, RunOptions } from './host.ts';

type FileName = 'config' | 'include' | 'dotenv' | 'mirror';
type AnyKind = KindName | ForeignKindName;

/** Exit codes of `models status`; 0: it answers. Where a row is missing, the kind means nothing. */
const expected: Readonly<Record<FileName, Readonly<Partial<Record<AnyKind, number>>>>> = {
  config: {
    garbage: 78,
    truncated: 78,
    empty: 78,
    'byte order mark': 0,
    'bad UTF-8': 78,
    'NUL tail': 78,
    folder: 78,
    pipe: 78,
    link: 0,
    'dangling link': 78,
    'link loop': 78,
    'hard link': 0,
    'device behind a link': 78,
    gigabyte: 78,
    'mode 000': 77,
    "root's private": 77,
    "a third user's": 77,
  },
  include: {
    garbage: 78,
    'byte order mark': 0,
    folder: 78,
    pipe: 78,
    link: 0,
    'dangling link': 78,
    'link loop': 78,
    'mode 000': 77,
  },
  /** any text is some `.env` */
  dotenv: {
    garbage: 0,
    truncated: 0,
    empty: 0,
    'byte order mark': 0,
    'bad UTF-8': 65,
    'NUL tail': 0,
    folder: 65,
    pipe: 65,
    link: 0,
    'dangling link': 65,
    'link loop': 65,
    'hard link': 0,
    'device behind a link': 65,
    gigabyte: 65,
    'mode 000': 77,
    "root's private": 77,
    "a third user's": 77,
  },
  mirror: {
    garbage: 65,
    truncated: 65,
    empty: 65,
    'byte order mark': 0,
    'bad UTF-8': 65,
    'NUL tail': 65,
    folder: 65,
    pipe: 65,
    link: 0,
    'dangling link': 65,
    'link loop': 65,
    'hard link': 0,
    'device behind a link': 65,
    gigabyte: 65,
    'mode 000': 77,
    "root's private": 77,
    "a third user's": 77,
  },
};

/** Text that was an `auth-profiles.json` once, and is none now: it can be written again. */
const damage: ReadonlySet<AnyKind> = new Set([
  'garbage',
  'truncated',
  'empty',
  'bad UTF-8',
  'NUL tail',
]);

/** A remembered file is looked at before it is read, which is another way to stumble. */
const remembered: ReadonlySet<AnyKind> = new Set([
  'garbage',
  'folder',
  'dangling link',
  'link loop',
]);

const isForeign = (kind: AnyKind): kind is ForeignKindName => Object.hasOwn(foreignKinds, kind);

interface Row {
  readonly file: FileName;
  readonly kind: AnyKind;
  readonly exit: number;
}

const rows = Object.entries(expected).flatMap(([file, exits]): Row[] =>
  // both come out of the table above, whose types say what they are
  Object.entries(exits).map(([kind, exit]) => ({
    file: file as FileName,
    kind: kind as AnyKind,
    exit,
  })),
);

/** Lets the file go bad and returns how to run on the host. */
function spoil(host: GatewayHost, { file, kind }: Row): RunOptions {
  const path = host.path(names[file]);
  if (!isForeign(kind)) {
    kinds[kind](path);
    return {};
  }
  giveAway(host);
  foreignKinds[kind](path);
  return { wrapper: asStranger };
}

/** `models status` fails with its own code, in both of its languages, and changes nothing. */
async function failsAndKeeps(host: GatewayHost, row: Row, options: RunOptions): Promise<void> {
  const path = host.path(names[row.file]);
  const before = inventory(host);
  assertFailure(await runSafely(host, ['models', 'status'], options), row.exit, path);
  const json = await runSafely(host, ['models', 'status', '--check', '--json'], options);
  assert.equal(json.code, row.exit);
  assert.equal(json.stderr, '');
  const { schemaVersion, error } = JSON.parse(json.stdout);
  assert.equal(schemaVersion, 1);
  assert.deepEqual(Object.keys(error), ['code', 'message', 'hint', 'path']);
  assert.ok(`${error.message} ${error.path}`.includes(path), error.message);
  assertUnchanged(host, before, ownStore);
}

async function answers(host: GatewayHost, options: RunOptions): Promise<void> {
  const before = inventory(host);
  const run = await runSafely(host, ['models', 'status'], options);
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.stdout, /^Config +: /);
  assertUnchanged(host, before, ownStoreAndMirror);
  const check = await runSafely(host, ['models', 'status', '--check'], options);
  assert.equal(check.code, 0, check.stdout);
  assertNoLitter(host);
}

/** Read before, then damaged: the bytes are kept, ours is written, and the run says so. */
async function isRepaired(host: GatewayHost, options: RunOptions): Promise<void> {
  const bytes = inventory(host).get(names.mirror)?.split(' ').at(-1);
  const run = await runSafely(host, ['models', 'status', '--json'], options);
  assert.equal(run.code, 0, run.stderr);
  const found = JSON.parse(run.stdout).findings.map((each: { reason: string }) => each.reason);
  assert.ok(found.includes('mirror_damaged'), String(found));
  assert.match(run.stderr, /^epiloop: .*auth-profiles\.json was damaged .*damaged-\d+$/m);
  const after = inventory(host);
  const copy = [...after.keys()].find((name) => /auth-profiles\.json\.damaged-\d+$/.test(name));
  assert.equal(
    after
      .get(copy ?? '')
      ?.split(' ')
      .at(-1),
    bytes,
  );
  assert.match(after.get(copy ?? '') ?? '', /^\d+:\d+ 100600 /);
  assert.deepEqual(Object.keys(JSON.parse(host.read(names.mirror)).profiles), [
    'anthropic:work',
    'openai:default',
    'anthropic:claude-cli',
  ]);
  const check = await runSafely(host, ['models', 'status', '--check'], options);
  assert.equal(check.code, 0, check.stdout);
}

describe('a file that goes bad', { concurrency: 2 }, () => {
  for (const row of rows) {
    const { file, kind, exit } = row;
    const skip = isForeign(kind) && !isRoot ? 'needs root' : false;
    it(`${file}: ${kind}, on a new host: ${exit}`, { skip }, () =>
      onFurnishedHost(async (host) => {
        const options = spoil(host, row);
        if (exit === 0) await answers(host, options);
        else await failsAndKeeps(host, row, options);
      }),
    );
    if (file !== 'mirror' && !remembered.has(kind)) continue;
    const later = file === 'mirror' && damage.has(kind) ? 'repaired' : exit;
    it(`${file}: ${kind}, after a run: ${later}`, { skip }, () =>
      onFurnishedHost(async (host) => {
        const first = await runSafely(host, ['models', 'status']);
        assert.equal(first.code, 0, first.stderr);
        const options = spoil(host, row);
        if (later === 'repaired') await isRepaired(host, options);
        else if (exit === 0) await answers(host, options);
        else await failsAndKeeps(host, row, options);
      }),
    );
  }
});

describe('the login of another program', { concurrency: 2 }, () => {
  const good: ReadonlySet<AnyKind> = new Set(['byte order mark', 'link', 'hard link']);
  const all: AnyKind[] = Object.keys({ ...kinds, ...foreignKinds }).map((kind) => kind as AnyKind);
  for (const kind of all.filter((each) => each !== 'plain file')) {
    const skip = isForeign(kind) && !isRoot ? 'needs root' : false;
    it(`Claude Code's file: ${kind}`, { skip }, () =>
      onFurnishedHost(async (host) => {
        const path = host.path(names.claude);
        if (isForeign(kind)) giveAway(host);
        const before = inventory(host);
        if (isForeign(kind)) foreignKinds[kind](path);
        else kinds[kind](path);
        const options = isForeign(kind) ? { wrapper: asStranger } : {};
        const spoilt = inventory(host);
        const run = await runSafely(host, ['models', 'status', '--check', '--json'], options);
        assert.equal(run.code, 0, `${run.stdout}${run.stderr}`);
        const { findings } = JSON.parse(run.stdout);
        const [unreadable] = findings.filter(
          (each: { reason: string }) => each.reason === 'source_unreadable',
        );
        assert.equal(unreadable === undefined, good.has(kind), JSON.stringify(findings));
        if (unreadable !== undefined) {
          assert.ok(unreadable.message.includes(path), unreadable.message);
          assert.equal(typeof unreadable.hint, 'string', 'a remedy is missing');
        }
        assertUnchanged(host, spoilt, ownStoreAndMirror);
        assert.equal(before.get(names.config), inventory(host).get(names.config));
      }),
    );
  }
});
