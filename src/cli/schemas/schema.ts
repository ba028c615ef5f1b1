import * as v from 'valibot';
import { schemaVersion } from './finding.ts';

/** `schema --json`: the names, or with a name that JSON Schema itself */
export const schema = v.union([
  v.strictObject({ schemaVersion, names: v.array(v.string()) }),
  v.looseObject({ $schema: v.literal('https://json-schema.org/draft/2020-12/schema') }),
]);
