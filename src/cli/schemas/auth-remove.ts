import * as v from 'valibot';
import { configChange } from './auth-paste.ts';
import { findings, path, schemaVersion } from './finding.ts';

/** `models auth remove --json` */
export const authRemove = v.strictObject({
  schemaVersion,
  agentId: v.string(),
  agentDir: path,
  storePath: path,
  profileId: v.string(),
  keptIn: v.pipe(v.array(v.string()), v.description('agents that still have this login')),
  config: v.pipe(v.array(configChange), v.description('config files that list it no longer')),
  purged: v.pipe(v.boolean(), v.description('its secrets were erased, for good')),
  cleaned: v.pipe(v.array(path), v.description('copies that held them, deleted or cleaned')),
  stillIn: v.pipe(v.array(path), v.description('files that hold them and are not ours to clean')),
  findings,
});
