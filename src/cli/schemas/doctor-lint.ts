import * as v from 'valibot';
import { lintCodes } from '../../domain/lint.ts';

const place = { path: v.string(), line: v.number(), column: v.number() };

/** `epiloop doctor --lint --json` */
export const lintReport = v.strictObject({
  schemaVersion: v.literal(1),
  /** by path, line and column; both count from 1, columns in UTF-16 code units */
  remarks: v.array(
    v.strictObject({
      ...place,
      severity: v.picklist(['error', 'warning']),
      code: v.picklist(lintCodes),
      message: v.string(),
      hint: v.optional(v.string()),
    }),
  ),
  /** files that could not be looked at */
  failures: v.array(
    v.strictObject({
      path: v.string(),
      code: v.string(),
      message: v.string(),
      hint: v.optional(v.string()),
    }),
  ),
});
