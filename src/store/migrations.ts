import meta from '../../migrations/0001_meta.sql';
import credentials from '../../migrations/0002_credentials.sql';
import agents from '../../migrations/0003_agents.sql';
import mirrors from '../../migrations/0004_mirrors.sql';
import sources from '../../migrations/0005_sources.sql';
import history from '../../migrations/0006_history.sql';
import formerProfiles from '../../migrations/0007_former_profiles.sql';
import sessionPins from '../../migrations/0008_session_pins.sql';
import leases from '../../migrations/0009_leases.sql';
import keptOut from '../../migrations/0010_kept_out.sql';

export interface Migration {
  readonly name: string;
  readonly sql: string;
  /**
   * SHA-256 of `sql` as UTF-8. Written down, so that opening a store compares strings and loads no
   * crypto; a test compares it with the file, so that a released migration cannot change unnoticed.
   */
  readonly sha256: string;
}

/** In order; the place in the list, counted from 1, is the schema version (`user_version`). */
export const migrations: readonly Migration[] = [
  {
    name: '0001_meta',
    sql: meta,
    sha256: '162d2a306ea53847fa1f87bcad5ab9525b7692a42bc7b8922294939a4b388de1',
  },
  {
    name: '0002_credentials',
    sql: credentials,
    sha256: '07cc56e0acb37650e5cf9899af5063d60d7fdfedcb686afe65c50fc13de54621',
  },
  {
    name: '0003_agents',
    sql: agents,
    sha256: '3d9c6b49bfbb412b297eecc14a715b763483ce9d8957dc1b0761a7497349b77c',
  },
  {
    name: '0004_mirrors',
    sql: mirrors,
    sha256: '0620eb5bcbd8fbab1d49cf89f3c7fdb43f23da1fec4afb9221d673b7de405f44',
  },
  {
    name: '0005_sources',
    sql: sources,
    sha256: 'b35347b61f17fc27a59e92726af76e7c5ef946a85c56ca4d332f9839f17ee290',
  },
  {
    name: '0006_history',
    sql: history,
    sha256: '6923b6396a7cb224e1d5f9daf66c48b59f5f5c70f3c43f9fbe28252796504e1e',
  },
  {
    name: '0007_former_profiles',
    sql: formerProfiles,
    sha256: '9fd848f9664bfb3d9e6a29cf481b500841f317170696f72e007acae313a5c77b',
  },
  {
    name: '0008_session_pins',
    sql: sessionPins,
    sha256: 'ca9e160cc63e51f56b5a004ba585442e6a94d819137e2b1b3e0478c7b4812d02',
  },
  {
    name: '0009_leases',
    sql: leases,
    sha256: '3c4e043f5fa6b52115c7bfe3768dd95bfbf965f42f8d903124ea8c62af550d71',
  },
  {
    name: '0010_kept_out',
    sql: keptOut,
    sha256: '4c649dcdc4c9619caa8c2a8ff9ad419ff57e756d487d352a634c190daa1cda40',
  },
];
