import * as v from 'valibot';
import { findings, mirrors, schemaVersion } from './finding.ts';

/** `models sync --json` */
export const modelsSync = v.strictObject({ schemaVersion, mirrors, findings });
