import * as v from 'valibot';
import { path, schemaVersion } from './finding.ts';

const reply = v.strictObject({
  line: v.pipe(v.number(), v.integer(), v.description('which line it answers, from 1')),
  text: v.string(),
  refused: v.pipe(
    v.nullable(v.picklist(['no', 'usage', 'not_found'])),
    v.description('why nothing was changed; null: it was done, or only asked'),
  ),
});

const pin = v.strictObject({
  provider: v.nullable(v.string()),
  model: v.pipe(v.nullable(v.string()), v.description("null: the agent's default model")),
  profileId: v.nullable(v.string()),
  source: v.pipe(
    v.nullable(v.picklist(['user', 'auto'])),
    v.description('auto: the gateway picked the profile, and may pick another'),
  ),
  compactionCount: v.nullable(v.number()),
});

/** `chat --json` */
export const chat = v.strictObject({
  schemaVersion,
  sessionKey: v.pipe(v.string(), v.description('as the gateway calls the session, or will')),
  agentId: v.string(),
  agentDir: path,
  replies: v.array(reply),
  pin: v.pipe(v.nullable(pin), v.description('null: nothing is chosen for this session')),
  sessionsFile: v.strictObject({
    path: v.nullable(path),
    state: v.pipe(
      v.picklist(['current', 'written', 'absent', 'pending']),
      v.description(
        'absent: the gateway does not know the session, only this store knows the pin; ' +
          'pending: the pin waits for the file, which is locked or cannot be written',
      ),
    ),
  }),
});
