import type { Reason } from '../domain/finding.ts';
import { type ErrorCode, exitCodes } from '../errors.ts';
import { columns } from './columns.ts';

/** Complete by its type: a new code is a compile error until it is explained. */
const codeMeanings: Readonly<Record<ErrorCode, string>> = {
  no: 'the answer is no; --check: expired, missing or unusable; doctor: findings',
  usage: 'the command line is wrong',
  bad_data: 'a file or an input is not what it should be',
  not_found: 'no such profile, agent or file',
  network: 'the network or the other side failed',
  internal: 'a defect in epiloop',
  cannot_create: 'a file cannot be created',
  io: 'reading or writing failed',
  busy: 'somebody else holds it, try again',
  refused: 'not permitted, or not ours',
  config_invalid: 'the config is invalid',
  clock_behind: 'the clock is behind what is stored',
  store_newer: 'the store was made by a newer epiloop',
  store_altered: 'the store was migrated by another epiloop',
  no_home: 'there is no home directory, so --state-dir is needed',
};

/** The reasons of `--check`, stable names; complete by its type as well. */
const reasonMeanings: Readonly<Record<Reason, string>> = {
  expired: 'past its expiry',
  expiring: 'expires within --warn-within',
  missing: 'a provider in use has no credential',
  blank_secret: 'a profile without a secret in it',
  mode_mismatch: 'the config names another kind than is stored',
  order_excludes_all: 'the order leaves no profile to use',
  all_disabled: 'every profile of a provider is disabled',
  cooldown: 'a profile rests after failures',
  store_unreadable: 'the store cannot be read',
  store_stale: 'the store cannot be opened, the files answered instead',
  clock_behind: 'the clock is behind what is stored',
  ignored_entry: 'an entry that nobody understands was left alone',
  mirror_version: 'auth-profiles.json names another version',
  mirror_pending: 'a change is stored, but not yet in auth-profiles.json',
  mirror_damaged: 'auth-profiles.json was damaged and was put aside',
  mirror_unreadable: 'auth-profiles.json cannot be read',
  source_skipped: "another client's login was not taken",
  source_unreadable: "another client's login cannot be read",
  permissions: 'others may read or write a file with secrets',
  maybe_same_login: 'two agents hold what may be one login',
  refresh_refused: 'the provider refuses to refresh a login',
  refresh_in_doubt: 'a refresh was cut off before its answer',
  write_back_pending: 'Claude Code has yet to be given a refreshed login',
  probe_failed: '--probe: a credential is refused, or wants payment',
  probe_unanswered: '--probe: no answer that says anything of it',
  config_upgrade_pending: 'an old form in the config that cannot be rewritten',
  profile_id_stale: 'the config names a login by an id that is gone',
  order_stale: 'an order names a profile that is not stored',
  listed_missing: 'the config lists a profile that nobody stores',
  unlisted: 'a profile is hidden, since the config lists others',
  env_shadowed: 'a variable has several values, of which one wins',
  refresh_shared: 'one refresh token stands in several places',
  exec_environment: 'a variable can run code in epiloop',
  network_fs: 'the state is on a network file system',
  mirror_drift: 'auth-profiles.json does not say what is stored',
  ownership: 'a file of the state belongs to another user',
  leftover: 'a killed run has left a temporary file',
  kept_expired: 'earlier secrets are kept for more than 30 days',
};

/** `epiloop help exit-codes` */
export function exitCodeLines(): readonly string[] {
  const meanings = new Map(Object.entries(codeMeanings));
  const rows = [...Map.groupBy(Object.entries(exitCodes), ([, exit]) => exit)].map(
    ([exit, names]) => [exit, names.map(([name]) => meanings.get(name) ?? name)] as const,
  );
  const all = [
    [0, ['done; --check: all good; doctor: nothing left to do']] as const,
    ...rows,
    expiring,
  ];
  const sorted = all.sort(([a], [b]) => a - b);
  return [
    'Each code means one thing. 64 and above could not tell: they are never 1 or 2.',
    '',
    ...sorted.flatMap(([exit, texts]) =>
      columns(texts.map((text, at) => [(at === 0 ? `${exit}` : '').padStart(2), text])),
    ),
  ];
}

const expiring = [2, ['--check: something expires within the window']] as const;

/** `epiloop help check` */
export function checkLines(): readonly string[] {
  return [
    'models status --check judges by the stored expiry of every login and token and',
    'by what the configured models need. It prints one line per finding, nothing when',
    'all is good, and uses no network, unless --probe asks the providers as well.',
    '',
    '  1  something is expired, or a provider in use has nothing usable',
    '  2  something expires within --warn-within (24h)',
    '  0  neither; findings may remain as information (see models status)',
    '',
    'With --usable a login that can refresh itself counts as good, and a provider',
    'whose profiles all rest after failures does not. With --in-use only profiles of',
    'configured models are counted. First comes 1, then what could not be told (64',
    'and above), then 2, then 0.',
    '',
    'With --probe a credential that its provider refuses, or wants payment for, is 1;',
    'no answer in time, or none that says anything of the credential, is 69. A rate',
    'limit, and what cannot be asked, leave the verdict to what is stored.',
    '',
    'Reasons:',
    ...columns(Object.entries(reasonMeanings)),
  ];
}
