import * as v from 'valibot';
import { type ErrorCode, exitCodes } from '../../errors.ts';
import { path, schemaVersion } from './finding.ts';

// Object.keys forgets the names of what it is given
const codes = Object.keys(exitCodes) as ErrorCode[];

/** What every command prints with `--json` where it fails; the exit code says the same */
export const error = v.strictObject({
  schemaVersion,
  error: v.strictObject({
    code: v.picklist(codes),
    message: v.string(),
    hint: v.nullable(v.string()),
    path: v.nullable(path),
  }),
});
