import * as v from 'valibot';
import { path, schemaVersion } from './finding.ts';

/** `models auth order get|set|clear --json`; the first five fields are the gateway's (2026.1.24) */
export const authOrder = v.strictObject({
  agentId: v.string(),
  agentDir: path,
  provider: v.string(),
  authStorePath: v.pipe(v.string(), v.description('home shown as ~')),
  order: v.pipe(v.nullable(v.array(v.string())), v.description("the agent's own; null: none")),
  schemaVersion,
  effective: v.pipe(
    v.strictObject({
      from: v.picklist(['agent', 'main', 'config', 'rotation']),
      order: v.array(v.string()),
    }),
    v.description('what is used in the end, and whose word it is'),
  ),
});
